import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createHash } from 'node:crypto';
import tar from 'tar-stream';

/** One thing in an image: a file of this machine, a file of these words, or a link. Owned by root, dated 1970. */
export type Entry = { path: string; mode?: number } & ({ file: string } | { text: string } | { link: string });

/** A tar archive of these entries, made while it is read. */
export function archive(entries: readonly Entry[]): Readable {
  const pack = tar.pack();
  const fill = async () => {
    for (const entry of entries) await addEntry(pack, entry);
    pack.finalize();
  };
  fill().catch((error: unknown) => pack.destroy(error instanceof Error ? error : new Error(String(error))));
  return pack as unknown as Readable;
}

async function addEntry(pack: tar.Pack, entry: Entry): Promise<void> {
  const header = { name: entry.path.replace(/^\//, ''), mode: entry.mode ?? 0o644, mtime: new Date(0), uid: 0, gid: 0 };
  if ('link' in entry) pack.entry({ ...header, type: 'symlink', linkname: entry.link });
  else if ('text' in entry) pack.entry(header, entry.text);
  else await pipeline(createReadStream(entry.file), pack.entry({ ...header, size: (await stat(entry.file)).size }));
}

/** Twelve characters that differ when anything that goes into an image does. Large files count by size and date. */
export async function hashOf(entries: readonly Entry[], more: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of entries) {
    hash.update(JSON.stringify(entry));
    if (!('file' in entry)) continue;
    const { size, mtimeMs } = await stat(entry.file);
    hash.update(`${size}:${mtimeMs}`);
  }
  return hash.update(JSON.stringify(more)).digest('hex').slice(0, 12);
}

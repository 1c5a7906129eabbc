import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { waitFor } from '../wait-for.ts';
import { startTimeOf } from './process-identity.ts';

export type DataLock = {
  /** Tells a second start where to find this one. */
  announce(url: string): void;
  release(): void;
};

/**
 * One supervisor per data folder. The lock is the kernel's (SQLite takes it on an empty file), so it ends with the
 * process that holds it, however that ends. Throws naming the holder when somebody has it.
 */
export async function lockDataFolder(dataDir: string): Promise<DataLock> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  chmodSync(dataDir, 0o700);
  const holder = join(dataDir, 'holder.json');
  const lock = new DatabaseSync(join(dataDir, 'lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new Error(`Panager is already running here${await describe(holder)}. Nothing was started.`);
  }
  chmodSync(join(dataDir, 'lock'), 0o600);
  const write = (url?: string) => writeFileSync(holder, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 });
  write();
  return {
    announce: write,
    release: () => {
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** Whoever has just taken the lock is about to write who it is. */
async function describe(holderFile: string): Promise<string> {
  const holder = await waitFor(() => {
    const read = JSON.parse(readFileSync(holderFile, 'utf8')) as { pid: number; url?: string };
    return startTimeOf(read.pid) && read;
  }, 1_000);
  return holder ? ` (pid ${holder.pid}${holder.url ? `, ${holder.url}` : ''})` : '';
}

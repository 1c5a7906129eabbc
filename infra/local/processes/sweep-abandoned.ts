import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataFolder } from './data-lock.ts';
import { cleanUpEngines } from '../engine/clean-up.ts';
import { stopAllLeftovers } from '../process.ts';

/** Younger folders may belong to a start that has not locked them yet. */
const YOUNG_MS = 60_000;

/** Removes temporary data folders, and the servers in them, whose supervisor was killed before it could do so itself. */
export async function sweepAbandoned(parent: string, prefix: string, youngMs = YOUNG_MS): Promise<void> {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    const made = statSync(folder, { throwIfNoEntry: false })?.birthtimeMs;
    if (made === undefined || Date.now() - made < youngMs || !existsSync(join(folder, 'lock'))) continue;
    let lock;
    try {
      lock = await lockDataFolder(folder);
    } catch {
      continue;
    }
    await stopAllLeftovers(folder);
    await cleanUpEngines(folder);
    lock.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

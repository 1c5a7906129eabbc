import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const VITE = join(REPOSITORY, 'node_modules/vite/bin/vite.js');

/** The page as it ships, built into a folder of its own so that tests may run side by side. */
export async function buildPage(): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'panager-page-'));
  const argv = [VITE, 'build', '--outDir', folder, '--logLevel', 'error'];
  // jest's own NODE_ENV would build another React than the one that ships.
  await promisify(execFile)(process.execPath, argv, {
    cwd: REPOSITORY,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

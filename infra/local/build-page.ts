import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Builds `src/web` into `dist/web` with vite. Throws with what vite says; the page that was built before stays. */
export async function buildPage(root: string): Promise<void> {
  if (!existsSync(join(root, 'src/web/index.html'))) return;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'error'], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NODE_ENV: 'production' },
      timeout: 120_000,
    });
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`The page was not built: ${(stderr || message).trim()}`);
  }
}

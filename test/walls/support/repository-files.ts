import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ROOT } from './run-tool.ts';

const BINARY = /\.(png|jpe?g|gif|ico|webp|woff2?|gz|zip)$/;

/** Every file that is, or would be, committed: its text by its path. Pictures are there with an empty text. */
export async function repositoryFiles(): Promise<Map<string, string>> {
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = new Map<string, string>();
  for (const path of stdout.split('\0').filter(Boolean).sort()) {
    // A file that was deleted and not committed yet is listed too.
    const text = BINARY.test(path) ? '' : await readFile(`${ROOT}${path}`, 'utf8').catch(() => null);
    if (text !== null) files.set(path, text);
  }
  return files;
}

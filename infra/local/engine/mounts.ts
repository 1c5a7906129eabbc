import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Where something is mounted in this folder or below it, the latest first: in the order in which it can be unmounted. */
export function mountsBelow(folder: string): string[] {
  if (process.platform !== 'linux') return [];
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').filter(Boolean);
  const points = lines.map((line) => unescapeOctal(line.split(' ')[4] ?? ''));
  return points.filter((point) => point === folder || point.startsWith(`${folder}/`)).reverse();
}

/** Unmounts everything in this folder and below it. Throws when something there is still in use. */
export function unmountBelow(folder: string): void {
  for (const point of mountsBelow(folder)) execFileSync('umount', [point], { stdio: 'pipe' });
}

/** The kernel writes space, tab, newline and backslash as \040 and so on. */
const unescapeOctal = (path: string) =>
  path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

import { relative } from 'node:path';

/** The kernel takes less than 108 bytes for the path of a socket; the folder that it is in may well be longer. */
export function shortSocketPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

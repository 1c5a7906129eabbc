import { closeSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT_BYTES = 10_000_000;

/** `<dataDir>/logs/<name>.log`, 0600, ready to be appended to; one that has grown too long becomes `.1` first. */
export function prepareLog(dataDir: string, name: string): { file: string; size: number } {
  const file = join(dataDir, 'logs', `${name}.log`);
  mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LIMIT_BYTES) renameSync(file, `${file}.1`);
  closeSync(openSync(file, 'a', 0o600));
  return { file, size: statSync(file).size };
}

/** What was added to the file from a place on, at most the first megabyte of it. */
export function readAdded(file: string, from: number): Buffer {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const added = Buffer.alloc(Math.max(0, Math.min(size - from, 1_000_000)));
  if (added.length === 0) return added;
  const descriptor = openSync(file, 'r');
  try {
    return added.subarray(0, readSync(descriptor, added, 0, added.length, from));
  } finally {
    closeSync(descriptor);
  }
}

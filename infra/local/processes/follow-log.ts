import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { readAdded } from './log-file.ts';

const POLL_MS = 150;
const LIMIT_BYTES = 50_000_000;

export type FollowedLog = {
  /** Reads what is there now, without waiting for the next look. */
  read(): void;
  /** Reads what is left and stops looking. */
  end(): void;
};

/**
 * Calls `onLine` for each whole line that a process adds to its log from `from` on. A log that outgrows its limit is copied to `.1` and emptied: its writer appends.
 */
export function followLog(file: string, from: number, onLine: (line: string) => void): FollowedLog {
  let position = from;
  let rest = Buffer.alloc(0);
  const read = () => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < position) {
      position = 0;
      rest = Buffer.alloc(0);
    }
    const added = readAdded(file, position);
    position += added.length;
    const bytes = Buffer.concat([rest, added]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    rest = bytes.subarray(end);
    for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line) onLine(line);
    if (position < size || size <= LIMIT_BYTES) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
    position = 0;
  };
  const timer = setInterval(read, POLL_MS);
  timer.unref();
  const end = () => {
    clearInterval(timer);
    read();
  };
  return { read, end };
}

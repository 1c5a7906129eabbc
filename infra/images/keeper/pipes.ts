import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHUNK_BYTES = 64 * 1024;

export type Pipe = {
  /** For the command: it blocks while nobody reads. */
  writeEnd: number;
  source: Socket;
  /** What is in the pipe right now, without waiting for more. At most `maxBytes`. */
  readNow(maxBytes: number): Buffer[];
  close(): void;
};

/**
 * Real pipes for a command's output. Node's own are sockets, and what a command opens as /dev/stdout must be a pipe or a
 * file: a socket cannot be opened by its path.
 */
export function makePipes<Name extends string>(names: readonly Name[]): Record<Name, Pipe> {
  const folder = mkdtempSync(join(tmpdir(), 'output-'));
  try {
    const paths = names.map((name) => join(folder, name));
    execFileSync('mkfifo', ['-m', '600', ...paths]);
    const pipes = names.map((name, index) => [name, openPipe(paths[index] ?? '')] as const);
    return Object.fromEntries(pipes) as Record<Name, Pipe>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openPipe(path: string): Pipe {
  // In this order: without a reader there is no writing end, and a reader that waits would wait for ever.
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  const source = new Socket({ fd: readEnd, readable: true, writable: false });
  return {
    writeEnd,
    source,
    readNow: (maxBytes) => {
      const chunks: Buffer[] = [];
      for (let chunk = source.read() as Buffer | null; chunk; chunk = source.read() as Buffer | null)
        chunks.push(chunk);
      for (let left = maxBytes; left > 0 && !source.destroyed;) {
        const chunk = readChunk(readEnd);
        if (chunk.length === 0) break;
        chunks.push(chunk);
        left -= chunk.length;
      }
      return chunks;
    },
    close: () => {
      closeSync(writeEnd);
    },
  };
}

/** Empty when there is nothing now or nothing any more. */
function readChunk(fd: number): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}

import { execFileSync } from 'node:child_process';
import { chmodSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';

const CHUNK_BYTES = 64 * 1024;

export type Pipe = {
  source: Socket;
  /** What is in the pipe right now, without waiting for more. At most `maxBytes`. */
  readNow(maxBytes: number): Buffer[];
};

/**
 * Real pipes, by path, which anybody may write to and only we may read. Pipes and not sockets, because what a command opens
 * as /dev/stdout cannot be a socket; ours and not the launcher's, because a command may end its launcher, and what it wrote
 * before must not be lost.
 */
export function makePipes(paths: readonly string[]): Pipe[] {
  execFileSync('mkfifo', [...paths]);
  return paths.map((path) => {
    chmodSync(path, 0o622);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // A writing end of our own, so that the pipe never ends while nobody has opened it yet.
    openSync(path, constants.O_WRONLY);
    return openPipe(fd);
  });
}

function openPipe(fd: number): Pipe {
  const source = new Socket({ fd, readable: true, writable: false });
  return {
    source,
    readNow: (maxBytes) => {
      const chunks: Buffer[] = [];
      const keep = (chunk: Buffer | null) => chunk !== null && chunk.length > 0 && chunks.push(chunk) > 0;
      while (keep(source.read() as Buffer | null));
      for (let read = 0; read < maxBytes && keep(readChunk(fd)); read += chunks.at(-1)?.length ?? 0);
      return chunks;
    },
  };
}

/** Empty when there is nothing now. */
function readChunk(fd: number): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0);
    throw error;
  }
}

import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

/** A unix socket that is reachable as `mode` says; one that was left by an earlier life is in the way and says so. */
export function listen(path: string, mode: number, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, mode);
      resolve(server);
    });
  });
}

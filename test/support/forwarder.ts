import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface Forwarder {
  /** http://127.0.0.1:<port> */
  url: string;
  /** Everything that came out of the socket, over all connections. */
  received(): Buffer;
  close(): Promise<void>;
}

/** As inside of a container: a port on loopback that leads to a unix socket and sees every byte that comes back. */
export async function startForwarder(socketPath: string): Promise<Forwarder> {
  const received: Buffer[] = [];
  const open = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = createConnection(socketPath);
    for (const socket of [inside, outside]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        open.delete(socket);
        (socket === inside ? outside : inside).destroy();
      });
    }
    outside.on('data', (chunk: Buffer) => received.push(chunk));
    inside.pipe(outside).pipe(inside);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => Buffer.concat(received),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

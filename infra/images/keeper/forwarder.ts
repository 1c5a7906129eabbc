import { connect, createServer, type Server } from 'node:net';

/** More at once than git or a package manager opens; a command that opens more is refused, not served by more memory. */
const MAX_CONNECTIONS = 128;

/**
 * Carries TCP on the container's own loopback to the one unix socket that was lent to this run. Bytes as they are: what
 * they may ask for is decided outside. It belongs to the keeper's user, so a command can neither end nor replace it.
 */
export function startForwarder(port: number, lendingSocket: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ path: lendingSocket, allowHalfOpen: true });
    const end = () => {
      inside.destroy();
      outside.destroy();
    };
    inside.on('error', end);
    outside.on('error', end);
    inside.on('close', () => outside.destroy());
    outside.on('close', () => inside.destroySoon());
    inside.pipe(outside);
    outside.pipe(inside);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => resolve(server));
  });
}

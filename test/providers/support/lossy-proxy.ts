import { createServer, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';

/** What to do with a request: pass it on, pass it on and lose the answer, or answer instead of the server. */
export type Fate = 'pass' | 'lose' | 'drop' | { status: number; body: string; headers?: Record<string, string> };

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** Stands in front of a real server, records what passes and does to it what networks do. */
export async function startLossyProxy(target: string) {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const control = { fate: (_: SeenRequest): Fate => 'pass' };

  const server = createServer((incoming, outgoing) => {
    const entry = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers };
    seen.push(entry);
    const fate = control.fate(entry);
    if (fate === 'drop') return void incoming.socket.destroy();
    if (typeof fate === 'object') return void outgoing.writeHead(fate.status, fate.headers).end(fate.body);
    const onward = request(`${target}${entry.path}`, { method: entry.method, headers: entry.headers, agent: false });
    onward.on('response', (response) => {
      if (fate === 'lose') {
        response.resume();
        response.on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    addr: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    /** Decides over each request that follows. */
    decide: (fate: (request: SeenRequest) => Fate): void => {
      control.fate = fate;
    },
    openSockets: (): number => sockets.size,
    /** What a restarted server does to connections that clients keep open: dead, without the client having noticed. */
    resetConnections: (): void => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

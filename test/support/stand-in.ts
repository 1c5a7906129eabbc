import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface StandIn {
  url: string;
  /** What arrived in full, in order. */
  requests: ReceivedRequest[];
  connections(): number;
  /** How it answers from now on. */
  answer: (request: ReceivedRequest, response: ServerResponse) => void;
  close(): Promise<void>;
}

/**
 * A STAND-IN for a server on the internet, on loopback. It keeps what it is sent and answers as it is told: it knows
 * nothing of the API that it stands for.
 */
export async function startStandIn(tls?: { key: string; cert: string }): Promise<StandIn> {
  let connections = 0;
  const standIn: Omit<StandIn, 'url'> = {
    requests: [],
    connections: () => connections,
    answer: (_request, response) => void response.writeHead(500).end(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = tls ? createTlsServer(tls) : createServer();
  server.on('connection', () => connections++);
  server.on('request', (request, response) => {
    buffer(request).then(
      (body) => {
        const { method = '', url = '', headers } = request;
        const received = { method, url, headers, body };
        standIn.requests.push(received);
        standIn.answer(received, response);
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(standIn, { url });
}

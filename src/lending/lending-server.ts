import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { answerRawRefusal, answerRefusal } from './answer-refusal.ts';
import type { FindRoute } from './find-route.ts';
import type { RefusalCode } from './refusals.ts';
import { createServeExchange } from './serve-exchange.ts';
import type { LendingLimits } from './settings.ts';
import type { Tally } from './tally.ts';

const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;

/** The server on a run's socket; it does not listen yet. Strict about HTTP, since hostile programs speak to it. */
export function createLendingServer(findRoute: FindRoute, limits: LendingLimits, tally: Tally): Server {
  const serveExchange = createServeExchange(findRoute, limits, tally);
  const answering = new WeakMap<Duplex, ServerResponse>();
  const server = createServer(
    {
      insecureHTTPParser: false,
      requireHostHeader: true,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.min(limits.headersMs, limits.bodyMs),
      requestTimeout: limits.bodyMs,
      // How often the two times above are looked at.
      connectionsCheckingInterval: Math.min(1_000, limits.headersMs, limits.bodyMs),
      keepAliveTimeout: 60_000,
    },
    (request, response) => {
      answering.set(request.socket, response);
      void serveExchange(request, response);
    },
  );
  server.maxConnections = limits.connections;
  server.maxHeadersCount = MAX_HEADERS;

  const ended = new WeakSet<Duplex>();
  function refuseRaw(socket: Duplex, code: RefusalCode): void {
    ended.add(socket);
    tally.refused(code);
    if (socket.writable) answerRawRefusal(socket, code);
    else socket.destroy();
  }
  // Without listeners of ours these would be closed without a word.
  server.on('connect', (_request, socket) => refuseRaw(socket, 'notAllowed'));
  server.on('upgrade', (_request, socket) => refuseRaw(socket, 'notAllowed'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What comes after something that was not understood is no request either.
    if (ended.has(socket)) return;
    const response = answering.get(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
    const code = codeOfClientError(error.code);
    if (!response || response.writableFinished) return refuseRaw(socket, code);
    // It is being answered: the refusal must not stand in the middle of something else.
    if (response.headersSent) return socket.destroy();
    ended.add(socket);
    tally.refused(code);
    answerRefusal(response, code, { close: true });
    // Whoever reads the rest of the body would wait for it for ever.
    response.once('close', () => response.req.destroy());
  });
  return server;
}

function codeOfClientError(code: string | undefined): RefusalCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headersTooLarge';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'requestTimeout' : 'badRequest';
}

import { createServer as createNodeServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { createApp } from './app.ts';
import type { HttpParts } from './parts.ts';

/** Bounds of what a connection may cost before a request is complete (WE-1). Event streams are answers: no bound there. */
export interface ServerLimits {
  maxHeaderBytes: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  /** How often sockets are checked for the two timeouts. */
  checkEveryMs: number;
  keepAliveMs: number;
  maxConnections: number;
  /** How long requests that are under way may still take when the server closes. */
  closeWithinMs: number;
}

export const SERVER_LIMITS: ServerLimits = {
  maxHeaderBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 5_000,
  // Longer than load balancers keep an idle connection, so that they close first.
  keepAliveMs: 65_000,
  maxConnections: 10_000,
  closeWithinMs: 10_000,
};

export interface HttpServer {
  /** @throws the system's error (`code` EADDRINUSE) when the port is taken */
  listen(port: number, host?: string): Promise<{ port: number }>;
  /** Stops taking requests, ends event streams, and waits a bounded time for the rest. Closing twice is fine. */
  close(): Promise<void>;
}

export function createServer(parts: HttpParts, overrides: Partial<ServerLimits> = {}): HttpServer {
  const limits = { ...SERVER_LIMITS, ...overrides };
  const stopping = new AbortController();
  const server = createNodeServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      keepAliveTimeout: limits.keepAliveMs,
    },
    createApp(parts, stopping.signal),
  );
  // The bytes are bounded above; a limit on the number would drop the rest of the headers silently.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections;
  server.on('clientError', answerUnreadable);

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), limits.closeWithinMs);
        // An error here means that it was not listening.
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        stopping.abort();
        server.closeIdleConnections();
      }),
  };
}

const UNREADABLE: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What could not be read as HTTP, or not in time. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code ?? ''] ?? 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { refusalBody, refusalStatus } from './refusals.ts';
import type { RefusalCode } from './refusals.ts';

/** Says no over a connection that is closed afterwards: what is left of the request is not read as another one. */
export function answerRefusal(response: ServerResponse, code: RefusalCode): void {
  const body = refusalBody(code);
  response.writeHead(refusalStatus(code), {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(body);
}

/** The same where there is no request that was understood. */
export function answerRawRefusal(socket: Duplex, code: RefusalCode): void {
  const body = refusalBody(code);
  const status = refusalStatus(code);
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { finished } from 'node:stream';
import type { Duplex } from 'node:stream';
import { refusalBody, refusalStatus } from './refusals.ts';
import type { RefusalCode } from './refusals.ts';

/**
 * Says no. What is still to come of the body is read and thrown away: whoever is writing it would otherwise meet a closed
 * connection before it can read why. Unless `close` is set, because nothing may come any more.
 */
export function answerRefusal(response: ServerResponse, code: RefusalCode, { close = false } = {}): void {
  const body = refusalBody(code);
  response.writeHead(refusalStatus(code), {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(close && { connection: 'close' }),
  });
  response.write(body);
  if (close) return void response.end();
  finished(response.req, () => response.end());
  response.req.resume();
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

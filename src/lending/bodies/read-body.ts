import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusals.ts';
import type { BodyShare } from './body-memory.ts';

/** The whole body as it was sent, at most `maxBytes`. One that is announced as larger is not read at all. @throws Refusal */
export async function readBody(request: IncomingMessage, maxBytes: number, share: BodyShare): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new Refusal('bodyTooLarge');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bodyChunks(request)) {
    length += chunk.length;
    if (length > maxBytes) throw new Refusal('bodyTooLarge');
    share.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** Reads with backpressure. Leaving it early keeps the connection, over which a refusal is still to be answered. */
export function bodyChunks(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

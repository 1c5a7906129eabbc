import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a handler sees of a request; the body is read whole and bounded before. */
export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type Handler = (request: Request, params: Record<string, string | undefined>) => Answer;

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As `URLPattern` reads it: `/calendar/v3/calendars/:calendar/events`. */
  path: string;
  handle: Handler;
}

const MAX_BODY_BYTES = 1024 * 1024;

export class BodyTooLarge extends Error {}

export async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

export function redirect(location: URL): Answer {
  return { status: 303, headers: { location: location.href, 'cache-control': 'no-store' }, body: '' };
}

export function noContent(): Answer {
  return { status: 204, headers: {}, body: '' };
}

/** First name that occurs more than once; OAuth forbids repeated parameters (RFC 6749 3.1). */
export function repeatedParameter(parameters: URLSearchParams): string | null {
  return [...new Set(parameters.keys())].find((name) => parameters.getAll(name).length > 1) ?? null;
}

import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusals.ts';
import type { RefusalCode } from '../refusals.ts';

/**
 * Makes sure that this is the success that was asked for: 200, of one content type, not encoded. Of anything else nothing
 * is passed on: it may be a redirect, a page or an echo of what was sent. @throws Refusal
 */
export function expectAnswer(answer: IncomingMessage, contentType: string): void {
  const code = faultOf(answer, contentType);
  if (code === null) return;
  answer.destroy();
  throw new Refusal(code);
}

function faultOf(answer: IncomingMessage, contentType: string): RefusalCode | null {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) return 'upstreamRedirected';
  if (status === 401 || status === 403) return 'credentialRefused';
  if (status === 404 || status === 410) return 'notFoundThere';
  if (status >= 400) return 'upstreamFailed';
  if (status !== 200 || isEncoded(answer) || contentTypeOf(answer) !== contentType) return 'upstreamUnexpected';
  return null;
}

/** Without its parameters, in small letters. */
export function contentTypeOf(message: IncomingMessage): string {
  return (message.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** It was asked for as it is: in another form it could not be watched. */
export function isEncoded(answer: IncomingMessage): boolean {
  return !['', 'identity'].includes(answer.headers['content-encoding'] ?? '');
}

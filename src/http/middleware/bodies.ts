import express from 'express';
import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

const JSON_BYTES = 64 * 1024;
const FORM_BYTES = 4 * 1024;

/** True when the message carries content (RFC 9112 6): a length above zero, or chunks. */
function hasBody(headers: { 'content-length'?: string; 'transfer-encoding'?: string }): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** A body of another type is refused, not ignored: `text/plain` is what a foreign form could send. */
function only(type: string): RequestHandler {
  return (request, _response, next) => {
    if (hasBody(request.headers) && !request.is(type)) throw new HttpError(415, 'wrongContentType');
    next();
  };
}

/** JSON up to 64 KB into `request.body`; stays undefined without a body. Compressed bodies are refused unopened. */
export const jsonBody: RequestHandler[] = [
  only('application/json'),
  express.json({ limit: JSON_BYTES, inflate: false, type: 'application/json' }),
];

/** The fields of a form without script. Repeated fields become lists, which schemas of texts refuse. */
export const formBody: RequestHandler[] = [
  only('application/x-www-form-urlencoded'),
  express.urlencoded({ extended: false, limit: FORM_BYTES, parameterLimit: 10, inflate: false }),
];

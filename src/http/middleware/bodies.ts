import express from 'express';
import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

const JSON_BYTES = 64 * 1024;
const FORM_BYTES = 4 * 1024;

/**
 * What the head of a message says is enough to refuse it: the parsers would first read to the end of a body that is too
 * long. Node throws the rest away while the answer is on its way. A body of another type is refused, not ignored:
 * `text/plain` is what a foreign form could send.
 */
function only(type: string, maxBytes: number): RequestHandler {
  return (request, _response, next) => {
    const { 'content-length': length = '0', 'transfer-encoding': chunked } = request.headers;
    if (chunked !== undefined) throw new HttpError(411, 'lengthRequired');
    if (Number(length) > maxBytes) throw new HttpError(413, 'bodyTooLarge');
    if (Number(length) > 0 && !request.is(type)) throw new HttpError(415, 'wrongContentType');
    next();
  };
}

/** JSON up to 64 KB into `request.body`; stays undefined without a body. Compressed bodies are refused unopened. */
export const jsonBody: RequestHandler[] = [
  only('application/json', JSON_BYTES),
  express.json({ limit: JSON_BYTES, inflate: false, strict: false, type: 'application/json' }),
];

/** The fields of a form without script. Repeated fields become lists, which schemas of texts refuse. */
export const formBody: RequestHandler[] = [
  only('application/x-www-form-urlencoded', FORM_BYTES),
  express.urlencoded({ extended: false, limit: FORM_BYTES, parameterLimit: 10, inflate: false }),
];

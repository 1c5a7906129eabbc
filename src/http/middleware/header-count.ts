import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

/** Browsers send about twenty. Node would otherwise ignore what is over its own limit without a word. */
const MAX_HEADERS = 100;

export const headerCount: RequestHandler = (request, response, next) => {
  if (request.rawHeaders.length / 2 <= MAX_HEADERS) return next();
  response.set('Connection', 'close');
  throw new HttpError(431, 'tooManyHeaders');
};

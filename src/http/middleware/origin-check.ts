import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * MO-2: what changes state must come from our own page. `Origin` must equal `PUBLIC_URL` (`null` and lists do not);
 * without one, `Sec-Fetch-Site` must be `same-origin`; with neither the request is refused.
 */
export function originCheck(publicUrl: string): RequestHandler {
  return (request, _response, next) => {
    if (READING.includes(request.method)) return next();
    const { origin, 'sec-fetch-site': site } = request.headers;
    const own = origin === undefined ? site === 'same-origin' : origin === publicUrl;
    if (!own) throw new HttpError(403, 'foreignOrigin');
    next();
  };
}

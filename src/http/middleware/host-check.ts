import type { RequestHandler } from 'express';
import { HttpError } from '../http-error.ts';

const PROBES = ['/healthz', '/readyz'];

/**
 * MO-2: only the host of `PUBLIC_URL` is served, so that a page whose name is rebound to our address reaches nothing.
 * Health probes come by address and are answered. `127.0.0.1` is sent on to `localhost`: browsers keep the cookies of the
 * two apart.
 */
export function hostCheck(publicUrl: string): RequestHandler {
  const { host, hostname, port, protocol } = new URL(publicUrl);
  const defaultPort = protocol === 'https:' ? '443' : '80';
  const served = port ? [host] : [host, `${host}:${defaultPort}`];
  const byNumber = port ? [`127.0.0.1:${port}`] : ['127.0.0.1', `127.0.0.1:${defaultPort}`];

  return (request, response, next) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && PROBES.includes(request.path)) return next();
    // Not a path but `*` or an absolute address, whose host is another one than the header's.
    if (!request.url.startsWith('/')) throw new HttpError(400, 'invalidInput', 'the request target is not a path');
    const asked = request.headers.host?.toLowerCase() ?? '';
    if (served.includes(asked)) return next();
    if (reads && hostname === 'localhost' && byNumber.includes(asked)) {
      return response.redirect(308, publicUrl + request.originalUrl);
    }
    throw new HttpError(421, 'wrongHost');
  };
}

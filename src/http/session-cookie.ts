import { parseCookie, stringifySetCookie } from 'cookie';
import type { Request, Response } from 'express';

export type Cookies = ReturnType<typeof parseCookie>;

export function readCookies(request: Request): Cookies {
  return parseCookie(request.headers.cookie ?? '');
}

/**
 * Attributes of each cookie of ours. On https the name gets the `__Host-` prefix, with which a browser accepts it only
 * with `Secure` and `Path=/` and from this host alone; loopback http has neither.
 */
export function cookieStyle(publicUrl: string) {
  const secure = publicUrl.startsWith('https:');
  return {
    prefix: secure ? '__Host-' : '',
    attributes: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  } as const;
}

/** An added cookie; several of one response do not replace each other. `maxAgeSeconds` 0 removes it. */
export function appendCookie(
  response: Response,
  publicUrl: string,
  cookie: { name: string; value: string; maxAgeSeconds: number },
): void {
  const { attributes } = cookieStyle(publicUrl);
  response.append(
    'Set-Cookie',
    stringifySetCookie({ name: cookie.name, value: cookie.value, maxAge: cookie.maxAgeSeconds, ...attributes }),
  );
}

export type SessionCookie = ReturnType<typeof createSessionCookie>;

const MAX_AGE_SECONDS = 7 * 24 * 60 * 60;

/** The cookie that holds a session's token. The server decides when it ends (WE-1); the age only tidies browsers up. */
export function createSessionCookie(publicUrl: string) {
  const name = `${cookieStyle(publicUrl).prefix}panager`;
  return {
    read: (request: Request): string | undefined => readCookies(request)[name],
    set: (response: Response, token: string): void =>
      appendCookie(response, publicUrl, { name, value: token, maxAgeSeconds: MAX_AGE_SECONDS }),
    clear: (response: Response): void => appendCookie(response, publicUrl, { name, value: '', maxAgeSeconds: 0 }),
  };
}

import type { Request, Response } from 'express';
import { appendCookie, cookieStyle, readCookies } from './session-cookie.ts';

/** Tabs that may be on their way at once; more would only fill the header, which servers refuse when it is too long. */
const MAX_ATTEMPTS = 8;

/**
 * The cookie that binds one browser trip to this browser (OA-5): 256 random bits and nothing else, until the attempt
 * ends. A name of its own per attempt lets two tabs finish independently. Trips that connect an account are called
 * `oa-<id>`, those that sign in (OA-3) `login-<id>`.
 */
export function createAttemptCookies(publicUrl: string, kind: 'oa' | 'login' = 'oa') {
  const prefix = `${cookieStyle(publicUrl).prefix}${kind}-`;
  const clear = (response: Response, name: string): void =>
    appendCookie(response, publicUrl, { name, value: '', maxAgeSeconds: 0 });

  return {
    read: (request: Request, attemptId: string): string | undefined => readCookies(request)[prefix + attemptId],
    set(request: Request, response: Response, attempt: { id: string; bindSecret: string; expiresAt: Date }): void {
      // Browsers send older cookies first (RFC 6265 5.4): the oldest trips give way.
      const names = Object.keys(readCookies(request)).filter((name) => name.startsWith(prefix));
      for (const name of names.slice(0, Math.max(0, names.length - MAX_ATTEMPTS + 1))) clear(response, name);
      const maxAgeSeconds = Math.max(1, Math.ceil((attempt.expiresAt.getTime() - Date.now()) / 1000));
      appendCookie(response, publicUrl, { name: prefix + attempt.id, value: attempt.bindSecret, maxAgeSeconds });
    },
    clear: (response: Response, attemptId: string): void => clear(response, prefix + attemptId),
  };
}

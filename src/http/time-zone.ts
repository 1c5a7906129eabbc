import type { Request } from 'express';

const DEFAULT_TIME_ZONE = 'Asia/Seoul';

/** The browser's IANA time zone from `X-Time-Zone`; a name that this runtime does not know is ignored. */
export function browserTimeZone(request: Request): string {
  const name = request.get('x-time-zone') ?? '';
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(name)) return DEFAULT_TIME_ZONE;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return DEFAULT_TIME_ZONE;
  }
}

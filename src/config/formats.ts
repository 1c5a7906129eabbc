import { z } from 'zod';

/*
 * What a variable's text may look like. Messages follow the variable's name in a sentence and never repeat the value:
 * it may be a secret in the wrong place.
 */

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** True for names and addresses that cannot leave this machine. `hostname` as `URL` spells it. */
export const isLoopback = (hostname: string): boolean => LOOPBACK.test(hostname);

const parseUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'is not a whole number.')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `is not between ${min} and ${max}.`);

export const oneOf = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, `is not one of: ${words.join(', ')}.`);

/** Comma separated, blanks and repetitions dropped. */
export const list = z.string().transform((value) => [
  ...new Set(
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ),
]);

export const listOf = <const T extends readonly [string, ...string[]]>(...words: T) =>
  list.pipe(z.array(z.enum(words, `holds something that is not one of: ${words.join(', ')}.`)));

/** Where requests with secrets go: https, or this machine. Without the trailing slash. */
export const endpoint = z.string().transform((value, context) => {
  const url = parseUrl(value);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !secure || url.username || url.password || url.search || url.hash) {
    context.addIssue({ code: 'custom', message: 'is not an https address (http is accepted on loopback only).' });
    return z.NEVER;
  }
  return url.href.replace(/\/$/, '');
});

/** Discord's gateway: wss, or this machine. */
export const gatewayEndpoint = z.string().refine((value) => {
  const url = parseUrl(value);
  return url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLoopback(url.hostname));
}, 'is not a wss address (ws is accepted on loopback only).');

/** Our own origin: no path, and `localhost` instead of `127.0.0.1`, which is redirected there. */
export const publicUrl = endpoint.transform((value, context) => {
  const url = new URL(value);
  if (url.pathname !== '/') context.addIssue({ code: 'custom', message: 'has a path; it must be an origin.' });
  if (url.protocol === 'http:' && url.hostname !== 'localhost') {
    context.addIssue({ code: 'custom', message: 'is a loopback address by number; browsers are sent to localhost.' });
  }
  return url.origin;
});

export const databaseUrl = z
  .string()
  .refine((value) => /^postgres(ql)?:$/.test(parseUrl(value)?.protocol ?? ''), 'is not a postgres:// address.');

export const hostAndPort = z.string().regex(/^[^\s/:@]+:\d{1,5}$/, 'is not host:port.');

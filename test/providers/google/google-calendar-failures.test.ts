import { inspect } from 'node:util';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { createGoogleCalendar } from '../../../src/providers/google/google-calendar.ts';
import type { Script, ScriptedServer } from '../oauth/scripted-server.ts';
import {
  answer,
  endless,
  halfJson,
  hang,
  hangAfterHeaders,
  reset,
  startScriptedServer,
  truncate,
} from '../oauth/scripted-server.ts';

const TOKEN = 'ya29.access-canary';
const RANGE = { from: '2026-11-23', to: '2026-11-30' };

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
beforeEach(() => {
  server.requests.length = 0;
});
afterAll(() => server.close());

async function failureOf(baseUrl: string, timeoutMs: number, signal = AbortSignal.timeout(10_000)) {
  const failure = await createGoogleCalendar({ baseUrl, timeoutMs })
    .listEvents(TOKEN, RANGE, signal)
    .then(
      (value) => new Error(`no failure but ${inspect(value)}`),
      (error: unknown) => error,
    );
  if (!(failure instanceof ProviderFailure)) throw failure;
  // SE-3: the client's errors hold the request with the token in it; nothing of them may survive.
  expect(inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure)).not.toContain(TOKEN);
  expect(failure.cause).toBeUndefined();
  return failure;
}

/** Google's error form. */
const google = (status: number, reason: string, headers: Record<string, string> = {}): Script =>
  answer(
    status,
    { error: { code: status, message: TOKEN, errors: [{ domain: 'global', reason, message: TOKEN }] } },
    headers,
  );

test.each<[string, Script, Partial<ProviderFailure>]>([
  ['400 invalid', google(400, 'badRequest'), { kind: 'invalidRequest', status: 400 }],
  ['401 authError', google(401, 'authError'), { kind: 'unauthorized', status: 401 }],
  ['403 insufficientPermissions', google(403, 'insufficientPermissions'), { kind: 'forbidden', status: 403 }],
  ['403 accessNotConfigured', google(403, 'accessNotConfigured'), { kind: 'forbidden', status: 403 }],
  ['403 rateLimitExceeded', google(403, 'rateLimitExceeded'), { kind: 'rateLimited', status: 403, retryAfterMs: null }],
  [
    '403 userRateLimitExceeded with Retry-After',
    google(403, 'userRateLimitExceeded', { 'retry-after': '3' }),
    { kind: 'rateLimited', status: 403, retryAfterMs: 3_000 },
  ],
  ['403 quotaExceeded', google(403, 'quotaExceeded'), { kind: 'rateLimited', status: 403 }],
  ['403 in HTML', answer(403, '<p>Forbidden'), { kind: 'forbidden', status: 403 }],
  ['404', google(404, 'notFound'), { kind: 'notFound', status: 404 }],
  ['409', google(409, 'duplicate'), { kind: 'conflict', status: 409 }],
  ['410', google(410, 'deleted'), { kind: 'notFound', status: 410 }],
  [
    '429',
    google(429, 'rateLimitExceeded', { 'retry-after': '2' }),
    { kind: 'rateLimited', status: 429, retryAfterMs: 2_000 },
  ],
  ['500', google(500, 'backendError'), { kind: 'unavailable', status: 500 }],
  ['503', google(503, 'backendError'), { kind: 'unavailable', status: 503 }],
  ['302', answer(302, 'elsewhere', { location: '/elsewhere' }), { kind: 'unavailable' }],
  ['304', answer(304, ''), { kind: 'unavailable' }],
  ['200 in HTML', answer(200, '<p>Hello'), { kind: 'unavailable' }],
  ['200 with another JSON', answer(200, { items: 'none' }), { kind: 'unavailable' }],
  ['half of a JSON', halfJson, { kind: 'unavailable' }],
  ['an answer that breaks off', truncate, { kind: 'unavailable' }],
  ['a connection reset', reset, { kind: 'unavailable', status: null }],
  ['an endless body', endless, { kind: 'unavailable', status: null }],
  ['no answer', hang, { kind: 'timeout', status: null }],
  ['half of an answer and no more', hangAfterHeaders, { kind: 'timeout', status: null }],
])('%s becomes our failure after exactly one request', async (_name, script, expected) => {
  server.play(script);
  expect(await failureOf(server.url, expected.kind === 'timeout' ? 150 : 10_000)).toMatchObject(expected);
  expect(server.requests).toHaveLength(1);
});

test('nobody listens: unavailable', async () => {
  const gone = await startScriptedServer();
  await gone.close();
  expect(await failureOf(gone.url, 5_000)).toMatchObject({ kind: 'unavailable', status: null });
});

test('the caller gives up while it waits: timeout, at once', async () => {
  const giveUp = new AbortController();
  server.play(() => giveUp.abort());
  expect(await failureOf(server.url, 60_000, giveUp.signal)).toMatchObject({ kind: 'timeout' });
});

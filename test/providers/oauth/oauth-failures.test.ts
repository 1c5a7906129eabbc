import { inspect } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { createGoogleOAuth } from '../../../src/providers/google/google-oauth.ts';
import type { Script, ScriptedServer } from './scripted-server.ts';
import {
  answer,
  endless,
  halfJson,
  hang,
  hangAfterHeaders,
  reset,
  startScriptedServer,
  truncate,
} from './scripted-server.ts';

const SECRETS = { clientSecret: 'client-secret-canary', refreshToken: 'refresh-canary', accessToken: 'access-canary' };

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
beforeEach(() => {
  server.requests.length = 0;
});
afterAll(() => server.close());

function google(baseUrl = server.url) {
  return createGoogleOAuth({
    clientId: 'client',
    clientSecret: SECRETS.clientSecret,
    redirectUri: 'http://localhost:8000/oauth/google/callback',
    baseUrl,
  });
}

async function failureOf(work: Promise<unknown>): Promise<ProviderFailure> {
  const failure = await work.then(
    (value) => new Error(`no failure but ${inspect(value)}`),
    (error: unknown) => error,
  );
  if (!(failure instanceof ProviderFailure)) throw failure;
  // SE-3: the failure carries our words only.
  const everything = inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure);
  for (const secret of Object.values(SECRETS)) expect(everything).not.toContain(secret);
  expect(failure.cause).toBeUndefined();
  return failure;
}

const body = (error: string) => ({ error, error_description: `about ${SECRETS.refreshToken}` });

describe('an answer of the token endpoint becomes', () => {
  test.each<[string, Script, Partial<ProviderFailure>]>([
    ['invalidGrant: 400 invalid_grant', answer(400, body('invalid_grant')), { kind: 'invalidGrant', status: 400 }],
    ['invalidRequest: another 400', answer(400, body('invalid_request')), { kind: 'invalidRequest', status: 400 }],
    ['invalidRequest: 400 without JSON', answer(400, '<p>Bad'), { kind: 'invalidRequest', status: 400 }],
    [
      'invalidRequest: 401 invalid_client',
      answer(401, body('invalid_client')),
      { kind: 'invalidRequest', status: 401 },
    ],
    [
      'invalidRequest: 401 with a challenge',
      answer(401, body('invalid_client'), { 'www-authenticate': 'Basic realm="x"' }),
      { kind: 'invalidRequest', status: 401 },
    ],
    ['forbidden: 403', answer(403, body('org_internal')), { kind: 'forbidden', status: 403 }],
    ['rateLimited: 429', answer(429, body('rate')), { kind: 'rateLimited', status: 429, retryAfterMs: null }],
    [
      'rateLimited: 429 with Retry-After',
      answer(429, body('rate'), { 'retry-after': '7' }),
      { kind: 'rateLimited', status: 429, retryAfterMs: 7_000 },
    ],
    [
      'rateLimited: 429 in HTML, and no longer than an hour',
      answer(429, '<p>Slow down', { 'retry-after': '999999' }),
      { kind: 'rateLimited', status: 429, retryAfterMs: 3_600_000 },
    ],
    ['unavailable: 500', answer(500, body('internal_failure')), { kind: 'unavailable', status: 500 }],
    [
      'unavailable: 503 with Retry-After in the past',
      answer(503, '<p>Sorry', { 'retry-after': 'Mon, 23 Nov 2020 10:00:00 GMT' }),
      { kind: 'unavailable', status: 503, retryAfterMs: 0 },
    ],
    ['unavailable: HTML', answer(200, '<p>Hello'), { kind: 'unavailable' }],
    ['unavailable: half of a JSON', halfJson, { kind: 'unavailable' }],
    ['unavailable: an answer that breaks off', truncate, { kind: 'unavailable', status: null }],
    ['unavailable: a connection reset', reset, { kind: 'unavailable', status: null }],
    ['unavailable: no token in it', answer(200, { token_type: 'Bearer' }), { kind: 'unavailable' }],
    ['unavailable: an endless body', endless, { kind: 'unavailable', status: null }],
    ['timeout: no answer', hang, { kind: 'timeout', status: null }],
    ['timeout: half of an answer and no more', hangAfterHeaders, { kind: 'timeout', status: null }],
  ])('%s', async (_name, script, expected) => {
    server.play(script);
    const patience = AbortSignal.timeout(expected.kind === 'timeout' ? 150 : 10_000);
    expect(await failureOf(google().refresh(SECRETS.refreshToken, patience))).toMatchObject(expected);
    expect(server.requests).toEqual(['POST /token']);
  });

  test('unavailable: a redirect, which is not followed', async () => {
    for (const status of [301, 302, 307, 308]) {
      server.requests.length = 0;
      server.play(answer(status, 'elsewhere', { location: `${server.url}/elsewhere` }));
      const failure = await failureOf(google().refresh(SECRETS.refreshToken, AbortSignal.timeout(5_000)));
      expect(failure.kind).toBe('unavailable');
      expect(server.requests).toEqual(['POST /token']);
    }
  });

  test('unavailable: nobody listens', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    const failure = await failureOf(google(gone.url).refresh(SECRETS.refreshToken, AbortSignal.timeout(5_000)));
    expect(failure).toMatchObject({ kind: 'unavailable', status: null });
  });

  test('timeout: the caller gave up before it began, and nothing was sent', async () => {
    const failure = await failureOf(google().refresh(SECRETS.refreshToken, AbortSignal.abort()));
    expect(failure.kind).toBe('timeout');
    expect(server.requests).toEqual([]);
  });
});

test('a refresh with another issuer in its id_token is not taken', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://elsewhere.example', aud: 'client', sub: '1', iat: seconds, exp: seconds + 60 };
  const idToken = `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`;
  server.play(answer(200, { access_token: SECRETS.accessToken, token_type: 'Bearer', id_token: idToken }));
  const failure = await failureOf(google().refresh(SECRETS.refreshToken, AbortSignal.timeout(5_000)));
  expect(failure.kind).toBe('unavailable');
});

test('what the token endpoint leaves out is null', async () => {
  server.play(answer(200, { access_token: SECRETS.accessToken, token_type: 'Bearer' }));
  expect(await google().refresh(SECRETS.refreshToken, AbortSignal.timeout(5_000))).toEqual({
    accessToken: SECRETS.accessToken,
    refreshToken: null,
    expiresAt: null,
    scopes: null,
  });
});

describe('at the userinfo endpoint', () => {
  test.each<[string, Script, Partial<ProviderFailure>]>([
    ['a 401 is unauthorized', answer(401, body('invalid_token')), { kind: 'unauthorized', status: 401 }],
    [
      'a 401 with a challenge is unauthorized',
      answer(401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' }),
      { kind: 'unauthorized', status: 401 },
    ],
    ['a 403 is forbidden', answer(403, {}), { kind: 'forbidden', status: 403 }],
    ['a 503 is unavailable', answer(503, {}), { kind: 'unavailable', status: 503 }],
    ['an answer without a subject is unavailable', answer(200, { email: 'a@example.com' }), { kind: 'unavailable' }],
    ['a person who is nobody is unavailable', answer(200, { sub: '' }), { kind: 'unavailable' }],
  ])('%s', async (_name, script, expected) => {
    server.play(script);
    const failure = await failureOf(google().identify(SECRETS.accessToken, AbortSignal.timeout(5_000)));
    expect(failure).toMatchObject(expected);
  });

  test('a person without an e-mail address is known by the subject', async () => {
    server.play(answer(200, { sub: '42' }));
    const account = await google().identify(SECRETS.accessToken, AbortSignal.timeout(5_000));
    expect(account).toEqual({ subject: '42', label: '42' });
  });
});

describe('at the revocation endpoint', () => {
  test('a token that is dead already is success', async () => {
    server.play(answer(400, body('invalid_token')));
    await google().revoke(SECRETS.refreshToken, AbortSignal.timeout(5_000));
    expect(server.requests).toEqual(['POST /revoke']);
  });

  test('a failing provider is a failure', async () => {
    server.play(answer(503, body('backend_error')));
    const failure = await failureOf(google().revoke(SECRETS.refreshToken, AbortSignal.timeout(5_000)));
    expect(failure).toMatchObject({ kind: 'unavailable', status: 503 });
  });
});

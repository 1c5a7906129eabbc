import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { OAuthProvider } from '../../../src/ports/oauth-provider.ts';
import { ProviderFailure } from '../../../src/ports/provider-failure.ts';
import { createGoogleOAuth } from '../../../src/providers/google/google-oauth.ts';
import { startEmulatedGooglePeer } from './peers/emulated-google-peer.ts';
import { startEmulatorsGooglePeer } from './peers/emulators-google-peer.ts';
import type { GooglePeer } from './peers/google-peer.ts';
import { CLIENT, READ_SCOPE } from './peers/google-peer.ts';
import { startOidcProviderPeer } from './peers/oidc-provider-peer.ts';

const inTime = () => AbortSignal.timeout(5_000);
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe.each([
  ['the practice Google', startEmulatedGooglePeer],
  ['oidc-provider', startOidcProviderPeer],
  ['@emulators/google', startEmulatorsGooglePeer],
])('against %s', (_name, start) => {
  let peer: GooglePeer;
  let google: OAuthProvider;

  beforeAll(async () => {
    peer = await start();
    google = createGoogleOAuth(peer.options);
  });
  afterAll(() => peer.close());

  async function consent() {
    const codeVerifier = randomBytes(32).toString('base64url');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const state = randomBytes(16).toString('base64url');
    const callback = await peer.consent(google.authorizationUrl({ state, codeChallenge, scopes: [READ_SCOPE] }));
    expect(callback.href).toMatch(CLIENT.redirectUri);
    expect(callback.searchParams.get('state')).toBe(state);
    return { code: callback.searchParams.get('code') ?? '', codeVerifier };
  }

  test('a consent becomes tokens that name the account and can be refreshed', async () => {
    const tokens = await google.exchange(await consent(), inTime());
    expect(tokens.refreshToken).toEqual(expect.any(String));
    expect(tokens.expiresAt?.getTime()).toBeGreaterThan(Date.now());
    expect(tokens.scopes).toContain(READ_SCOPE);
    expect(await google.identify(tokens.accessToken, inTime())).toEqual({
      subject: expect.any(String),
      label: 'minji@example.com',
    });

    const fresh = await google.refresh(tokens.refreshToken ?? '', inTime());
    expect(fresh.accessToken).not.toBe(tokens.accessToken);
    expect(fresh.refreshToken === null).toBe(!peer.rotates);
    expect((await google.identify(fresh.accessToken, inTime())).label).toBe('minji@example.com');
  });

  test('after a revocation the refresh token is dead, and revoking it again is no error', async () => {
    const tokens = await google.exchange(await consent(), inTime());
    await google.revoke(tokens.refreshToken ?? '', inTime());
    await google.revoke(tokens.refreshToken ?? '', inTime());
    expect(await failureOf(google.refresh(tokens.refreshToken ?? '', inTime()))).toMatchObject({
      kind: 'invalidGrant',
    });
  });

  test('a code works once', async () => {
    const grant = await consent();
    await google.exchange(grant, inTime());
    expect(await failureOf(google.exchange(grant, inTime()))).toMatchObject({ kind: 'invalidGrant' });
  });

  test('a code is worth nothing with another verifier', async () => {
    const { code } = await consent();
    const failure = await failureOf(google.exchange({ code, codeVerifier: 'x'.repeat(43) }, inTime()));
    expect(failure).toMatchObject({ kind: 'invalidGrant' });
  });

  test('a wrong client secret is nothing that a person can mend', async () => {
    const stranger = createGoogleOAuth({ ...peer.options, clientSecret: 'not-the-secret-at-all' });
    const failure = await failureOf(stranger.exchange(await consent(), inTime()));
    expect(failure).toMatchObject({ kind: 'invalidRequest', status: 401 });
  });

  test('an unknown access token is unauthorized, and the failure does not hold it', async () => {
    const failure = await failureOf(google.identify('a-token-nobody-issued', inTime()));
    expect(failure).toBeInstanceOf(ProviderFailure);
    expect(failure).toMatchObject({ kind: 'unauthorized', status: 401 });
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('a-token-nobody-issued');
  });
});

test('without another base address every endpoint is the real Google', () => {
  const google = createGoogleOAuth(CLIENT);
  expect(google).toMatchObject({
    provider: 'google',
    redirectUri: CLIENT.redirectUri,
    authorizationOrigin: 'https://accounts.google.com',
    issuer: 'https://accounts.google.com',
  });
  const url = google.authorizationUrl({ state: 's', codeChallenge: 'c', scopes: [READ_SCOPE, 'email'] });
  expect(url.origin + url.pathname).toBe('https://accounts.google.com/o/oauth2/v2/auth');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: CLIENT.clientId,
    redirect_uri: CLIENT.redirectUri,
    scope: `openid email ${READ_SCOPE}`,
    state: 's',
    code_challenge: 'c',
    code_challenge_method: 'S256',
    access_type: 'offline',
    prompt: 'consent',
    include_granted_scopes: 'true',
  });
});

test('plain http is refused anywhere but on this machine', async () => {
  const google = createGoogleOAuth({ ...CLIENT, baseUrl: 'http://google.example' });
  expect(await failureOf(google.refresh('any', inTime()))).toMatchObject({ kind: 'invalidRequest', status: null });
});

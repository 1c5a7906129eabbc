import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { EmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import { createEmulatedGoogle } from '../../../infra/local/google/emulated-google.ts';
import type { GoogleClient } from './google-client.ts';
import { createGoogleClient } from './google-client.ts';
import { CLIENT, READ_SCOPE } from './peers/google-peer.ts';

const MINJI = { account: 'minji@example.com' };
const TASKS_SCOPE = 'https://www.googleapis.com/auth/tasks';

let google: EmulatedGoogle;
let client: GoogleClient;
/** Minutes that the clock of this Google is ahead. */
let later = 0;

beforeEach(async () => {
  later = 0;
  const now = () => Date.now() + later * 60_000;
  google = await createEmulatedGoogle({
    ...CLIENT,
    port: 0,
    dataFolder: null,
    redirectUris: [CLIENT.redirectUri],
    now,
  });
  client = createGoogleClient(google.url);
});
afterEach(() => google.close());

const codeOf = (callback: URL) => callback.searchParams.get('code') ?? '';
const listEvents = (token: string) => client.api('GET', '/calendar/v3/calendars/primary/events', token);

describe('the pages', () => {
  const page = async (url: URL, language: string) => {
    const answer = await fetch(url, { headers: { 'accept-language': language } });
    return { status: answer.status, policy: answer.headers.get('content-security-policy'), html: await answer.text() };
  };

  test('are Korean or English after the browser, and say on each that they are ours', async () => {
    const choose = client.authorizationUrl([READ_SCOPE]);
    const consent = client.authorizationUrl([READ_SCOPE], { login_hint: MINJI.account });
    const wrong = client.authorizationUrl([READ_SCOPE], { client_id: 'somebody' });
    for (const url of [choose, consent, wrong]) {
      for (const language of ['ko-KR,ko;q=0.9,en;q=0.8', 'en-US,en;q=0.9,ko;q=0.1', 'fr']) {
        const { html, policy } = await page(url, language);
        expect(html).toContain('Panager의 연습용 Google');
        expect(html).toContain('practice Google, not Google');
        expect(html).toContain(`<html lang="${language.startsWith('ko') ? 'ko' : 'en'}">`);
        expect(html).not.toContain('<script');
        expect(policy).toContain(`default-src 'none'`);
        expect(policy).toContain(`frame-ancestors 'none'`);
      }
    }
    expect((await page(choose, 'ko')).html).toMatch(/김민지[\s\S]*Alex Morgan/);
    expect((await page(consent, 'ko')).html).toMatch(/허용<\/button>/);
    expect((await page(consent, 'ko')).policy).toContain(`form-action 'self' http://localhost:8000;`);
  });

  test('a stranger client and a redirect URI that is not the registered one get a page and no redirect', async () => {
    for (const change of [
      { client_id: 'somebody' },
      { redirect_uri: `${CLIENT.redirectUri}/` },
      { redirect_uri: 'https://elsewhere.example/' },
    ]) {
      const answer = await fetch(client.authorizationUrl([READ_SCOPE], change), { redirect: 'manual' });
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
    }
  });

  test('a repeated parameter is refused, and what was typed into it is only text', async () => {
    const url = client.authorizationUrl([READ_SCOPE]);
    url.searchParams.append('<b>x', '1');
    url.searchParams.append('<b>x', '2');
    const { status, html } = await page(url, 'en');
    expect(status).toBe(400);
    expect(html).toContain('&lt;b&gt;x');
    expect(html).not.toContain('<b>x');
  });

  test('select_account asks again although a hint names the account', async () => {
    const hinted = { login_hint: MINJI.account, prompt: 'consent select_account' };
    expect((await page(client.authorizationUrl([READ_SCOPE], hinted), 'en')).html).toContain('Choose an account');
    const callback = await client.consent(client.authorizationUrl([READ_SCOPE], hinted), {
      account: 'alex@example.com',
    });
    const { body } = await client.exchange(codeOf(callback));
    const person = await client.api('GET', '/v1/userinfo', body.access_token);
    expect(person.body).toEqual({ sub: expect.any(String), email: 'alex@example.com', email_verified: true });
  });

  test('a form that another site sends is refused', async () => {
    const url = client.authorizationUrl([READ_SCOPE]);
    url.pathname = '/signin/oauth/consent';
    const body = new URLSearchParams({ account: MINJI.account, decision: 'allow' });
    const headers = { 'sec-fetch-site': 'cross-site' };
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
    expect(answer.status).toBe(400);
  });
});

describe('the answer to the client', () => {
  test('carries state and issuer, for yes and for no', async () => {
    const url = client.authorizationUrl([READ_SCOPE], { state: 'a b&c' });
    const yes = await client.consent(url, MINJI);
    expect(Object.fromEntries(yes.searchParams)).toEqual({
      code: expect.any(String),
      state: 'a b&c',
      iss: google.url,
    });
    const no = await client.consent(url, { ...MINJI, decision: 'deny' });
    expect(Object.fromEntries(no.searchParams)).toEqual({ error: 'access_denied', state: 'a b&c', iss: google.url });
  });

  test.each([
    ['without PKCE', { code_challenge: null }, 'invalid_request'],
    ['with plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['with a token wanted', { response_type: 'token' }, 'unsupported_response_type'],
    ['with a scope that does not exist', { scope: 'openid everything' }, 'invalid_scope'],
    ['with nobody to ask', { prompt: 'none' }, 'interaction_required'],
  ])('%s is an error', async (_name, change, error) => {
    const answer = await fetch(client.authorizationUrl([READ_SCOPE], change), { redirect: 'manual' });
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.href).toContain(CLIENT.redirectUri);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 'the-state', iss: google.url });
  });
});

describe('a code', () => {
  test('works once; a second use ends the tokens of the first', async () => {
    const code = codeOf(await client.consent(client.authorizationUrl([READ_SCOPE]), MINJI));
    const first = await client.exchange(code);
    expect((await listEvents(first.body.access_token)).status).toBe(200);
    expect(await client.exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await listEvents(first.body.access_token)).status).toBe(401);
    expect(await client.refresh(first.body.refresh_token ?? '')).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 400, 'invalid_grant'],
    ['another redirect URI', { redirect_uri: 'http://localhost:8000/elsewhere' }, 400, 'invalid_grant'],
    ['another secret', { client_secret: 'guessed' }, 401, 'invalid_client'],
    ['another client', { client_id: 'somebody' }, 401, 'invalid_client'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('is refused with %s, and not used up by it', async (_name, change, status, error) => {
    const code = codeOf(await client.consent(client.authorizationUrl([READ_SCOPE]), MINJI));
    expect(await client.exchange(code, change)).toMatchObject({ status, body: { error } });
    expect((await client.exchange(code)).status).toBe(200);
  });

  test('dies after two minutes', async () => {
    const code = codeOf(await client.consent(client.authorizationUrl([READ_SCOPE]), MINJI));
    later = 3;
    expect(await client.exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('scopes', () => {
  test('are answered in long form, and an unticked one is not among them', async () => {
    const tokens = await client.tokensOf({ ...MINJI, untick: [READ_SCOPE] }, [READ_SCOPE, TASKS_SCOPE]);
    expect(tokens.scope).toBe(`openid https://www.googleapis.com/auth/userinfo.email ${TASKS_SCOPE}`);
    const refused = await listEvents(tokens.access_token);
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: 403, errors: [{ reason: 'insufficientPermissions', domain: 'global' }] } },
    });
  });

  test('that nobody asked for are not granted, whatever the form says', async () => {
    const url = client.authorizationUrl([READ_SCOPE]);
    url.pathname = '/signin/oauth/consent';
    const body = new URLSearchParams({ account: MINJI.account, decision: 'allow', scope: TASKS_SCOPE });
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    const { scope } = (await client.exchange(codeOf(new URL(answer.headers.get('location') ?? '')))).body;
    expect(scope).toBe('openid https://www.googleapis.com/auth/userinfo.email');
  });

  test('granted before come along with include_granted_scopes only', async () => {
    await client.tokensOf(MINJI, [READ_SCOPE]);
    expect((await client.tokensOf(MINJI, [TASKS_SCOPE])).scope).not.toContain(READ_SCOPE);
    const both = await client.tokensOf(MINJI, [TASKS_SCOPE], { include_granted_scopes: 'true' });
    expect(both.scope.split(' ')).toEqual(expect.arrayContaining([READ_SCOPE, TASKS_SCOPE]));
  });
});

describe('tokens', () => {
  test('a refresh token comes with the first offline consent, and again only with prompt=consent', async () => {
    expect((await client.tokensOf(MINJI, [READ_SCOPE])).refresh_token).toEqual(expect.any(String));
    expect((await client.tokensOf(MINJI, [READ_SCOPE])).refresh_token).toBeUndefined();
    expect((await client.tokensOf(MINJI, [READ_SCOPE], { prompt: 'consent' })).refresh_token).toEqual(
      expect.any(String),
    );
    const online = { prompt: 'consent', access_type: 'online' };
    expect((await client.tokensOf(MINJI, [READ_SCOPE], online)).refresh_token).toBeUndefined();
  });

  test('an access token expires; the refresh token stays the same and gives another', async () => {
    await client.control('POST', 'settings', { accessTokenTtl: 600 });
    const tokens = await client.tokensOf(MINJI, [READ_SCOPE]);
    expect(tokens.expires_in).toBe(600);
    later = 11;
    expect(await listEvents(tokens.access_token)).toMatchObject({
      status: 401,
      body: { error: { errors: [{ reason: 'authError' }] } },
    });
    const fresh = await client.refresh(tokens.refresh_token ?? '');
    expect(fresh.body.refresh_token).toBeUndefined();
    expect((await listEvents(fresh.body.access_token)).status).toBe(200);
    expect((await client.refresh(tokens.refresh_token ?? '')).status).toBe(200);
  });

  test('with rotation each refresh token works once', async () => {
    await client.control('POST', 'settings', { rotate: true });
    const tokens = await client.tokensOf(MINJI, [READ_SCOPE]);
    const fresh = await client.refresh(tokens.refresh_token ?? '');
    expect(fresh.body.refresh_token).not.toBe(tokens.refresh_token);
    expect((await client.refresh(tokens.refresh_token ?? '')).body.error).toBe('invalid_grant');
    expect((await client.refresh(fresh.body.refresh_token ?? '')).status).toBe(200);
  });

  test('all expire at once when a test wants it', async () => {
    const tokens = await client.tokensOf(MINJI, [READ_SCOPE]);
    expect(await client.control('POST', 'expire-access-tokens')).toEqual({ expired: 1 });
    expect((await listEvents(tokens.access_token)).status).toBe(401);
    expect((await client.refresh(tokens.refresh_token ?? '')).status).toBe(200);
  });

  test('revoking any token ends the whole grant of that person, and of nobody else', async () => {
    const alex = await client.tokensOf({ account: 'alex@example.com' }, [READ_SCOPE]);
    const first = await client.tokensOf(MINJI, [READ_SCOPE]);
    const second = await client.tokensOf(MINJI, [READ_SCOPE], { prompt: 'consent' });
    expect((await client.revoke(first.access_token)).status).toBe(200);
    for (const token of [first.access_token, second.access_token]) expect((await listEvents(token)).status).toBe(401);
    expect((await client.refresh(second.refresh_token ?? '')).body.error).toBe('invalid_grant');
    expect(await client.revoke(second.refresh_token ?? '')).toMatchObject({
      status: 400,
      body: { error: 'invalid_token' },
    });
    expect((await listEvents(alex.access_token)).status).toBe(200);
    // It was forgotten: the next consent is a first one.
    expect((await client.tokensOf(MINJI, [READ_SCOPE])).refresh_token).toEqual(expect.any(String));
  });

  test('a person can revoke without the client, and every request is counted by grant', async () => {
    const tokens = await client.tokensOf(MINJI, [READ_SCOPE]);
    await client.refresh(tokens.refresh_token ?? '');
    expect(await client.control('POST', 'revoke', { person: MINJI.account })).toEqual({ revoked: true });
    expect(await client.control('POST', 'revoke', { person: MINJI.account })).toEqual({ revoked: false });
    await client.refresh(tokens.refresh_token ?? '');
    const counted = { exchange: 1, refresh: 1, revoke: 0, refused: 0 };
    expect(await client.control('GET', 'token-requests')).toEqual({
      grants: [
        { grant: expect.any(String), person: MINJI.account, ...counted },
        { grant: null, person: null, exchange: 0, refresh: 0, revoke: 0, refused: 1 },
      ],
    });
  });

  test('the id_token is signed by the published key', async () => {
    const { id_token: idToken } = await client.tokensOf(MINJI, [READ_SCOPE], { nonce: 'n-1' });
    const [header = '', claims = '', signature = ''] = idToken.split('.');
    const certs = (await (await fetch(`${google.url}/oauth2/v3/certs`)).json()) as { keys: JsonWebKey[] };
    const key = createPublicKey({ key: certs.keys[0] ?? {}, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: google.url,
      aud: CLIENT.clientId,
      email: MINJI.account,
      nonce: 'n-1',
    });
  });
});

test('the discovery document names what is served', async () => {
  const answer = await fetch(`${google.url}/.well-known/openid-configuration`);
  const document = (await answer.json()) as Record<string, string>;
  expect(document).toMatchObject({ issuer: google.url, authorization_response_iss_parameter_supported: true });
  for (const name of ['jwks_uri', 'authorization_endpoint'])
    expect((await fetch(document[name] ?? '')).status).not.toBe(404);
  for (const name of ['token_endpoint', 'revocation_endpoint']) {
    expect((await fetch(document[name] ?? '', { method: 'POST' })).status).not.toBe(404);
  }
});

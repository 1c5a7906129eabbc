import { createHash, randomBytes } from 'node:crypto';

import { walkConsent } from '../../../infra/local/google/walk-consent.ts';
import type { ConsentWalk } from '../../../infra/local/google/walk-consent.ts';
import { CLIENT } from './peers/google-peer.ts';

export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
  scope: string;
  id_token: string;
  error?: string;
}

/** What tests read of the calendar's answers; which fields there are depends on what was asked. */
export interface ApiAnswer {
  id: string;
  etag: string;
  summary: string;
  start: { dateTime: string };
  timeZone: string;
  items: ApiAnswer[];
  nextPageToken?: string;
}

/** Speaks to the practice Google as bare HTTP, so that nothing of the adapters hides what it answers. */
export function createGoogleClient(baseUrl: string) {
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

  function authorizationUrl(scopes: readonly string[], change: Record<string, string | null | undefined> = {}): URL {
    const url = new URL('/o/oauth2/v2/auth', baseUrl);
    const parameters = {
      response_type: 'code',
      client_id: CLIENT.clientId,
      redirect_uri: CLIENT.redirectUri,
      scope: ['openid', 'email', ...scopes].join(' '),
      state: 'the-state',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
      access_type: 'offline',
      ...change,
    };
    for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
    return url;
  }

  async function post(path: string, form: Record<string, string>) {
    const answer = await fetch(new URL(path, baseUrl), { method: 'POST', body: new URLSearchParams(form) });
    return { status: answer.status, body: (await answer.json()) as TokenAnswer };
  }

  const credentials = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };

  return {
    authorizationUrl,
    consent: (url: URL, walk: ConsentWalk) => walkConsent(url, walk),
    exchange: (code: string, change: Record<string, string> = {}) =>
      post('/token', {
        ...credentials,
        grant_type: 'authorization_code',
        code,
        redirect_uri: CLIENT.redirectUri,
        code_verifier: codeVerifier,
        ...change,
      }),
    refresh: (token: string, change: Record<string, string> = {}) =>
      post('/token', { ...credentials, grant_type: 'refresh_token', refresh_token: token, ...change }),
    revoke: (token: string) => post('/revoke', { token }),

    /** From nothing to tokens, in one step. */
    async tokensOf(walk: ConsentWalk, scopes: readonly string[], change: Record<string, string | null> = {}) {
      const callback = await walkConsent(authorizationUrl(scopes, change), walk);
      return (await this.exchange(callback.searchParams.get('code') ?? '')).body;
    },

    async api(method: string, path: string, accessToken: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(new URL(path, baseUrl), {
        method,
        headers: { ...headers, authorization: `Bearer ${accessToken}` },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text || '{}') as ApiAnswer };
    },

    async control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
      const answer = await fetch(new URL(`/_emulator/${path}`, baseUrl), {
        method,
        body: body === undefined ? null : JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
      return answer.json();
    },
  };
}

export type GoogleClient = ReturnType<typeof createGoogleClient>;

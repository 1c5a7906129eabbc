import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { JWK } from 'oidc-provider';
import Provider from 'oidc-provider';

import { createBrowser, readForm } from './browser.ts';
import type { GooglePeer } from './google-peer.ts';
import { CLIENT, READ_SCOPE } from './google-peer.ts';

/** A certified OpenID provider on Google's paths: stricter than Google, with rotation, and none of our code. */
export async function startOidcProviderPeer(): Promise<GooglePeer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  const provider = quietly(
    () =>
      new Provider(baseUrl, {
        clients: [
          {
            client_id: CLIENT.clientId,
            client_secret: CLIENT.clientSecret,
            redirect_uris: [CLIENT.redirectUri],
            grant_types: ['authorization_code', 'refresh_token'],
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
        routes: {
          authorization: '/o/oauth2/v2/auth',
          token: '/token',
          revocation: '/revoke',
          userinfo: '/v1/userinfo',
          jwks: '/oauth2/v3/certs',
        },
        jwks: { keys: [{ ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'RS256' }] },
        cookies: { keys: [randomUUID()] },
        scopes: ['openid', 'email', READ_SCOPE],
        claims: { openid: ['sub'], email: ['email', 'email_verified'] },
        features: {
          revocation: { enabled: true, allowedPolicy: async () => true },
          devInteractions: { enabled: true },
        },
        ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, RefreshToken: 600, IdToken: 600 },
        pkce: { required: () => true },
        rotateRefreshToken: true,
        issueRefreshToken: async () => true,
        findAccount: async (_context, id) => ({
          accountId: id,
          claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: true }),
        }),
      }),
  );
  const handle = provider.callback();
  server.on('request', (request, response) => void handle(request, response));

  return {
    options: { ...CLIENT, baseUrl },
    rotates: true,
    async consent(authorizationUrl) {
      const browser = createBrowser(CLIENT.redirectUri);
      let page = await browser.open(authorizationUrl);
      const signIn = new URLSearchParams({ login: 'minji', password: 'any' });
      for (const answers of [signIn, new URLSearchParams()]) {
        const { action, fields } = readForm(page);
        for (const [name, value] of Object.entries(fields)) answers.set(name, value);
        page = await browser.open(action, { method: 'POST', body: answers });
      }
      return page.url;
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** It warns that memory and its own pages are for development, which is what they are used for. */
export function quietly<T>(work: () => T): T {
  const { warn } = console;
  console.warn = (line: string) => line.startsWith('oidc-provider WARNING') || warn(line);
  try {
    return work();
  } finally {
    console.warn = warn;
  }
}

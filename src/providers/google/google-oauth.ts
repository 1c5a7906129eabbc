import type { OAuthProvider } from '../../ports/oauth-provider.ts';
import type { Endpoints } from '../oauth/authorization-code-client.ts';
import { createAuthorizationCodeClient } from '../oauth/authorization-code-client.ts';

export interface GoogleOAuthOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** Origin of another Google (emulated): every endpoint is there. */
  baseUrl?: string;
}

/** Whose account it is (`openid`), and what the person recognises (`email`). */
const SIGN_IN_SCOPES = ['openid', 'email'];

/** Google's OAuth 2.0 for web servers: https://developers.google.com/identity/protocols/oauth2/web-server */
export function createGoogleOAuth(options: GoogleOAuthOptions): OAuthProvider {
  const server = options.baseUrl ? endpointsAt(new URL(options.baseUrl).origin) : GOOGLE;
  const client = createAuthorizationCodeClient({ server, ...options });

  return {
    provider: 'google',
    redirectUri: options.redirectUri,
    authorizationOrigin: new URL(server.authorization_endpoint).origin,
    issuer: server.issuer,

    authorizationUrl({ state, codeChallenge, scopes }) {
      return client.authorizationUrl({
        scope: [...new Set([...SIGN_IN_SCOPES, ...scopes])].join(' '),
        state,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
        access_type: 'offline',
        // A refresh token comes with the first consent only. Whoever consented before (on another machine, or before
        // the credential was lost) would come back without one, unless asked to consent again.
        prompt: 'consent',
        // A later consent for one more scope keeps the earlier ones.
        include_granted_scopes: 'true',
      });
    },

    exchange: client.exchange,
    refresh: client.refresh,
    revoke: client.revoke,

    async identify(accessToken, signal) {
      const person = await client.userInfo(accessToken, signal);
      return { subject: person.sub, label: person.email ?? person.sub };
    },
  };
}

const GOOGLE: Endpoints = {
  issuer: 'https://accounts.google.com',
  authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
  token_endpoint: 'https://oauth2.googleapis.com/token',
  revocation_endpoint: 'https://oauth2.googleapis.com/revoke',
  userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
};

function endpointsAt(origin: string): Endpoints {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/o/oauth2/v2/auth`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    userinfo_endpoint: `${origin}/v1/userinfo`,
  };
}

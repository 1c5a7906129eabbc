import * as oauth from 'oauth4webapi';

import type { TokenGrant } from '../../ports/oauth-provider.ts';
import { createBoundedFetch } from './bounded-fetch.ts';
import { toClientFailure, toOAuthFailure } from './to-oauth-failure.ts';

export interface AuthorizationCodeClientOptions {
  server: Endpoints;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}

/** The provider's metadata (RFC 8414); what is in it is used, nothing is discovered. */
export type Endpoints = Required<
  Pick<
    oauth.AuthorizationServer,
    'issuer' | 'authorization_endpoint' | 'token_endpoint' | 'revocation_endpoint' | 'userinfo_endpoint'
  >
>;

/** What every provider with authorization code, PKCE and a client secret shares (RFC 6749 4.1, RFC 7636). */
export function createAuthorizationCodeClient(options: AuthorizationCodeClientOptions) {
  const { server, redirectUri } = options;
  const client: oauth.Client = { client_id: options.clientId };
  const clientAuth = oauth.ClientSecretPost(options.clientSecret);
  const http = { [oauth.customFetch]: createBoundedFetch(), [oauth.allowInsecureRequests]: isLoopback(server.issuer) };

  return {
    authorizationUrl(parameters: Record<string, string>): URL {
      const url = new URL(server.authorization_endpoint);
      const ours = { response_type: 'code', client_id: options.clientId, redirect_uri: redirectUri };
      for (const [name, value] of Object.entries({ ...ours, ...parameters })) url.searchParams.set(name, value);
      return url;
    },

    /** `state` and `iss` of the callback were checked by the caller, who keeps the attempt they belong to. */
    async exchange(grant: { code: string; codeVerifier: string }, signal: AbortSignal): Promise<TokenGrant> {
      const askedAt = Date.now();
      try {
        const callback = new URLSearchParams({ code: grant.code });
        const parameters = oauth.validateAuthResponse(server, client, callback, oauth.skipStateCheck);
        const answer = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          clientAuth,
          parameters,
          redirectUri,
          grant.codeVerifier,
          { ...http, signal },
        );
        return toTokenGrant(await oauth.processAuthorizationCodeResponse(server, client, answer), askedAt);
      } catch (error) {
        throw toClientFailure(error);
      }
    },

    async refresh(refreshToken: string, signal: AbortSignal): Promise<TokenGrant> {
      const askedAt = Date.now();
      try {
        const options = { ...http, signal };
        const answer = await oauth.refreshTokenGrantRequest(server, client, clientAuth, refreshToken, options);
        return toTokenGrant(await oauth.processRefreshTokenResponse(server, client, answer), askedAt);
      } catch (error) {
        throw toClientFailure(error);
      }
    },

    async userInfo(accessToken: string, signal: AbortSignal): Promise<oauth.UserInfoResponse> {
      try {
        const answer = await oauth.userInfoRequest(server, client, accessToken, { ...http, signal });
        return await oauth.processUserInfoResponse(server, client, oauth.skipSubjectCheck, answer);
      } catch (error) {
        throw toOAuthFailure(error);
      }
    },

    /** A token that is dead already is success (RFC 7009 2.2), also where the provider calls it an error. */
    async revoke(token: string, signal: AbortSignal): Promise<void> {
      try {
        const answer = await oauth.revocationRequest(server, client, clientAuth, token, { ...http, signal });
        await oauth.processRevocationResponse(answer);
      } catch (error) {
        if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_token') return;
        throw toClientFailure(error);
      }
    },
  };
}

/** @param askedAt milliseconds; the lifetime is counted from the question, so that it never ends later than it does. */
function toTokenGrant(answer: oauth.TokenEndpointResponse, askedAt: number): TokenGrant {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? null,
    expiresAt: answer.expires_in === undefined ? null : new Date(askedAt + answer.expires_in * 1000),
    scopes: answer.scope?.split(' ').filter(Boolean) ?? null,
  };
}

/** Plain http is for emulated providers on this machine; anywhere else the library refuses it. */
function isLoopback(url: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}

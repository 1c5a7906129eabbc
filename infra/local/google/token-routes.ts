import { timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import type { Grants, IssuedTokens } from './grants.ts';
import type { Answer, Request, Route } from './http.ts';
import { json, repeatedParameter } from './http.ts';
import { findPerson } from './people.ts';
import { EMAIL_SCOPE, formatScopes, SCOPE_TEXTS } from './scopes.ts';
import type { Client } from './settings.ts';
import type { SigningKey } from './signing-key.ts';

/** Discovery, token, revocation and userinfo endpoints, with Google's answers. */
export function createTokenRoutes(
  database: DatabaseSync,
  grants: Grants,
  client: Client,
  key: SigningKey,
  now: () => number,
): Route[] {
  const refuse = (error: string, description: string, status = 400) =>
    json(status, { error, error_description: description });

  function tokenAnswer(request: Request, issued: IssuedTokens): Answer {
    const person = findPerson(database, issued.email);
    const seconds = Math.floor(now() / 1000);
    const claims = {
      iss: request.url.origin,
      azp: client.id,
      aud: client.id,
      sub: person?.subject,
      ...(issued.scopes.includes(EMAIL_SCOPE) ? { email: issued.email, email_verified: true } : {}),
      ...(issued.nonce ? { nonce: issued.nonce } : {}),
      iat: seconds,
      exp: seconds + 3600,
    };
    return json(200, {
      access_token: issued.accessToken,
      expires_in: issued.expiresInSeconds,
      ...(issued.refreshToken ? { refresh_token: issued.refreshToken } : {}),
      scope: formatScopes(issued.scopes),
      token_type: 'Bearer',
      ...(issued.scopes.includes('openid') ? { id_token: key.signJwt(claims) } : {}),
    });
  }

  function token(request: Request): Answer {
    const form = new URLSearchParams(request.body);
    const repeated = repeatedParameter(form);
    if (repeated) return refuse('invalid_request', `Parameter given twice: ${repeated}`);
    if (!isClient(request, form, client)) return refuse('invalid_client', 'Unauthorized', 401);
    switch (form.get('grant_type')) {
      case 'authorization_code': {
        const redirectUri = form.get('redirect_uri') ?? '';
        const issued = grants.redeemCode(form.get('code') ?? '', redirectUri, form.get('code_verifier') ?? '');
        return issued ? tokenAnswer(request, issued) : refuse('invalid_grant', 'Bad Request');
      }
      case 'refresh_token': {
        const issued = grants.refresh(form.get('refresh_token') ?? '');
        return issued ? tokenAnswer(request, issued) : refuse('invalid_grant', 'Token has been expired or revoked.');
      }
      default:
        return refuse('unsupported_grant_type', 'Invalid grant_type');
    }
  }

  /** Google takes the token in the query or in the body, and asks for no client. */
  function revoke(request: Request): Answer {
    const value = request.url.searchParams.get('token') ?? new URLSearchParams(request.body).get('token') ?? '';
    return grants.revoke(value) ? json(200, {}) : refuse('invalid_token', 'Token expired or revoked');
  }

  function userinfo(request: Request): Answer {
    const access = grants.access(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!access?.scopes.includes('openid')) {
      const challenge = 'Bearer realm="accounts", error="invalid_token"';
      return json(
        401,
        { error: 'invalid_request', error_description: 'Invalid Credentials' },
        { 'www-authenticate': challenge },
      );
    }
    const email = access.scopes.includes(EMAIL_SCOPE) ? { email: access.email, email_verified: true } : {};
    return json(200, { sub: findPerson(database, access.email)?.subject, ...email });
  }

  function discovery(request: Request): Answer {
    const { origin } = request.url;
    return json(200, {
      issuer: origin,
      authorization_endpoint: `${origin}/o/oauth2/v2/auth`,
      token_endpoint: `${origin}/token`,
      revocation_endpoint: `${origin}/revoke`,
      userinfo_endpoint: `${origin}/v1/userinfo`,
      jwks_uri: `${origin}/oauth2/v3/certs`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      scopes_supported: Object.keys(SCOPE_TEXTS),
      authorization_response_iss_parameter_supported: true,
    });
  }

  return [
    { method: 'GET', path: '/.well-known/openid-configuration', handle: discovery },
    { method: 'GET', path: '/oauth2/v3/certs', handle: () => json(200, { keys: [key.publicJwk] }) },
    { method: 'POST', path: '/token', handle: token },
    { method: 'POST', path: '/revoke', handle: revoke },
    { method: 'GET', path: '/v1/userinfo', handle: userinfo },
  ];
}

/** Client credentials in the body or in a Basic header (RFC 6749 2.3.1). */
function isClient(request: Request, form: URLSearchParams, client: Client): boolean {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [id, secret] = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent)
    : [form.get('client_id'), form.get('client_secret')];
  const given = Buffer.from(secret ?? '');
  const known = Buffer.from(client.secret);
  return id === client.id && given.length === known.length && timingSafeEqual(given, known);
}

import { repeatedParameter } from './http.ts';
import { parseScopes, SCOPE_TEXTS, SIGN_IN_SCOPES } from './scopes.ts';
import type { Client } from './settings.ts';

export interface AuthorizationRequest {
  redirectUri: string;
  state: string | null;
  codeChallenge: string;
  nonce: string | null;
  /** Long forms; sign-in scopes among them. */
  scopes: string[];
  /** What the person may tick. */
  optionalScopes: string[];
  offline: boolean;
  includeGrantedScopes: boolean;
  prompt: string[];
  loginHint: string | null;
}

export type ParsedRequest =
  | { kind: 'request'; request: AuthorizationRequest }
  /** Shown to the person: without a known client and redirect URI nothing may be sent anywhere (RFC 6749 4.1.2.1). */
  | { kind: 'page'; code: string; hint: string }
  | { kind: 'redirect'; redirectUri: string; state: string | null; error: string; description: string };

/** Reads an authorization request (RFC 6749 4.1.1, RFC 7636 4.3) as strictly as a good server does. */
export function parseAuthorizationRequest(query: URLSearchParams, client: Client): ParsedRequest {
  const repeated = repeatedParameter(query);
  if (repeated) return { kind: 'page', code: 'invalid_request', hint: `Parameter given twice: ${repeated}` };
  if (query.get('client_id') !== client.id) {
    return { kind: 'page', code: 'invalid_client', hint: 'The OAuth client was not found.' };
  }
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!client.redirectUris.includes(redirectUri)) {
    return {
      kind: 'page',
      code: 'redirect_uri_mismatch',
      hint: 'This redirect URI is not registered, letter by letter.',
    };
  }

  const state = query.get('state');
  const refuse = (error: string, description: string): ParsedRequest => {
    return { kind: 'redirect', redirectUri, state, error, description };
  };
  if (query.get('response_type') !== 'code') return refuse('unsupported_response_type', 'response_type must be code');
  const codeChallenge = query.get('code_challenge') ?? '';
  if (query.get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) {
    return refuse('invalid_request', 'PKCE with S256 is required');
  }
  const scopes = parseScopes(query.get('scope') ?? '');
  const unknown = scopes.filter((scope) => !(scope in SCOPE_TEXTS));
  if (scopes.length === 0 || unknown.length > 0) return refuse('invalid_scope', `unknown: ${unknown.join(' ')}`);
  const prompt = (query.get('prompt') ?? '').split(' ').filter(Boolean);
  if (prompt.includes('none')) return refuse('interaction_required', 'nobody is signed in here');

  return {
    kind: 'request',
    request: {
      redirectUri,
      state,
      codeChallenge,
      nonce: query.get('nonce'),
      scopes,
      optionalScopes: scopes.filter((scope) => !SIGN_IN_SCOPES.includes(scope)),
      offline: query.get('access_type') === 'offline',
      includeGrantedScopes: query.get('include_granted_scopes') === 'true',
      prompt,
      loginHint: query.get('login_hint'),
    },
  };
}

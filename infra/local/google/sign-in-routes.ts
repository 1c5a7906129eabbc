import type { DatabaseSync } from 'node:sqlite';

import { parseAuthorizationRequest } from './authorization-request.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Grants } from './grants.ts';
import type { Answer, Request, Route } from './http.ts';
import { redirect } from './http.ts';
import { accountPage, consentPage, errorPage } from './pages.ts';
import { findPerson, listPeople } from './people.ts';
import type { Client } from './settings.ts';
import { languageOf } from './texts.ts';

const AUTHORIZE_PATH = '/o/oauth2/v2/auth';
/** The form posts here with the whole request in its address, which is checked again: nothing is kept in between. */
const CONSENT_PATH = '/signin/oauth/consent';

/** What a browser sees: choose an account, tick scopes, allow or deny. */
export function createSignInRoutes(database: DatabaseSync, grants: Grants, client: Client): Route[] {
  function backToClient(request: Request, to: string, state: string | null, answer: Record<string, string>): Answer {
    const location = new URL(to);
    for (const [name, value] of Object.entries(answer)) location.searchParams.set(name, value);
    if (state !== null) location.searchParams.set('state', state);
    location.searchParams.set('iss', request.url.origin);
    return redirect(location);
  }

  function withParsed(request: Request, next: (parsed: AuthorizationRequest) => Answer): Answer {
    const parsed = parseAuthorizationRequest(request.url.searchParams, client);
    switch (parsed.kind) {
      case 'page':
        return errorPage(languageOf(request.headers), parsed.code, parsed.hint);
      case 'redirect':
        return backToClient(request, parsed.redirectUri, parsed.state, {
          error: parsed.error,
          error_description: parsed.description,
        });
      case 'request':
        return next(parsed.request);
    }
  }

  /** The same authorization request on this page or that, with another account or none. */
  function address(request: Request, path: string, loginHint: string | null): string {
    const query = new URLSearchParams(request.url.searchParams);
    query.delete('login_hint');
    if (loginHint) {
      query.set('login_hint', loginHint);
      query.set('prompt', (query.get('prompt') ?? '').replace('select_account', '').trim());
    }
    return `${path}?${query}`;
  }

  function show(request: Request): Answer {
    return withParsed(request, (parsed) => {
      const language = languageOf(request.headers);
      const person = parsed.loginHint === null ? null : findPerson(database, parsed.loginHint);
      if (!person || parsed.prompt.includes('select_account')) {
        return accountPage(language, listPeople(database), ({ email }) => address(request, AUTHORIZE_PATH, email));
      }
      return consentPage(language, {
        person,
        scopes: parsed.scopes,
        formUrl: address(request, CONSENT_PATH, person.email),
        otherAccountUrl: address(request, AUTHORIZE_PATH, null),
        redirectOrigin: new URL(parsed.redirectUri).origin,
      });
    });
  }

  function decide(request: Request): Answer {
    return withParsed(request, (parsed) => {
      const language = languageOf(request.headers);
      const site = request.headers['sec-fetch-site'];
      if (site && site !== 'same-origin') return errorPage(language, 'invalid_request', 'This form is not ours.');
      const form = new URLSearchParams(request.body);
      const person = findPerson(database, form.get('account') ?? '');
      const decision = form.get('decision');
      if (!person || (decision !== 'allow' && decision !== 'deny')) {
        return errorPage(language, 'invalid_request', 'The form needs an account and a decision.');
      }
      if (decision === 'deny') {
        return backToClient(request, parsed.redirectUri, parsed.state, { error: 'access_denied' });
      }
      const ticked = form.getAll('scope');
      const code = grants.issueCode({
        email: person.email,
        approvedScopes: parsed.scopes.filter((each) => !parsed.optionalScopes.includes(each) || ticked.includes(each)),
        includeGrantedScopes: parsed.includeGrantedScopes,
        offline: parsed.offline,
        consentAsked: parsed.prompt.includes('consent'),
        redirectUri: parsed.redirectUri,
        codeChallenge: parsed.codeChallenge,
        nonce: parsed.nonce,
      });
      return backToClient(request, parsed.redirectUri, parsed.state, { code });
    });
  }

  return [
    { method: 'GET', path: AUTHORIZE_PATH, handle: show },
    { method: 'POST', path: CONSENT_PATH, handle: decide },
  ];
}

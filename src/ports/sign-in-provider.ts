import type { Language } from '../domain/words.ts';

/** Where people prove who they are. Whatever token that takes stays inside the adapter and ends there (OA-3). */
export interface SignInProvider {
  /** Origin of the page that people are sent to, for the `form-action` of our pages (OA-2). */
  readonly authorizationOrigin: string;
  /** Issuer as an `iss` in its answers names it (RFC 9207). */
  readonly issuer: string;

  /** Where the browser goes; no request is made. `chooseAccount` shows who is signed in there, and the way to change it. */
  authorizationUrl(request: { state: string; codeChallenge: string; chooseAccount: boolean }): URL;

  /** Who came back with this code. It works once. @throws ProviderFailure */
  identify(grant: { code: string; codeVerifier: string }, signal: AbortSignal): Promise<SignedInAccount>;
}

export interface SignedInAccount {
  /** Stable, and the same as that of the author of a direct message. */
  subject: string;
  displayName: string;
  /** Null when the account says none. */
  language: Language | null;
}

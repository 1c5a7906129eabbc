import type { Provider } from '../domain/words.ts';

/** One provider's OAuth 2.0 authorization code flow with PKCE, without any state of ours. */
export interface OAuthProvider {
  readonly provider: Provider;
  /** The one redirect URI that is registered at the provider (OA-6). */
  readonly redirectUri: string;
  /** Origin of the authorization endpoint, for the `form-action` of our pages (OA-2). */
  readonly authorizationOrigin: string;
  /** Issuer that the provider announces in `iss` of its answers (RFC 9207); null where it announces none. */
  readonly issuer: string | null;

  /** Where the browser goes. Pure: no request is made. Sign-in scopes are added by the adapter where it needs them. */
  authorizationUrl(request: AuthorizationRequest): URL;

  /** Exchanges a code once (RFC 6749 4.1.3). @throws ProviderFailure */
  exchange(grant: { code: string; codeVerifier: string }, signal: AbortSignal): Promise<TokenGrant>;

  /** Whose account it is, by one real call with the new token (OA-9). @throws ProviderFailure */
  identify(accessToken: string, signal: AbortSignal): Promise<ProviderAccount>;

  /** A fresh access token (RFC 6749 6). `invalidGrant` when the grant is dead. @throws ProviderFailure */
  refresh(refreshToken: string, signal: AbortSignal): Promise<TokenGrant>;

  /** Ends the whole grant (RFC 7009). A grant that is already dead is success. @throws ProviderFailure */
  revoke(token: string, signal: AbortSignal): Promise<void>;
}

export interface AuthorizationRequest {
  state: string;
  /** S256 challenge, base64url. */
  codeChallenge: string;
  scopes: readonly string[];
}

export interface TokenGrant {
  accessToken: string;
  /** Null where the provider sent none (it keeps the old one, or the token does not expire). */
  refreshToken: string | null;
  expiresAt: Date | null;
  /** As the provider reported them; null when it did not say (RFC 6749 5.1: then as requested). */
  scopes: readonly string[] | null;
}

export interface ProviderAccount {
  /** The provider's stable subject. Accounts are compared by it, never by e-mail. */
  subject: string;
  /** What the person recognises: an e-mail address or a login name. */
  label: string;
}

/**
 * What went wrong at a provider, in our words. Adapters translate every vendor error to this class and keep nothing of
 * the original: client libraries put tokens and bodies in their errors.
 *
 * - `unavailable`   5xx, connection refused, reset, answer that is not the protocol's: try again; a write may have
 *   happened, because providers also fail after they did it
 * - `timeout`       no answer in time: try again; a write may have happened
 * - `rateLimited`   429: try again after `retryAfterMs`
 * - `unauthorized`  a definite 401: the access token is refused
 * - `invalidGrant`  the refresh token or the code is dead
 * - `forbidden`     403 for a reason that another try does not change (scope, policy)
 * - `notFound`, `conflict`, `invalidRequest`   definite refusals of this one call
 */
export type ProviderFailureKind =
  | 'unavailable'
  | 'timeout'
  | 'rateLimited'
  | 'unauthorized'
  | 'invalidGrant'
  | 'forbidden'
  | 'notFound'
  | 'conflict'
  | 'invalidRequest';

export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly kind: ProviderFailureKind;
  /** HTTP status, where there was an answer. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;

  constructor(kind: ProviderFailureKind, details: { status?: number; retryAfterMs?: number } = {}) {
    super(`provider call failed: ${kind}${details.status ? ` (${details.status})` : ''}`);
    this.kind = kind;
    this.status = details.status ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

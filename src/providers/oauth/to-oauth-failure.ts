import {
  HTTP_REQUEST_FORBIDDEN,
  OperationProcessingError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';

import { ProviderFailure } from '../../ports/provider-failure.ts';
import { failureOfStatus } from './failure-of-status.ts';

/** Translates whatever a call through oauth4webapi throws. Its errors hold responses and bodies: none is kept. */
export function toOAuthFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (error instanceof ResponseBodyError) {
    if (error.error === 'invalid_grant') return new ProviderFailure('invalidGrant', { status: error.status });
    return failureOfStatus(error.response);
  }
  if (error instanceof WWWAuthenticateChallengeError) return failureOfStatus(error.response);
  if (error instanceof OperationProcessingError && error.code !== HTTP_REQUEST_FORBIDDEN) {
    // An answer that is not the protocol's: HTML, half of a JSON, a missing field, another issuer's id_token.
    return error.cause instanceof Response ? failureOfStatus(error.cause) : new ProviderFailure('unavailable');
  }
  // The library refused our own arguments (plain http to another machine, an empty token): nothing was sent.
  return new ProviderFailure('invalidRequest');
}

/**
 * The same at the token and revocation endpoints, where a 401 is about the client's own id and secret: no person can
 * mend that by connecting again, so it is never `unauthorized`.
 */
export function toClientFailure(error: unknown): ProviderFailure {
  const failure = toOAuthFailure(error);
  return failure.kind === 'unauthorized' ? new ProviderFailure('invalidRequest', { status: 401 }) : failure;
}

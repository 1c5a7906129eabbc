import { ProviderFailure } from '../../ports/provider-failure.ts';
import { failureOfStatus } from '../oauth/failure-of-status.ts';

/** Reasons under which Google's APIs say "too much" with a 403: https://developers.google.com/workspace/calendar/api/guides/errors */
const RATE_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'dailyLimitExceeded']);

/** Translates what googleapis throws. Its errors hold the request with the token in it: nothing of them is kept. */
export function toCalendarFailure(error: unknown): ProviderFailure {
  if (error instanceof ProviderFailure) return error;
  if (!(error instanceof Error)) return new ProviderFailure('unavailable');
  // What our own fetch threw, wrapped by the client.
  if (error.cause instanceof ProviderFailure) return error.cause;
  const response = 'response' in error ? error.response : undefined;
  if (!isAnswer(response)) return new ProviderFailure('unavailable');
  const failure = failureOfStatus(response);
  return failure.kind === 'forbidden' && RATE_REASONS.has(reasonOf(response.data))
    ? new ProviderFailure('rateLimited', { status: 403, retryAfterMs: failure.retryAfterMs ?? undefined })
    : failure;
}

function isAnswer(value: unknown): value is { status: number; headers: Headers; data: unknown } {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}

/** `error.errors[0].reason`, wherever Google put it; the client leaves a body that is not JSON as text. */
function reasonOf(data: unknown): string {
  const body = data as { error?: { errors?: { reason?: unknown }[] } } | null | undefined;
  return String(body?.error?.errors?.[0]?.reason ?? '');
}

import type { ProviderFailureKind } from '../../ports/provider-failure.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';

/** A provider that says "in a year" must not park a call for a year. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1000;

const KINDS: Record<number, ProviderFailureKind> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  408: 'unavailable',
  409: 'conflict',
  410: 'notFound',
  412: 'conflict',
  429: 'rateLimited',
};

/**
 * The failure that an answer is by its status alone, with its `Retry-After`. A status that means success is a failure
 * here too: it comes when the body was not what the protocol says.
 */
export function failureOfStatus(answer: { status: number; headers: Headers }): ProviderFailure {
  const { status } = answer;
  const kind = KINDS[status] ?? (status >= 400 && status < 500 ? 'invalidRequest' : 'unavailable');
  return new ProviderFailure(kind, { status, retryAfterMs: retryAfterMs(answer.headers.get('retry-after')) });
}

/** Seconds or an HTTP date (RFC 9110 10.2.3). */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(Math.max(milliseconds, 0), MAX_RETRY_AFTER_MS);
}

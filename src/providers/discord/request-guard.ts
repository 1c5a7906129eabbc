import { ProviderFailure } from '../../ports/provider-failure.ts';

/**
 * Discord bans an address for a while after 10,000 answers of 401, 403 or 429 within ten minutes, and then nobody hears
 * from us (developers/topics/rate-limits, "Invalid Request Limit"). We stop at a twentieth of that.
 */
const WINDOW_MS = 10 * 60 * 1000;
const MAX_INVALID = 500;
/** A token that was refused is refused again: the operator has to act, so asking once a minute is enough. */
export const REFUSED_TOKEN_PAUSE_MS = 60_000;

/** Keeps us away from requests that can only be refused. Pauses are per channel, so that nobody waits for another. */
export interface RequestGuard {
  /** @throws ProviderFailure when a request to this channel would be refused now, with the time until it may go */
  admit(channel: string): void;
  /** What an answer says about the requests after it. */
  note(answer: { status: number; channel: string; retryAfterMs: number; scope: 'user' | 'shared' | 'global' }): void;
}

export function createRequestGuard(parts: {
  refusedTokenPauseMs?: number;
  now?: () => number;
  onPause: (why: string, ms: number) => void;
}): RequestGuard {
  const { refusedTokenPauseMs = REFUSED_TOKEN_PAUSE_MS, now = Date.now, onPause } = parts;
  const channels = new Map<string, number>();
  let everything = { until: 0, kind: 'rateLimited' as 'rateLimited' | 'unauthorized', status: 429 };
  let invalid = { since: 0, count: 0 };

  const pauseEverything = (why: string, ms: number, kind: typeof everything.kind, status: number) => {
    if (everything.until >= now() + ms) return;
    // Requests that were under way are refused together: that is told once.
    if (everything.until <= now()) onPause(why, ms);
    everything = { until: now() + ms, kind, status };
  };
  const countInvalid = () => {
    if (now() - invalid.since > WINDOW_MS) invalid = { since: now(), count: 0 };
    invalid.count += 1;
    if (invalid.count < MAX_INVALID) return;
    pauseEverything('tooManyInvalidRequests', invalid.since + WINDOW_MS - now(), 'rateLimited', 429);
  };

  return {
    admit(channel) {
      const all = everything.until - now();
      if (all > 0) throw new ProviderFailure(everything.kind, { status: everything.status, retryAfterMs: all });
      const own = (channels.get(channel) ?? 0) - now();
      if (own > 0) throw new ProviderFailure('rateLimited', { status: 429, retryAfterMs: own });
      channels.delete(channel);
    },
    note({ status, channel, retryAfterMs, scope }) {
      if (status === 401) pauseEverything('tokenRefused', refusedTokenPauseMs, 'unauthorized', 401);
      if (status === 429 && scope === 'global') pauseEverything('globalRateLimit', retryAfterMs, 'rateLimited', 429);
      else if (status === 429) channels.set(channel, now() + retryAfterMs);
      // A shared limit is not held against us.
      if (status === 401 || status === 403 || (status === 429 && scope !== 'shared')) countInvalid();
    },
  };
}

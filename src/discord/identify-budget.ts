import { setTimeout as delay } from 'node:timers/promises';

/** Discord takes one IDENTIFY in 5 s, and 1,000 in a day; whoever exceeds the day loses the token. */
const SPACING_MS = 5_000;
const LOOK_AGAIN_MS = 15 * 60_000;
const UNREACHABLE_MS = 5_000;

export interface SessionLimit {
  remaining: number;
  /** Milliseconds. */
  resetAfter: number;
}

export interface IdentifyBudget {
  /** Resolves when the next IDENTIFY may be sent. @throws the reason of `signal` */
  waitForIdentify(signal: AbortSignal): Promise<void>;
}

/** Asks Discord before each IDENTIFY how many are left today, and waits while there are none. */
export function createIdentifyBudget(options: {
  limit: () => Promise<SessionLimit>;
  onEmpty: (resetAfterMs: number) => void;
  spacingMs?: number;
}): IdentifyBudget {
  const { limit, onEmpty, spacingMs = SPACING_MS } = options;
  let lastAt = -Infinity;

  const waitForPlace = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      // Discord that does not say is asked again: to go on without knowing would count.
      const left = await limit().catch(() => null);
      if (left !== null && left.remaining > 0) return;
      if (left !== null) onEmpty(left.resetAfter);
      const pauseMs = left === null ? UNREACHABLE_MS : Math.min(left.resetAfter + spacingMs, LOOK_AGAIN_MS);
      await delay(pauseMs, undefined, { signal });
    }
  };
  return {
    async waitForIdentify(signal) {
      await delay(Math.max(0, lastAt + spacingMs - Date.now()), undefined, { signal });
      await waitForPlace(signal);
      lastAt = Date.now();
    },
  };
}

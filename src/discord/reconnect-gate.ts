/** discord.js tries again half a second after a lost connection, for ever: this makes the pauses between tries grow. */
const FIRST_MS = 500;
const LONGEST_MS = 60_000;

export interface ReconnectGate {
  /** Waits until the next try may begin. */
  pass(): Promise<void>;
  /** A connection ended, or did not come about. */
  failed(): void;
  /** Discord said READY or RESUMED. */
  succeeded(): void;
  /** Nobody passes any more: a client that was given up must not connect by itself later. */
  shut(): void;
}

/**
 * A try straight away after a good connection, then pauses that double, with jitter, so that many gateways do not come
 * back in the same moment.
 */
export function createReconnectGate(options: { firstMs?: number; longestMs?: number } = {}): ReconnectGate {
  const { firstMs = FIRST_MS, longestMs = LONGEST_MS } = options;
  let failures = 0;
  let open = Promise.resolve();
  let stopTimer: (() => void) | null = null;
  let shut = false;

  return {
    pass: () => open,
    failed() {
      failures += 1;
      if (failures === 1 || shut) return;
      const pauseMs = Math.min(longestMs, firstMs * 2 ** (failures - 2)) * (0.75 + Math.random() / 2);
      open = new Promise((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        stopTimer = () => clearTimeout(timer);
      });
    },
    succeeded() {
      failures = 0;
    },
    shut() {
      shut = true;
      stopTimer?.();
      open = new Promise(() => undefined);
    },
  };
}

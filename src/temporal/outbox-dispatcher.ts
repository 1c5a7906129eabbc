import type { Delivery, Outbox, OutboxMessage } from '../ports/outbox.ts';

export interface OutboxDispatcher {
  /** The outbox may hold something new: look now. Never needed for correctness. */
  poke(): void;
  /** Stops taking rows and waits for the deliveries under way. */
  close(): Promise<void>;
}

const BATCH = 50;

/**
 * Empties the outbox: when poked, when the database notifies (its listener pokes), and every `pollMs` for what is due
 * later or was missed. A poke during a round starts another one.
 */
export function startOutboxDispatcher(parts: {
  outbox: Outbox;
  deliver: (message: OutboxMessage) => Promise<Delivery>;
  pollMs?: number;
  onError: (error: unknown) => void;
}): OutboxDispatcher {
  const { outbox, deliver, pollMs = 2_000, onError } = parts;
  let closed = false;
  let again = false;
  let round: Promise<void> | null = null;

  const drain = async (): Promise<void> => {
    do {
      again = false;
      try {
        while (!closed && (await outbox.dispatch(BATCH, deliver)) === BATCH);
      } catch (error) {
        // The database is away: the next poll tries again.
        onError(error);
      }
    } while (again && !closed);
    round = null;
  };
  const poke = (): void => {
    if (closed) return;
    if (round === null) round = drain();
    else again = true;
  };
  const timer = setInterval(poke, pollMs);
  poke();

  return {
    poke,
    async close() {
      closed = true;
      clearInterval(timer);
      await round;
    },
  };
}

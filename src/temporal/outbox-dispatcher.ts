import type { Delivery, Outbox, OutboxMessage } from '../ports/outbox.ts';

export interface OutboxDispatcher {
  /** The outbox may hold something new: look now. Never needed for correctness. */
  poke(): void;
  /** Stops taking rows and waits for the deliveries under way. */
  close(): Promise<void>;
}

/** Rows are held until all of their batch are delivered: a call that hangs keeps no more than this many waiting. */
const BATCH = 15;
/** Batches side by side. Each holds a connection to the database for as long as its slowest call takes. */
const LANES = 4;

/**
 * Empties the outbox: when poked, when the database notifies (its listener pokes), and every `pollMs` for what is due
 * later or was missed. Lanes take different rows, so that a slow delivery holds up its own batch only. A poke is never
 * lost: it opens a lane, or makes one that is under way look again.
 */
export function startOutboxDispatcher(parts: {
  outbox: Outbox;
  deliver: (message: OutboxMessage) => Promise<Delivery>;
  pollMs?: number;
  onError: (error: unknown) => void;
}): OutboxDispatcher {
  const { outbox, deliver, pollMs = 2_000, onError } = parts;
  const ending = new Set<Promise<void>>();
  let lanes = 0;
  let closed = false;
  let again = false;

  const drain = async (): Promise<void> => {
    lanes += 1;
    let taken: number;
    do {
      again = false;
      try {
        taken = await dispatchBatch();
      } catch (error) {
        // The database is away: the next poll tries again.
        onError(error);
        taken = 0;
      }
    } while (!closed && (again || taken === BATCH));
    lanes -= 1;
  };
  /** A full batch hints at more rows, which need not wait for its deliveries. */
  const dispatchBatch = (): Promise<number> => {
    let begun = 0;
    return outbox.dispatch(BATCH, (message) => {
      if (++begun === BATCH) poke();
      return deliver(message);
    });
  };
  const poke = (): void => {
    if (closed) return;
    if (lanes === LANES) {
      again = true;
      return;
    }
    const lane: Promise<void> = drain().finally(() => ending.delete(lane));
    ending.add(lane);
  };
  const timer = setInterval(poke, pollMs);
  poke();

  return {
    poke,
    async close() {
      closed = true;
      clearInterval(timer);
      await Promise.all(ending);
    },
  };
}

import { Refusal } from '../refusals.ts';

export interface BodyMemory {
  /** A share that grows with what one request brings. */
  open(): BodyShare;
}

export interface BodyShare {
  /** @throws Refusal when all requests together hold too much */
  take(bytes: number): void;
  /** Gives everything back. Safe to call twice. */
  release(): void;
}

/** Counts what all requests of a run hold in memory: thirty bodies that are each small enough are too much together. */
export function createBodyMemory(maxBytes: number): BodyMemory {
  let held = 0;
  return {
    open() {
      let own = 0;
      return {
        take(bytes) {
          if (held + bytes > maxBytes) throw new Refusal('tooManyAtOnce');
          held += bytes;
          own += bytes;
        },
        release() {
          held -= own;
          own = 0;
        },
      };
    },
  };
}

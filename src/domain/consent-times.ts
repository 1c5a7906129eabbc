/** How long each part of a wait for consent may take, in milliseconds. Composition may choose others, for tests. */
export interface ConsentTimes {
  /** A request waits for a person this long before it gives up. A snooze adds as much. */
  waitMs: number;
  /** A browser has this long to come back from the provider (OA-5). */
  attemptMs: number;
  /** A person may think this long about an account that is not the one connected before (OA-9). */
  confirmMs: number;
  /** A callback that has not finished after this is repaired by the orchestrator. */
  repairAfterMs: number;
  /** Exchange and look at the account together. */
  exchangeMs: number;
}

export const CONSENT_TIMES: ConsentTimes = {
  waitMs: 24 * 60 * 60 * 1000,
  attemptMs: 10 * 60 * 1000,
  confirmMs: 10 * 60 * 1000,
  repairAfterMs: 90_000,
  exchangeMs: 20_000,
};

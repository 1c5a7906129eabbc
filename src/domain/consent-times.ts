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
  /** A write may be sent this long after it was started in the ledger; then somebody else may take it over. */
  sendMs: number;
  /** A write that waited longer than this for consent is shown to the person again before it runs. */
  staleWriteMs: number;
  /** A preview that nobody decided about is made anew after this. */
  approvalMs: number;
  /** What should have gone on by itself and has not after this is set going again, with an alarm. */
  alarmAfterMs: number;
}

export const CONSENT_TIMES: ConsentTimes = {
  waitMs: 24 * 60 * 60 * 1000,
  attemptMs: 10 * 60 * 1000,
  confirmMs: 10 * 60 * 1000,
  repairAfterMs: 90_000,
  exchangeMs: 20_000,
  sendMs: 30_000,
  staleWriteMs: 15 * 60 * 1000,
  approvalMs: 15 * 60 * 1000,
  alarmAfterMs: 5 * 60 * 1000,
};

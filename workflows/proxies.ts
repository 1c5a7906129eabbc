import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';

/** A pause between tries that starts short, because most faults are, and stays short enough to feel alive. */
const patient = { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '20 seconds' } as const;

/** The model: a person waits for the first words, so an outage is told after a quarter of an hour. */
export const { think } = proxyActivities<Activities>({
  startToCloseTimeout: '2 minutes',
  // A worker that was killed while it thought must not cost the whole two minutes.
  heartbeatTimeout: '10 seconds',
  scheduleToCloseTimeout: '15 minutes',
  retry: patient,
});

/**
 * A tool call. Outages of a provider or of Vault are waited out for hours, because nothing is asked of the person
 * meanwhile and cancelling is always possible. One try is short: every call of a provider is bounded at 20 s.
 */
export const { callTool } = proxyActivities<Activities>({
  startToCloseTimeout: '45 seconds',
  heartbeatTimeout: '10 seconds',
  scheduleToCloseTimeout: '6 hours',
  retry: patient,
  // What became of a write must be known before its request ends.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});

/** The end of a request, and what cleans up after a browser trip: never given up, or something would be left behind. */
export const { finishRequest, repairAttempt, revokeGrant, destroyCredential, sweepAttempts } =
  proxyActivities<Activities>({
    startToCloseTimeout: '30 seconds',
    retry: patient,
  });

/**
 * What became of a run that a call started. Asked when the run has ended; where another workflow runs it, asked until it
 * has, which is a day at most.
 */
export const { settleRunCall } = proxyActivities<Activities>({ startToCloseTimeout: '30 seconds', retry: patient });

/** A page of a search that nobody waits for. */
export const { searchOrphans } = proxyActivities<Activities>({ startToCloseTimeout: '2 minutes', retry: patient });

/** One try is bounded by the time that each call of the platform may take; a lost worker is noticed by its silence. */
const reply = {
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
} as const;

/** While a request is under way its message is worth as much patience as a request has. */
export const { showReply, remind } = proxyActivities<Activities>({ ...reply, scheduleToCloseTimeout: '1 day' });

/** A platform that is away, or an operator's mistake, may take a weekend. The answer is on the web page meanwhile. */
export const { deliverReply } = proxyActivities<Activities>({ ...reply, scheduleToCloseTimeout: '3 days' });

import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { setTimeout as delay } from 'node:timers/promises';
import { lookAgain } from '../failures.ts';

/** Well inside the time after which the server gives an activity up. */
const HEARTBEAT_MS = 2_000;

/** Each signal's reason is the failure that an activity ends with because of it. */
export interface LifeSignals {
  /** What this activity does is not wanted any more. */
  cancelled: AbortSignal;
  /** This try ends, and another goes on: the worker stops, or the server has given this try up. */
  leaving: AbortSignal;
}

/** Runs `work` with heartbeats that carry no data: where a run has got to is in its rows. */
export async function whileAlive<T>(work: (signals: LifeSignals) => Promise<T>): Promise<T> {
  const [cancelled, leaving] = [new AbortController(), new AbortController()];
  // Asked for here: when the signal fires, nobody is inside of an activity.
  const context = Context.current();
  const onAbort = () => {
    if (context.cancellationDetails?.cancelRequested) cancelled.abort(new CancelledFailure('nobody wants it any more'));
    else leaving.abort(lookAgain('workerStops', 0));
  };
  const signal = context.cancellationSignal;
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await work({ cancelled: cancelled.signal, leaving: leaving.signal });
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Never throws. */
export async function pause(ms: number, enough: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: enough }).catch(() => undefined);
}

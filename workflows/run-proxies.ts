import { ActivityCancellationType, proxyActivities, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { Activities, SandboxActivities } from '../activities/index.ts';
import { sandboxTaskQueue } from './messages.ts';

/**
 * A run waits its turn for a place; a quarter of an hour is told as "no room". A stop waits for what is under way: a place
 * that was just given, and what was lent there, is given back.
 */
export const { placeRun } = proxyActivities<Activities>({
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  startToCloseTimeout: '30 seconds',
  scheduleToCloseTimeout: '15 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 1 },
});

/** Never given up, or a run would have no end, and what was lent to it a second life. */
export const { endRun, leaveToHost } = proxyActivities<Activities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '20 seconds' },
});

export type SandboxProxies = ActivityInterfaceFor<SandboxActivities>;

/**
 * Activities of one host: its engine, its disk, its queue. One that does not take its work for `silenceMs` is lost; a worker
 * that is started again is back well before. The time limit of the command itself is the host's: these bounds are only for
 * what hangs.
 */
export function onHost({ host, silenceMs }: { host: string; silenceMs: number }): SandboxProxies {
  const common = {
    taskQueue: sandboxTaskQueue(host),
    scheduleToStartTimeout: silenceMs,
    heartbeatTimeout: '15 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  } as const;
  const retry = { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '15 seconds' } as const;
  const { prepareRun } = proxyActivities<SandboxActivities>({
    ...common,
    startToCloseTimeout: '20 minutes',
    retry: { ...retry, maximumAttempts: 5 },
  });
  // Every try goes on where the one before it stopped: the command itself is started once.
  const { executeRun } = proxyActivities<SandboxActivities>({
    ...common,
    startToCloseTimeout: '1 day',
    retry: { ...retry, maximumAttempts: 100 },
  });
  const { keepDiff } = proxyActivities<SandboxActivities>({
    ...common,
    startToCloseTimeout: '5 minutes',
    retry: { ...retry, maximumAttempts: 3 },
  });
  const { cleanRun } = proxyActivities<SandboxActivities>({
    ...common,
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '30 minutes',
    retry,
  });
  return { prepareRun, executeRun, keepDiff, cleanRun };
}

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  condition,
  isCancellation,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { Settled } from '../activities/index.ts';
import type { Hints } from './hints.ts';
import { searchAttributes } from './messages.ts';
import { settleRunCall } from './proxies.ts';
import type { run } from './run.ts';

/**
 * Runs what a call started, as a child, to its end, and keeps that as the result of the call. Cancelling the request
 * cancels the run, whose own workflow stops the command before this goes on; what it has left is cleaned up afterwards.
 */
export async function runForCall(
  { requestId, callId, runId }: { requestId: string; callId: string; runId: string },
  hints: Hints,
): Promise<Settled> {
  const settle = (otherwise: 'stopped' | 'failed' | null) =>
    CancellationScope.nonCancellable(() =>
      settleRunCall.executeWithOptions({ summary: 'how the run ended' }, [{ requestId, callId, otherwise }]),
    );
  try {
    const child = await startChild<typeof run>('run', {
      workflowId: `run-${runId}`,
      args: [{ runId }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      // A request that somebody terminates leaves no container behind. Its clean-up cannot be cancelled.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: ownPerson(),
    });
    // A cancelled request waits for the end all the same.
    const told = CancellationScope.nonCancellable(() => condition(() => hints.hasEnded(runId)));
    await Promise.race([child.result(), told]);
  } catch (error) {
    if (isCancellation(error)) {
      await settle('stopped');
      throw error;
    }
    // It runs already, or has: its end is in its rows, sooner or later.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return settle(null);
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    return settle('failed');
  }
  return settle(null);
}

/** Operators find the runs of a person as they find the requests. */
function ownPerson() {
  const user = workflowInfo().typedSearchAttributes.get(searchAttributes.user);
  return user === undefined ? [] : [{ key: searchAttributes.user, value: user }];
}

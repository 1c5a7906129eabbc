import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow';
import type { Settled } from '../activities/index.ts';
import { searchAttributes } from './messages.ts';
import { settleRunCall } from './proxies.ts';
import type { run } from './run.ts';

/**
 * Runs what a call started, as a child, to its end, and keeps that as the result of the call. Cancelling the request
 * cancels the run, whose own workflow stops the command and cleans up before this goes on.
 */
export async function runForCall(requestId: string, callId: string, runId: string): Promise<Settled> {
  const settle = (otherwise: 'stopped' | 'failed' | null) =>
    CancellationScope.nonCancellable(() =>
      settleRunCall.executeWithOptions({ summary: 'how the run ended' }, [{ requestId, callId, otherwise }]),
    );
  try {
    await executeChild<typeof run>('run', {
      workflowId: `run-${runId}`,
      args: [{ runId }],
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      // A request that somebody terminates leaves no container behind.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      typedSearchAttributes: ownPerson(),
    });
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

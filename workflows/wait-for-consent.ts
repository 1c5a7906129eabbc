import { ActivityFailure, ApplicationFailure, condition, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { ApprovalRequired, AuthRequired, ChosenCall, SettledCallRef } from '../activities/index.ts';
import type { Hints } from './hints.ts';
import { callTool } from './proxies.ts';
import { runForCall } from './run-for-call.ts';
import type { Awaited, StatusBoard } from './status-board.ts';

/** The clock of the database decides a deadline; ours may be a little early, and must not spin until it agrees. */
const SHORTEST_WAIT_MS = 1_000;

/**
 * Runs one tool call to its end. While the account or the approval that it needs is missing the call is parked: every
 * hint, and the deadline, runs the same call again, and the call itself decides under its lock whether it may act, waits
 * on, or is closed. Nothing is remembered here that could disagree with the rows.
 */
export async function settleCall(
  requestId: string,
  call: ChosenCall,
  hints: Hints,
  board: StatusBoard,
): Promise<SettledCallRef> {
  const { callId, tool } = call;
  for (;;) {
    const seen = hints.count;
    try {
      const settled = await callTool.executeWithOptions({ summary: tool }, [{ requestId, callId }]);
      if (settled.outcome !== 'started') return { callId, ...settled };
      return { callId, ...(await runForCall({ requestId, callId, runId: settled.runId }, hints)) };
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const missing = missingIn(error);
      if (missing === null) return { callId, outcome: 'failed', code: failureCode(error) };
      const untilDeadline = Math.max(missing.deadline - Date.now(), SHORTEST_WAIT_MS);
      await board.whileWaiting(callId, tool, missing.awaited, () =>
        condition(() => hints.count > seen, untilDeadline, { summary: `waiting for ${missing.awaited}` }),
      );
    }
  }
}

/** What the call waits for, and until when; null when it did not park. */
function missingIn({ cause }: ActivityFailure): { awaited: Awaited; deadline: number } | null {
  if (!(cause instanceof ApplicationFailure)) return null;
  const details: unknown = cause.details?.[0];
  switch (cause.type) {
    case 'AuthRequired': {
      const { provider, deadline } = details as AuthRequired;
      return { awaited: provider, deadline };
    }
    case 'ApprovalRequired':
      return { awaited: 'approval', deadline: (details as ApprovalRequired).deadline };
    default:
      return null;
  }
}

function failureCode({ cause }: ActivityFailure): string {
  if (cause instanceof ApplicationFailure) return cause.type ?? 'internal';
  return cause instanceof TimeoutFailure ? 'timeout' : 'internal';
}

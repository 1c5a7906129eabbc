import { ActivityFailure, ApplicationFailure, condition, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { AuthRequired, ChosenCall, SettledCallRef } from '../activities/index.ts';
import type { Hints } from './hints.ts';
import { callTool } from './proxies.ts';
import type { StatusBoard } from './status-board.ts';

/** The clock of the database decides a deadline; ours may be a little early, and must not spin until it agrees. */
const SHORTEST_WAIT_MS = 1_000;

/**
 * Runs one tool call to its end. While the account that it needs is missing the call is parked: every hint, and the
 * deadline, runs the same call again, and the call itself decides under its lock whether it may act, waits on, or is
 * closed. Nothing is remembered here that could disagree with the rows.
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
      return { callId, ...settled };
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      const missing = authRequiredIn(error);
      if (missing === null) return { callId, outcome: 'failed', code: failureCode(error) };
      const untilDeadline = Math.max(missing.deadline - Date.now(), SHORTEST_WAIT_MS);
      await board.whileWaiting(callId, tool, missing.provider, () =>
        condition(() => hints.count > seen, untilDeadline, { summary: `waiting for ${missing.provider}` }),
      );
    }
  }
}

function authRequiredIn({ cause }: ActivityFailure): AuthRequired | null {
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'AuthRequired') return null;
  return (cause.details?.[0] as AuthRequired | undefined) ?? null;
}

function failureCode({ cause }: ActivityFailure): string {
  if (cause instanceof ApplicationFailure) return cause.type ?? 'internal';
  return cause instanceof TimeoutFailure ? 'timeout' : 'internal';
}

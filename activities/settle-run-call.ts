import { effectKey } from '../src/connections/effect-key.ts';
import { completeCall } from '../src/connections/tool-calls.ts';
import { tailOfLog } from '../src/domain/log-tail.ts';
import type { RunEnding, RunFailure } from '../src/domain/runs.ts';
import type { Call, ConsentStore } from '../src/ports/consent-store.ts';
import type { CallRun, CallRuns } from '../src/ports/call-runs.ts';
import type { Settled } from './call-tool.ts';
import { lookAgain, refused } from './failures.ts';
import { assertOwnRow } from './own-row.ts';
import { runIdOf } from './tools/run-in-project.ts';

export interface SettleRunCallParts {
  store: ConsentStore;
  callRuns?: CallRuns;
}

/** What a call that ran something tells: how it ended, and the end of what it said. */
export interface RunCallResult {
  runId: string;
  project: string;
  ending: RunEnding;
  exitCode: number | null;
  signal: string | null;
  failure: RunFailure | null;
  /** Null when the command never began. */
  seconds: number | null;
  tail: string;
  /** There is more of it before. */
  cut: boolean;
}

/** Somebody else's workflow runs it: looked at again after this. */
const LOOK_AGAIN_MS = 2_000;
const TAIL_READ = 8_000;

export function createSettleRunCall({ store, callRuns }: SettleRunCallParts) {
  return {
    /**
     * Keeps how the run of a call ended as the call's result, once it has ended. `otherwise` ends a run that nobody ends
     * any more: its workflow never began, or broke.
     */
    async settleRunCall(ref: {
      requestId: string;
      callId: string;
      otherwise: 'stopped' | 'failed' | null;
    }): Promise<Settled> {
      const { requestId, callId, otherwise } = ref;
      assertOwnRow(`request-${requestId}`);
      if (callRuns === undefined) throw refused('runsNotServed');
      const call = await store.findCall(requestId, callId);
      if (call === null || call.tool !== 'run_in_project') throw refused('callNotFound');
      const runId = runIdOf(effectKey(call));
      if (otherwise !== null) await callRuns.end(runId, otherwise);
      const run = await callRuns.find(requestId, runId);
      if (run === null) throw refused('runNotFound');
      if (run.ending === null) throw lookAgain('runUnderWay', LOOK_AGAIN_MS);
      // What a cancelled request had stopped is told by the end of the request.
      if (await isCancelled(call)) return { outcome: 'cancelled' };
      const result = resultOf(runId, run, run.ending, tailOfLog(await callRuns.tail(runId, TAIL_READ)));
      await completeCall(store, call, result);
      return { outcome: 'done' };
    },
  };

  function isCancelled({ userId, requestId }: Call): Promise<boolean> {
    return store.transact({ userId, providers: [], requestId }, async (tx) => {
      const request = await tx.request(requestId);
      return request === null || request.cancelled;
    });
  }
}

function resultOf(
  runId: string,
  { project, exitCode, signal, failure, startedAt, endedAt }: CallRun,
  ending: RunEnding,
  said: { tail: string; cut: boolean },
): RunCallResult {
  const seconds = startedAt && endedAt ? Math.round((endedAt.getTime() - startedAt.getTime()) / 1000) : null;
  return { runId, project, ending, exitCode, signal, failure, seconds, ...said };
}

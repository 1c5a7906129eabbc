import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { isRunFailure, type RunEnding, type RunFailure } from '../src/domain/runs.ts';
import { runEnded, type RunInput } from './messages.ts';
import { endRun, onHost, placeRun, takeBackLent, type SandboxProxies } from './run-proxies.ts';

type End = { ending: RunEnding; failure: RunFailure | null };
const STOPPED: End = { ending: 'stopped', failure: null };

/**
 * One execution in a container: find a host, clone, execute, keep what changed, and leave nothing behind. Whatever
 * happens, the run gets an end in its rows, and its host is told to clean up; a host that is gone does so when it is back.
 */
export async function run({ runId }: RunInput): Promise<RunEnding> {
  let host: SandboxProxies | null = null;
  let executes = false;
  let end: End = { ending: 'failed', failure: 'internal' };
  try {
    const place = await placeRun.executeWithOptions({ summary: 'find a host' }, [{ runId }]);
    if (place === 'stopped') end = STOPPED;
    else {
      host = onHost(place);
      ({ executes } = await host.prepareRun.executeWithOptions({ summary: 'clone the repository' }, [{ runId }]));
      if (executes) await host.executeRun.executeWithOptions({ summary: 'execute' }, [{ runId }]);
    }
  } catch (error) {
    end = endAfter(error);
    // Once it is not wanted any more, what fails on its way is not told as a failure.
    if (CancellationScope.current().consideredCancelled) end = STOPPED;
  }
  return CancellationScope.nonCancellable(async () => {
    // What the host has said itself stays.
    const ending = await endRun.executeWithOptions({ summary: 'the end' }, [{ runId, ...end }]);
    await tellRequest(runId);
    if (host && executes && ending !== 'hostLost') await keepDiff(host, runId);
    await cleanUp(host, runId);
    return ending;
  });
}

/** Whoever asked for this run need not wait until it is cleaned up. */
async function tellRequest(runId: string): Promise<void> {
  const { parent } = workflowInfo();
  if (!parent) return;
  try {
    await getExternalWorkflowHandle(parent.workflowId).signal(runEnded, { runId });
  } catch {
    // The request is over: nobody waits.
  }
}

/** A run that was stopped has changed something too. Without it there is a log and an end, and no diff. */
async function keepDiff(host: SandboxProxies, runId: string): Promise<void> {
  try {
    await host.keepDiff.executeWithOptions({ summary: 'keep what changed' }, [{ runId }]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

/** What a host does not clean up, because it is gone or was never told, its reaper does; what was lent does not wait. */
async function cleanUp(host: SandboxProxies | null, runId: string): Promise<void> {
  try {
    if (host) return await host.cleanRun.executeWithOptions({ summary: 'remove everything and look' }, [{ runId }]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
  await takeBackLent.executeWithOptions({ summary: 'destroy what was lent' }, [{ runId }]);
}

function endAfter(error: unknown): End {
  if (isCancellation(error)) return STOPPED;
  if (!(error instanceof ActivityFailure)) throw error;
  const { cause } = error;
  // Nobody took it, or who had it fell silent and nobody took it again.
  if (cause instanceof TimeoutFailure && error.activityType !== 'placeRun')
    return { ending: 'hostLost', failure: null };
  const code = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
  return { ending: 'failed', failure: isRunFailure(code) ? code : 'internal' };
}

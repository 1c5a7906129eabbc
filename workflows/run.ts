import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { isRunFailure, type RunEnding, type RunFailure } from '../src/domain/runs.ts';
import { runEnded, type RunInput } from './messages.ts';
import { endRun, leaveToHost, onHost, placeRun, type SandboxProxies } from './run-proxies.ts';

type End = { ending: RunEnding; failure: RunFailure | null };
const STOPPED: End = { ending: 'stopped', failure: null };

/**
 * One execution in a container: find a host, clone, execute, keep what changed, and leave nothing behind. Whatever
 * happens, the run gets an end in its rows, and its host is told to clean up; a host that is gone does so when it is back.
 */
export async function run({ runId }: RunInput): Promise<RunEnding> {
  let host: SandboxProxies | null = null;
  let executes = false;
  let isStopLost = false;
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
    const isStopped = CancellationScope.current().consideredCancelled;
    // Once it is not wanted any more, what fails on its way is not told as a failure.
    if (isStopped && end.ending === 'failed') end = STOPPED;
    isStopLost = isStopped && end.ending === 'hostLost' && patched('stop of a lost host');
  }
  return CancellationScope.nonCancellable(async () => {
    // Its host fell silent in the middle of a stop: it is stopped if the host, back again, has removed it.
    const isRemoved = isStopLost && (await cleanUp(host, runId));
    // What the host has said itself stays.
    const told = isRemoved ? STOPPED : end;
    const ending = await endRun.executeWithOptions({ summary: 'the end' }, [{ runId, ...told }]);
    if (patched('end before clean-up')) await tellRequest(runId);
    if (isStopLost) return ending;
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

/** True when its host has removed everything. One that is gone, or was never told, is left to do so when it is back. */
async function cleanUp(host: SandboxProxies | null, runId: string): Promise<boolean> {
  try {
    if (host) {
      await host.cleanRun.executeWithOptions({ summary: 'remove everything and look' }, [{ runId }]);
      return true;
    }
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
  await leaveToHost.executeWithOptions({ summary: 'leave it to its host' }, [{ runId }]);
  return false;
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

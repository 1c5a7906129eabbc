import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isRunFailure, type RunEnding, type RunFailure } from '../src/domain/runs.ts';
import type { RunInput } from './messages.ts';
import { endRun, onHost, placeRun, type SandboxProxies } from './run-proxies.ts';

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
    if (CancellationScope.current().consideredCancelled && end.ending === 'failed') end = STOPPED;
  }
  return CancellationScope.nonCancellable(async () => {
    // What the host has said itself stays.
    const ending = await endRun.executeWithOptions({ summary: 'the end' }, [{ runId, ...end }]);
    if (host && executes && ending !== 'hostLost') await keepDiff(host, runId);
    if (host) await cleanUp(host, runId);
    return ending;
  });
}

/** A run that was stopped has changed something too. Without it there is a log and an end, and no diff. */
async function keepDiff(host: SandboxProxies, runId: string): Promise<void> {
  try {
    await host.keepDiff.executeWithOptions({ summary: 'keep what changed' }, [{ runId }]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
  }
}

async function cleanUp(host: SandboxProxies, runId: string): Promise<void> {
  try {
    await host.cleanRun.executeWithOptions({ summary: 'remove everything and look' }, [{ runId }]);
  } catch (error) {
    // The host is gone. Its reaper finishes this when it is back.
    if (!(error instanceof ActivityFailure)) throw error;
  }
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

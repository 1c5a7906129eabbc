import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerRef } from '../../src/ports/container-engine.ts';
import { askToEnd } from './keeper.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** How long it takes at most until a person's stop is seen. */
const LOOK_MS = 500;

/** Why a command was ended by us. */
export type EndedByUs = 'stopped' | 'timeLimit';

/**
 * Looks whether a run has to end, and ends it: its process group is asked to, and after the grace its container is
 * killed, whatever the processes in it do (CO-5). Returns why, or null when `over` came first.
 */
export async function watchRun(
  parts: SandboxParts,
  run: { ref: ContainerRef; endsAt: number; pgid: () => number | null; cancelled: AbortSignal; over: AbortSignal },
): Promise<EndedByUs | null> {
  const { engine, runs, limits } = parts;
  const reason = await untilReason();
  if (reason === null) return null;
  const pgid = run.pgid();
  if (pgid !== null) {
    // One that cannot be asked is killed all the same.
    await askToEnd(engine, run.ref, pgid).catch(() => undefined);
    await pause(limits.graceMs, run.over);
  }
  await engine.kill(run.ref);
  return reason;

  async function untilReason(): Promise<EndedByUs | null> {
    while (!run.over.aborted) {
      if (run.cancelled.aborted || (await runs.stopAsked(run.ref.runId).catch(() => false))) return 'stopped';
      if (Date.now() >= run.endsAt) return 'timeLimit';
      await pause(LOOK_MS, AbortSignal.any([run.over, run.cancelled]));
    }
    return null;
  }
}

async function pause(ms: number, enough: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: enough }).catch(() => undefined);
}

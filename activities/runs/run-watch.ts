import type { ContainerRef } from '../../src/ports/container-engine.ts';
import { askToEnd } from './keeper.ts';
import type { SandboxParts } from './sandbox-parts.ts';
import { watchDisk, type DiskTrouble } from './watch-disk.ts';
import { pause } from './while-alive.ts';

/** How long it takes at most until a person's stop is seen. */
const LOOK_MS = 500;
const KILL_AGAIN_MS = 1_000;

/** Why a command was ended by us. */
export type EndedByUs = 'stopped' | 'timeLimit' | DiskTrouble;

/**
 * Looks whether a run has to end, and ends it: its process group is asked to, and after the grace its container is
 * killed, whatever the processes in it do (CO-5). Returns why, or null when `over` came first.
 */
export async function watchRun(
  parts: SandboxParts,
  run: { ref: ContainerRef; endsAt: number; pgid: () => number | null; cancelled: AbortSignal; over: AbortSignal },
): Promise<EndedByUs | null> {
  const { engine, runs, limits } = parts;
  const { runId } = run.ref;
  const reason = await untilReason();
  if (reason === null) return null;
  const pgid = run.pgid();
  if (pgid !== null) {
    // One that cannot be asked is killed all the same.
    const grace = AbortSignal.any([AbortSignal.timeout(limits.graceMs), run.over]);
    await askToEnd(engine, run.ref, pgid, grace).catch(() => undefined);
    await pause(limits.graceMs, grace);
  }
  // Also when the command has ended by now: what has left its group goes on.
  do {
    const isKilled = await engine.kill(run.ref).then(
      () => true,
      () => false,
    );
    if (isKilled) break;
    await pause(KILL_AGAIN_MS, run.over);
  } while (!run.over.aborted);
  return reason;

  async function untilReason(): Promise<EndedByUs | null> {
    let disk: DiskTrouble | null = null;
    // Beside the rest: a look at a disk may take longer than a stop may.
    void watchDisk(parts, runId, run.over).then((trouble) => {
      disk = trouble;
    });
    while (!run.over.aborted) {
      if (run.cancelled.aborted || (await runs.stopAsked(runId).catch(() => false))) return 'stopped';
      if (Date.now() >= run.endsAt) return 'timeLimit';
      if (disk !== null) return disk;
      await pause(LOOK_MS, AbortSignal.any([run.over, run.cancelled]));
    }
    return null;
  }
}

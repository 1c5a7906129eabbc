import type { RunEnd, RunFacts } from '../../src/ports/runs.ts';
import { lookAgain } from '../failures.ts';
import { followOutput } from './follow-output.ts';
import { launch } from './keeper.ts';
import type { KeeperStatus } from './keeper-frames.ts';
import { openLending } from './open-lending.ts';
import { ownRun } from './own-run.ts';
import { containerOf, PROJECT } from './run-containers.ts';
import { watchRun, type EndedByUs } from './run-watch.ts';
import type { SandboxParts } from './sandbox-parts.ts';
import { whileAlive, type LifeSignals } from './while-alive.ts';

/** Less than this is left in a workspace that is full. */
const FULL_BYTES = 1024 * 1024;
/** The shell's exit code for a process that was ended by signal 9, which is how the kernel ends what has no memory. */
const KILLED = 137;

export function createExecuteRun(parts: SandboxParts) {
  const { engine, workspaces, runs, limits } = parts;

  return {
    /**
     * Has the command executed, once, however often this is tried: the keeper in the container starts it for the first who
     * asks. A try that finds it running goes on reading where the one before it stopped.
     */
    async executeRun({ runId }: { runId: string }): Promise<void> {
      const run = await ownRun(parts, runId);
      if (run.ending !== null) return;
      const found = await engine.find({ runId, role: 'run' });
      // What ran in it cannot be run again: it may have done half of its work.
      if (run.startedAt !== null && !found?.running) {
        await runs.end(runId, endOfLost(run));
        return;
      }
      await whileAlive(async (signals) => {
        const folders = await workspaces.open(runId, limits);
        const secrets = await openLending(parts, run, folders);
        if (found && !found.running) await engine.remove({ runId, role: 'run' });
        if (!found?.running) await engine.start(containerOf(runId, 'run', folders, limits.container));
        const end = await execute(run, secrets, signals);
        if (end === null) throw lookAgain('workerStops', 0);
        await runs.end(runId, end);
      });
    },
  };

  /** Null when this worker stops: the next one goes on. */
  async function execute(run: RunFacts, secrets: readonly string[], signals: LifeSignals): Promise<RunEnd | null> {
    const ref = { runId: run.id, role: 'run' } as const;
    const over = new AbortController();
    let pgid: number | null = null;
    const endsAt = (run.startedAt?.getTime() ?? Date.now()) + limits.wallMs;
    const watched = watchRun(parts, {
      ref,
      endsAt,
      pgid: () => pgid,
      cancelled: signals.cancelled,
      over: AbortSignal.any([over.signal, signals.leaving]),
    });
    try {
      const status = await followOutput({
        engine,
        runs,
        ref,
        secrets,
        maxCharacters: limits.logBytes,
        leaving: signals.leaving,
        onStatus: async (now) => {
          pgid = now.pgid ?? pgid;
          if (now.state !== 'waiting') return;
          // Said before it begins: a try that dies in between must not be followed by one that begins anew.
          await runs.began(run.id);
          await launch(engine, ref, { argv: run.command, cwd: PROJECT, environment: {} });
        },
      });
      over.abort();
      const byUs = await watched;
      if (status.state !== 'ended' && byUs === null && signals.leaving.aborted) return null;
      return endOf(status, byUs, (await workspaces.freeBytes(run.id)) < FULL_BYTES);
    } finally {
      over.abort();
      await watched.catch(() => undefined);
    }
  }

  function endOfLost({ startedAt, stopAsked }: RunFacts): RunEnd {
    if (stopAsked) return { ending: 'stopped' };
    const isOver = startedAt !== null && Date.now() >= startedAt.getTime() + limits.wallMs;
    return isOver ? { ending: 'timeLimit' } : { ending: 'failed', failure: 'containerLost' };
  }
}

/** How a command ended, from what its keeper said last. */
export function endOf(status: KeeperStatus, byUs: EndedByUs | null, isFull: boolean): RunEnd {
  const { state, code = null, signal = null, oomKills = 0, launcherLost, startError } = status;
  if (byUs !== null) return { ending: byUs };
  if (state !== 'ended') return { ending: 'failed', failure: 'containerLost' };
  if (startError) return { ending: 'failed', failure: 'commandNotFound' };
  if (launcherLost) return { ending: 'failed', failure: 'launcherLost' };
  if (oomKills > 0 && (signal === 'SIGKILL' || code === KILLED)) return { ending: 'outOfMemory' };
  if (isFull && code !== 0) return { ending: 'diskLimit' };
  return signal === null ? { ending: 'exited', exitCode: code } : { ending: 'signalled', signal };
}

import type { RunEnd, RunFacts } from '../../src/ports/runs.ts';
import { followOutput } from './follow-output.ts';
import { launch, openLauncher } from './keeper.ts';
import type { KeeperStatus } from './keeper-frames.ts';
import { deliverFiles, removeFiles } from './lent-files.ts';
import { openLending, type Lent } from './open-lending.ts';
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
      await whileAlive(async (signals) => {
        if (!(await hasContainer(run))) {
          const { startedAt, stopAsked } = (await runs.find(runId)) ?? run;
          await runs.end(runId, endOfLost({ startedAt, stopAsked }));
          return;
        }
        const folders = await workspaces.open(runId, limits);
        const lent = await openLending(parts, run, folders);
        const end = await execute(run, lent, signals);
        if (lent.files.length > 0) {
          await removeFiles(engine, { runId, role: 'run' });
          await runs.filesRemoved(runId);
        }
        await runs.end(runId, end);
      });
    },
  };

  /**
   * Makes the run's container, or finds it running. False when what had begun in it is lost: it cannot be run again, as it
   * may have done half of its work.
   */
  async function hasContainer({ id: runId, startedAt }: RunFacts): Promise<boolean> {
    const ref = { runId, role: 'run' } as const;
    const found = await engine.find(ref);
    if (found?.running) return true;
    if (startedAt !== null) return false;
    if (found) await engine.remove(ref);
    const folders = await workspaces.open(runId, limits);
    if ((await engine.start(containerOf(runId, 'run', folders, limits.container))) === 'adopted') return true;
    // Looked at once more: between our first look and now another try may have begun, in a container that is gone.
    if ((await runs.find(runId))?.startedAt === null) return true;
    await engine.remove(ref);
    return false;
  }

  /** Throws when this worker stops: the next one goes on. */
  async function execute(run: RunFacts, { known: secrets, files }: Lent, signals: LifeSignals): Promise<RunEnd> {
    const ref = { runId: run.id, role: 'run' } as const;
    const over = new AbortController();
    let pgid: number | null = null;
    // Beside the reader, so that it is ready when it may begin; without an order it does nothing.
    let launcher = run.startedAt === null ? openLauncher(engine, ref) : null;
    launcher?.catch(() => undefined);
    const watched = watchRun(parts, {
      ref,
      endsAt: (run.startedAt?.getTime() ?? Date.now()) + limits.wallMs,
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
          if (now.state === 'running') pgid = now.pgid ?? pgid;
          if (now.state !== 'waiting') return;
          if (files.length > 0) {
            await runs.filesLent(run.id);
            const enough = AbortSignal.any([signals.cancelled, signals.leaving]);
            await deliverFiles(engine, ref, files, enough);
          }
          // Said before it begins: a try that dies in between must not be followed by one that begins anew.
          await runs.began(run.id);
          const ready = await (launcher ?? openLauncher(engine, ref));
          launcher = null;
          await launch(ready, { argv: run.command, cwd: PROJECT, environment: {} });
        },
      });
      over.abort();
      const byUs = await watched;
      if (status.state !== 'ended' && byUs === null) signals.leaving.throwIfAborted();
      return endOf(status, byUs, (await workspaces.freeBytes(run.id).catch(() => FULL_BYTES)) < FULL_BYTES);
    } finally {
      over.abort();
      await watched;
      await launcher?.then(
        ({ detach }) => detach(),
        () => undefined,
      );
    }
  }

  function endOfLost({ startedAt, stopAsked }: Pick<RunFacts, 'startedAt' | 'stopAsked'>): RunEnd {
    if (stopAsked) return { ending: 'stopped' };
    const isOver = startedAt !== null && Date.now() >= startedAt.getTime() + limits.wallMs;
    return isOver ? { ending: 'timeLimit' } : { ending: 'failed', failure: 'containerLost' };
  }
}

/** How a command ended, from what its keeper said last. */
export function endOf(status: KeeperStatus, byUs: EndedByUs | null, isFull: boolean): RunEnd {
  if (byUs === 'hostFull') return { ending: 'failed', failure: 'hostFull' };
  if (byUs !== null) return { ending: byUs };
  if (status.state !== 'ended') return { ending: 'failed', failure: 'containerLost' };
  const { reason, code, signal, oomKills } = status;
  if (reason === 'notStarted') return { ending: 'failed', failure: 'commandNotFound' };
  // The kernel may have chosen the launcher, which is between the command and the keeper.
  const isKilled = signal === 'SIGKILL' || code === KILLED || reason === 'launcherLost';
  if (isKilled && (oomKills ?? 0) > 0) return { ending: 'outOfMemory' };
  if (reason === 'launcherLost') return { ending: 'failed', failure: 'launcherLost' };
  if (isFull && code !== 0) return { ending: 'diskLimit' };
  return signal === null ? { ending: 'exited', exitCode: code } : { ending: 'signalled', signal };
}

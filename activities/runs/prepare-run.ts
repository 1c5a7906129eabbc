import type { ContainerRef, ContainerRole } from '../../src/ports/container-engine.ts';
import { NoRoom } from '../../src/ports/workspaces.ts';
import { lookAgain } from '../failures.ts';
import { failedRun } from './failed-run.ts';
import { cloneScript } from './git-scripts.ts';
import { runToEnd } from './keeper.ts';
import { openLending } from './open-lending.ts';
import { ownRun } from './own-run.ts';
import { containerOf } from './run-containers.ts';
import type { SandboxParts } from './sandbox-parts.ts';
import { watchDisk } from './watch-disk.ts';
import { whileAlive } from './while-alive.ts';

/** Answers of a git server that trying again does not change. */
const FINAL = /not found|authentication failed|could not read Username|access denied|error: (401|403|404)/i;

export function createPrepareRun(parts: SandboxParts) {
  const { engine, workspaces, runs, limits } = parts;

  return {
    /**
     * Workspace, proxy, a fresh clone, and meanwhile the container that the command will be started in. Begins anew when it
     * is tried again: nothing of the person has run yet. An import ends here, and says so.
     */
    async prepareRun({ runId }: { runId: string }): Promise<{ executes: boolean }> {
      const run = await ownRun(parts, runId);
      if (run.ending !== null) return { executes: false };
      // What was begun was prepared.
      if (run.startedAt !== null) return { executes: true };

      return whileAlive(async ({ cancelled, leaving }) => {
        if (!(await engine.checkImage()).ok) throw failedRun('imageUnfit');
        const folders = await workspaces.open(runId, limits).catch((error: unknown) => {
          throw error instanceof NoRoom ? failedRun('noRoom') : error;
        });
        const start = (role: ContainerRole) => engine.start(containerOf(runId, role, folders, limits.container));
        const ref = { runId, role: 'prepare' } as const;
        const startAnew = () => engine.remove(ref).then(() => start('prepare'));
        // Side by side, and both to their end: what is made after somebody has cleaned up would stay.
        await bothOf(openLending(parts, run, folders), startAnew());
        const isImport = run.kind === 'import';
        const enough = AbortSignal.any([cancelled, leaving]);
        const [cloned] = await bothOf(cloneWatched(ref, enough), isImport ? null : start('run'));
        // Nobody waits for it: whoever cleans up looks for it too.
        void engine.remove(ref).catch(() => undefined);
        await runs.cloned(runId, cloned);
        if (isImport) await runs.end(runId, { ending: 'exited', exitCode: 0 });
        return { executes: !isImport };
      });
    },
  };

  /** Ends a clone that takes too long, or more of the disk than a run may. */
  async function cloneWatched(ref: ContainerRef, enough: AbortSignal) {
    const [over, tooMuch] = [new AbortController(), new AbortController()];
    const timer = setTimeout(() => tooMuch.abort(failedRun('cloneFailed')), limits.prepareMs);
    void watchDisk(parts, ref.runId, over.signal).then((trouble) => {
      if (trouble !== null) tooMuch.abort(failedRun(trouble === 'hostFull' ? trouble : 'repositoryTooLarge'));
    });
    try {
      return await clone(ref, AbortSignal.any([enough, tooMuch.signal]));
    } finally {
      clearTimeout(timer);
      over.abort();
    }
  }

  async function clone(ref: ContainerRef, signal: AbortSignal) {
    const { code, stdout, stderr } = await runToEnd(engine, ref, cloneScript(parts.lending.remote), { signal });
    if (code !== 0) {
      if (/no space left|disk quota/i.test(stderr)) throw failedRun('repositoryTooLarge');
      throw FINAL.test(stderr) ? failedRun('cloneFailed') : lookAgain('cloneFailed', 2_000);
    }
    const [head, branch] = stdout.split('\n');
    return { head: head || null, defaultBranch: branch || null };
  }
}

/** Waits for both, also when one fails. */
async function bothOf<A, B>(one: A, other: B): Promise<[Awaited<A>, Awaited<B>]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

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
        const signal = AbortSignal.any([cancelled, leaving, AbortSignal.timeout(limits.prepareMs)]);
        const isImport = run.kind === 'import';
        const [cloned] = await bothOf(clone(ref, signal), isImport ? null : start('run'));
        // Nobody waits for it: whoever cleans up looks for it too.
        void engine.remove(ref).catch(() => undefined);
        await runs.cloned(runId, cloned);
        if (isImport) await runs.end(runId, { ending: 'exited', exitCode: 0 });
        return { executes: !isImport };
      });
    },
  };

  async function clone(ref: ContainerRef, signal: AbortSignal) {
    const script = cloneScript(parts.lending.remote);
    const { code, stdout, stderr } = await runToEnd(engine, ref, script, { signal }).catch((error: unknown) => {
      throw isTimeout(error) ? failedRun('cloneFailed') : error;
    });
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

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

import { createMasker } from '../../src/domain/masker/masker.ts';
import type { DiffFile } from '../../src/ports/runs.ts';
import { compareScript, patchScript } from './git-scripts.ts';
import { runToEnd } from './keeper.ts';
import { readLent } from './open-lending.ts';
import { ownRun } from './own-run.ts';
import { containerOf } from './run-containers.ts';
import type { SandboxParts } from './sandbox-parts.ts';
import { whileAlive } from './while-alive.ts';

const MAX_PATCH_BYTES = 2 * 1024 * 1024;
const MAX_LIST_BYTES = 512 * 1024;

export function createKeepDiff(parts: SandboxParts) {
  const { engine, workspaces, runs, limits } = parts;

  return {
    /**
     * What the command changed, compared in a fresh container that may write nothing of it, and masked (SE-4): a command
     * may have written what it was lent into its checkout. None when it cannot be told.
     */
    async keepDiff({ runId }: { runId: string }): Promise<void> {
      const { baseCommit, ending } = await ownRun(parts, runId);
      if (baseCommit === null || ending === null) return;
      await whileAlive(async ({ cancelled, leaving }) => {
        const ref = { runId, role: 'diff' } as const;
        const signal = AbortSignal.any([cancelled, leaving]);
        const { known } = await readLent(parts, runId);
        // Nobody writes any more while it is compared.
        await engine.remove({ runId, role: 'run' });
        await engine.remove(ref);
        await engine.start(containerOf(runId, 'diff', await workspaces.open(runId, limits), limits.container));
        try {
          const list = await runToEnd(engine, ref, compareScript(baseCommit), { maxBytes: MAX_LIST_BYTES, signal });
          if (list.code !== 0) return;
          // In the patch of a binary file nothing can be found, as it is compressed: where anything was lent it stays out.
          const script = patchScript(baseCommit, { binary: known.length === 0 });
          const patch = await runToEnd(engine, ref, script, { maxBytes: MAX_PATCH_BYTES, signal });
          // Postgres stores no NUL; a patch of a binary file holds none.
          const masker = createMasker(known);
          const text = masker.text(wholeLines(patch)).replaceAll('\0', '\u2400');
          const files = readNumstat(list.stdout).map((file) => ({ ...file, path: masker.text(file.path) }));
          await runs.saveDiff(runId, { patch: text, cut: patch.cut || list.cut, files });
        } finally {
          await engine.remove(ref);
        }
      });
    },
  };
}

/** Where it was cut, half a secret could stand. */
function wholeLines({ stdout, cut }: { stdout: string; cut: boolean }): string {
  return cut ? stdout.slice(0, stdout.lastIndexOf('\n') + 1) : stdout;
}

/** `git diff-tree --numstat -z`: added, removed and path, a tab between them, NUL behind; `-` for what is not text. */
export function readNumstat(text: string): DiffFile[] {
  return text
    .split('\0')
    .slice(0, -1)
    .map((entry) => {
      const [added = '', removed = '', ...path] = entry.split('\t');
      return { path: path.join('\t'), added: Number(added) || 0, removed: Number(removed) || 0, binary: added === '-' };
    });
}

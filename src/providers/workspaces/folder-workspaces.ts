import { chmod, lstat, mkdir, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspaces } from '../../ports/workspaces.ts';
import { oneAtATime, runFolder, runsIn } from './run-folder.ts';

/**
 * Plain folders, for machines where we may not mount: the limit is not the kernel's. Whoever asks `freeBytes` now and then
 * sees the limit passed, by as much as is written between two looks (about a second's writes), and ends the run.
 *
 * What a command wrote belongs to its user: where that user is not ours, files in folders of its own can only be deleted by
 * a container, and `remove` says so.
 */
export function createFolderWorkspaces(root: string): Workspaces {
  const inTurn = oneAtATime();
  const limits = new Map<string, number>();

  return {
    open: (runId, { workspaceBytes }) =>
      inTurn(runId, async () => {
        const { folder, ...folders } = runFolder(root, runId);
        limits.set(runId, workspaceBytes);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const name of [folders.workspace, folders.mirror, folders.socket]) {
          await mkdir(name, { recursive: true });
          // The container's users are nobody here; the folder above keeps everybody else out.
          await chmod(name, name === folders.socket ? 0o755 : 0o777);
        }
        return folders;
      }),

    freeBytes: async (runId) => (limits.get(runId) ?? 0) - (await usedBytes(runFolder(root, runId).workspace)),

    remove: (runId) =>
      inTurn(runId, async () => {
        await rm(runFolder(root, runId).folder, { recursive: true, force: true });
        limits.delete(runId);
      }),

    list: () => runsIn(root),
  };
}

/** Blocks in use, without following links. What disappears while we look counts as nothing. */
async function usedBytes(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) bytes += await usedBytes(path);
      else
        bytes += await lstat(path)
          .then(({ blocks }) => blocks * 512)
          .catch(() => 0);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return bytes;
}

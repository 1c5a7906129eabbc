import { chmod, lstat, mkdir, opendir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspaces } from '../../ports/workspaces.ts';
import { requireRoom, roomOf } from './host-room.ts';
import { exists, oneAtATime, runFolder, runsIn } from './run-folder.ts';

/** What another user's folder answers to us. */
const NOT_OURS = new Set(['EACCES', 'EPERM', 'ENOTEMPTY']);

/**
 * Plain folders, for machines where we may not mount: the limit is not the kernel's. Whoever asks `freeBytes` now and then
 * sees the limit passed, by as much as is written between two looks (about a second's writes), and ends the run.
 *
 * What a command wrote belongs to its user, whom no host has. What it locked away from us is not measured: the reserve
 * of the host's disk is what bounds that.
 */
export function createFolderWorkspaces(root: string): Workspaces {
  const inTurn = oneAtATime();
  const limits = new Map<string, number>();

  return {
    open: (runId, { workspaceBytes }) =>
      inTurn(runId, async () => {
        const { folder, ...folders } = runFolder(root, runId);
        const writable = [folders.workspace, folders.mirror];
        if (!(await exists(folder))) await requireRoom(root, workspaceBytes * writable.length);
        limits.set(runId, workspaceBytes);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await mkdir(folders.socket, { recursive: true });
        for (const name of writable) {
          await mkdir(name, { recursive: true });
          // The container's users are nobody here; the folder above keeps everybody else out.
          await chmod(name, 0o777);
        }
        return folders;
      }),

    freeBytes: async (runId) => {
      const { workspace } = runFolder(root, runId);
      const [used, room] = [await usedBytes(workspace), await roomOf(root)];
      return Math.min((limits.get(runId) ?? 0) - used, room);
    },

    remove: (runId) =>
      inTurn(runId, async () => {
        try {
          await rm(runFolder(root, runId).folder, { recursive: true, force: true });
        } catch (error) {
          if (NOT_OURS.has(codeOf(error))) return 'notOurs' as const;
          throw error;
        }
        limits.delete(runId);
        return 'removed' as const;
      }),

    list: () => runsIn(root),
  };
}

/** Blocks in use, without following links. What disappears while we look, or is locked away from us, counts as nothing. */
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
    if (!['ENOENT', 'EACCES'].includes(codeOf(error))) throw error;
  }
  return bytes;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

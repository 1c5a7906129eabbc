import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import type { Workspaces } from '../../ports/workspaces.ts';
import { hasRoomFor, requireRoom } from './host-room.ts';
import { exists, oneAtATime, runFolder, runsIn } from './run-folder.ts';

const MEASURE_MS = 10_000;
/** Less than whoever cleans up has for all of it. */
const DELETE_MS = 90_000;

/**
 * Plain folders, for machines where we may not mount: the limit is not the kernel's. Whoever asks `freeBytes` now and then
 * sees that it was passed, by as much as is written between two looks, and ends the run. What a command locks away from us
 * is not measured: `hasRoom` is what bounds that.
 *
 * What a command wrote belongs to its user, whom no host has, and who alone may delete it.
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
      const { workspace, mirror } = runFolder(root, runId);
      return (limits.get(runId) ?? 0) - Math.max(...(await usedBytes([workspace, mirror])));
    },

    hasRoom: () => hasRoomFor(0, root),

    remove: (runId) =>
      inTurn(runId, async () => {
        const { folder } = runFolder(root, runId);
        await deleteFolder(folder);
        // What is still there belongs to the users of containers, or was too much for once.
        if (await exists(folder)) return 'notOurs' as const;
        limits.delete(runId);
        return 'removed' as const;
      }),

    list: () => runsIn(root),
  };
}

/**
 * Deletes what it may, without following links. By a process of its own: a command can leave millions of files, and Node
 * would read all their names and begin to delete all of them at once, while every other run waits.
 */
function deleteFolder(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // What it may not delete it says for each file: nobody listens.
    const rm = spawn('rm', ['-rf', '--', folder], { stdio: 'ignore', timeout: DELETE_MS, killSignal: 'SIGKILL' });
    rm.on('error', reject);
    rm.on('close', () => resolve());
  });
}

/**
 * Bytes of the blocks in use below each folder, as `du` sees them: however deep or many, without following links, and
 * without what we may not read. What it had not counted in time counts as nothing.
 */
function usedBytes(folders: string[]): Promise<number[]> {
  return new Promise((resolve) => {
    // It exits with 1 for what it may not read, and has counted the rest.
    execFile('du', ['-sk', ...folders], { timeout: MEASURE_MS, killSignal: 'SIGKILL' }, (_error, said) => {
      resolve([0, ...[...said.matchAll(/^(\d+)\t/gm)].map(([, kib]) => Number(kib) * 1024)]);
    });
  });
}

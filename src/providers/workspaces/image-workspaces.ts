import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, open, readFile, rename, rm, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { KEEPER_UID, RUN_UID } from '../../domain/container-users.ts';
import type { Workspaces } from '../../ports/workspaces.ts';
import { hasRoomFor, requireRoom } from './host-room.ts';
import { exists, oneAtATime, runFolder, runsIn } from './run-folder.ts';

const run = promisify(execFile);
const COMMAND_MS = 60_000;
/** A container that has just been removed may hold on to its mounts for a moment. */
const BUSY_MS = 15_000;
const POLL_MS = 50;

/**
 * Each workspace and each mirror is a file system in a sparse file of its own: the limit is the kernel's, and removing it
 * is unmounting it and deleting one file, whatever was written inside. Throws `NoRoom` when the host could not hold it.
 *
 * No journal and no reserve: it lives as long as its run, and after a crash of the host the run is over.
 */
export function createImageWorkspaces(root: string): Workspaces {
  const inTurn = oneAtATime();

  const openDisk = async (target: string, bytes: number) => {
    await mkdir(target, { recursive: true, mode: 0o700 });
    if (await isMounted(target)) return;
    const image = `${target}.img`;
    if (!(await exists(image))) await makeImage(image, bytes);
    await run('mount', ['-o', 'loop,nodev,nosuid', image, target], { timeout: COMMAND_MS });
  };

  return {
    open: (runId, { workspaceBytes }) =>
      inTurn(runId, async () => {
        const { folder, ...folders } = runFolder(root, runId);
        const disks = [folders.workspace, folders.mirror];
        if (!(await exists(folder))) await requireRoom(root, workspaceBytes * disks.length);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await mkdir(folders.socket, { recursive: true });
        // The keeper may connect to what is lent here, a command may not.
        await chown(folders.socket, 0, KEEPER_UID);
        await chmod(folders.socket, 0o750);
        for (const disk of disks) await openDisk(disk, workspaceBytes);
        return folders;
      }),

    freeBytes: async (runId) => {
      const { workspace } = runFolder(root, runId);
      const { bavail, bsize, ffree } = await statfs(workspace);
      // A million empty files fill it too.
      return ffree === 0 ? 0 : bavail * bsize;
    },

    hasRoom: () => hasRoomFor(0, root),

    remove: (runId) =>
      inTurn(runId, async () => {
        const { folder, workspace, mirror } = runFolder(root, runId);
        for (const target of [workspace, mirror]) await unmount(target);
        // Everything that a command wrote was in the file systems; what is left is ours. Links are removed, not followed.
        await rm(folder, { recursive: true, force: true });
        return 'removed' as const;
      }),

    list: () => runsIn(root),
  };
}

/** Whole or not at all: what a crash leaves half made has another name. */
async function makeImage(image: string, bytes: number): Promise<void> {
  const unfinished = `${image}.new`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', 0o600);
  await file.truncate(bytes).finally(() => file.close());
  const owner = `root_owner=${RUN_UID}:${RUN_UID}`;
  const settings = ['-O', '^has_journal', '-m', '0', '-E', `${owner},lazy_itable_init=1,nodiscard`];
  await run('mkfs.ext4', ['-q', '-F', ...settings, unfinished], { timeout: COMMAND_MS });
  await rename(unfinished, image);
}

async function unmount(target: string): Promise<void> {
  const deadline = Date.now() + BUSY_MS;
  while (await isMounted(target)) {
    const failure = await run('umount', [target], { timeout: COMMAND_MS }).then(
      () => undefined,
      () => new Error('The workspace is still in use: nothing was deleted. Remove its containers first.'),
    );
    if (failure && Date.now() > deadline) throw failure;
    if (failure) await delay(POLL_MS);
  }
}

async function isMounted(target: string): Promise<boolean> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const escaped = target.replaceAll(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return lines.some((line) => line.split(' ')[4] === escaped);
}

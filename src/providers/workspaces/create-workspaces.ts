import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspaces } from '../../ports/workspaces.ts';
import { createFolderWorkspaces } from './folder-workspaces.ts';
import { createImageWorkspaces } from './image-workspaces.ts';
import { CHECK_FOLDER } from './run-folder.ts';

/**
 * Workspaces below `root`, which is made when it is missing. As root on Linux each is a file system of its own with a hard
 * limit; elsewhere plain folders that are looked at.
 */
export async function createWorkspaces(options: { root: string }): Promise<Workspaces> {
  await mkdir(options.root, { recursive: true, mode: 0o700 });
  const root = await realpath(options.root);
  // Looks into the image that an earlier life did not end.
  const left = (await readdir(root)).filter((name) => name.startsWith(CHECK_FOLDER));
  for (const name of left) await rm(join(root, name), { recursive: true, force: true });
  const hasMounts = process.platform === 'linux' && process.getuid?.() === 0;
  return hasMounts ? createImageWorkspaces(root) : createFolderWorkspaces(root);
}

import { mkdir, realpath } from 'node:fs/promises';
import type { Workspaces } from '../../ports/workspaces.ts';
import { createFolderWorkspaces } from './folder-workspaces.ts';
import { createImageWorkspaces } from './image-workspaces.ts';

/**
 * Workspaces below `root`, which is made when it is missing. As root on Linux each is a file system of its own with a hard
 * limit; elsewhere plain folders that are looked at.
 */
export async function createWorkspaces(options: { root: string }): Promise<Workspaces> {
  await mkdir(options.root, { recursive: true, mode: 0o700 });
  const root = await realpath(options.root);
  const hasMounts = process.platform === 'linux' && process.getuid?.() === 0;
  return hasMounts ? createImageWorkspaces(root) : createFolderWorkspaces(root);
}

import { statfs } from 'node:fs/promises';
import { NoRoom } from '../../ports/workspaces.ts';

/** The host keeps this much for everything else. */
const RESERVE_BYTES = 512 * 1024 * 1024;
const RESERVE_FILES = 10_000;

/** Whether this many bytes more fit on the disk of this folder without touching the reserve. */
export async function hasRoomFor(bytes: number, folder: string): Promise<boolean> {
  const { bavail, bsize, files, ffree } = await statfs(folder);
  // Some file systems count no files: they say that there are none at all.
  return bavail * bsize - RESERVE_BYTES >= bytes && (files === 0 || ffree >= RESERVE_FILES);
}

/** @throws NoRoom when this much more does not fit */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  if (!(await hasRoomFor(bytes, folder))) throw new NoRoom();
}

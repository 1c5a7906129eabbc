import { statfs } from 'node:fs/promises';
import { NoRoom } from '../../ports/workspaces.ts';

/** The host keeps this much for everything else. */
const RESERVE_BYTES = 512 * 1024 * 1024;

/** Bytes that runs may still fill on the disk of this folder; less than none when the reserve is touched. */
export async function roomOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize - RESERVE_BYTES;
}

/** @throws NoRoom when this much more does not fit */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  if ((await roomOf(folder)) < bytes) throw new NoRoom();
}

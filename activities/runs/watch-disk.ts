import type { SandboxParts } from './sandbox-parts.ts';
import { pause } from './while-alive.ts';

/** Looking at a disk may cost seconds of it. */
const LOOK_MS = 2_000;

/** The run's own limit was passed, or the host is about to have no room for anybody. */
export type DiskTrouble = 'diskLimit' | 'hostFull';

/** Looks at the disk of a run again and again, until it has passed a limit. Null when `over` came first. */
export async function watchDisk(
  { workspaces }: Pick<SandboxParts, 'workspaces'>,
  runId: string,
  over: AbortSignal,
): Promise<DiskTrouble | null> {
  while (!over.aborted) {
    // Only where the limit is not the kernel's: there a full disk is an error that the command sees by itself.
    if ((await workspaces.freeBytes(runId).catch(() => 0)) < 0) return 'diskLimit';
    if (!(await workspaces.hasRoom().catch(() => true))) return 'hostFull';
    await pause(LOOK_MS, over);
  }
  return null;
}

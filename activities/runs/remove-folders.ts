import { runToEnd } from './keeper.ts';
import { containerOf, INSIDE } from './run-containers.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** Less than a try of the clean-up may take. */
const CLEAR_MS = 90_000;

/** As their owner: folders that are locked are opened on the way down, before they are looked into. No link is followed. */
const CLEAR = `
cd /
find ${INSIDE.workspace} ${INSIDE.mirror} -mindepth 1 -type d ! -perm -0700 -exec chmod u+rwx {} \\;
find ${INSIDE.workspace} ${INSIDE.mirror} -mindepth 1 -maxdepth 1 -exec rm -rf {} +
`;

/**
 * Deletes the folders of a run, whose containers are gone. Where a workspace is no disk of its own, what a command wrote
 * belongs to its user, and a fresh container deletes it as that user (CO-4).
 */
export async function removeFolders({ engine, workspaces, limits }: SandboxParts, runId: string): Promise<void> {
  if ((await workspaces.remove(runId)) === 'removed') return;
  const ref = { runId, role: 'clear' } as const;
  await engine.start(containerOf(runId, 'clear', await workspaces.open(runId, limits), limits.container));
  try {
    await runToEnd(engine, ref, ['/bin/sh', '-c', CLEAR], { signal: AbortSignal.timeout(CLEAR_MS) });
  } finally {
    await engine.remove(ref);
  }
  await workspaces.remove(runId);
}

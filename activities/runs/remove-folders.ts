import { runToEnd } from './keeper.ts';
import { containerOf, INSIDE } from './run-containers.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** Less than a try of the clean-up may take. */
const CLEAR_MS = 90_000;

const each = (...action: string[]) => {
  const folders = [INSIDE.workspace, INSIDE.mirror];
  return ['find', ...folders, '-mindepth', '1', '-maxdepth', '1', '-exec', ...action, '{}', '+'];
};
/** As their owner: folders that are locked are opened first, however deep they are. No link is followed. */
const CLEAR = [each('chmod', '-R', 'u+rwX'), each('rm', '-rf')];

/**
 * Deletes the folders of a run, whose containers are gone. Where a workspace is no disk of its own, what a command wrote
 * belongs to its user, and a fresh container deletes it as that user (CO-4).
 */
export async function removeFolders({ engine, workspaces, limits }: SandboxParts, runId: string): Promise<void> {
  if ((await workspaces.remove(runId)) === 'removed') return;
  const ref = { runId, role: 'clear' } as const;
  const signal = AbortSignal.timeout(CLEAR_MS);
  await engine.start(containerOf(runId, 'clear', await workspaces.open(runId, limits), limits.container));
  try {
    for (const argv of CLEAR) await runToEnd(engine, ref, argv, { signal });
  } finally {
    await engine.remove(ref);
  }
  await workspaces.remove(runId);
}

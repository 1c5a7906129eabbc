import type { RunFacts } from '../../src/ports/runs.ts';
import type { RunFolders } from '../../src/ports/workspaces.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/**
 * Starts the run's proxy with what was lent to it, or finds it running.
 * @returns everything secret that it holds, for the masker: registered before first use (SE-4)
 */
export async function openLending(
  { host, lending, secrets }: SandboxParts,
  run: RunFacts,
  folders: RunFolders,
): Promise<string[]> {
  const lent = await secrets.read(host, run.id);
  await lending.open(run.id, folders.socket, { git: { remote: run.cloneUrl, credential: lent?.git ?? null } });
  return lent?.git ? [lent.git.password] : [];
}

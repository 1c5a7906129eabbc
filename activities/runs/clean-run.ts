import { CONTAINER_ROLES } from '../../src/ports/container-engine.ts';
import type { RemovalProof } from '../../src/ports/runs.ts';
import { ownRun } from './own-run.ts';
import { removeFolders } from './remove-folders.ts';
import type { SandboxParts } from './sandbox-parts.ts';
import { whileAlive } from './while-alive.ts';

export function createCleanRun(parts: SandboxParts) {
  return {
    /** Removes everything of a run that has ended and stores what was seen. Trying again looks again. */
    async cleanRun({ runId }: { runId: string }): Promise<void> {
      await ownRun(parts, runId);
      await whileAlive(() => removeAndProve(parts, runId));
    },
  };
}

/**
 * Containers first, because they hold the folder; then the proxy, the secrets, the folder. Then looks for each of them:
 * the proof is of what was looked at, not of what was asked for. Throws when anything is still there.
 */
export async function removeAndProve(parts: SandboxParts, runId: string): Promise<void> {
  const { engine, workspaces, lending, secrets, runs, host } = parts;
  const run = await runs.find(runId);
  for (const role of CONTAINER_ROLES) await engine.remove({ runId, role });
  await lending.close(runId);
  const lent = await secrets.destroy(host, runId);
  await removeFolders(parts, runId);

  const left = (await engine.list()).filter((container) => container.runId === runId);
  const proof: RemovalProof = {
    checkedAt: new Date().toISOString(),
    host,
    containersGone: CONTAINER_ROLES.map((role) => `panager-${runId}-${role}`),
    folderGone: !(await workspaces.list()).includes(runId),
    secretsGone: lent === 'nothing' ? null : (await secrets.read(host, runId)) === null,
    filesGone: run === null || run.filesGone === null ? null : left.length === 0,
    proxyGone: lending.isClosed(runId),
  };
  if (left.length > 0 || !proof.folderGone || proof.secretsGone === false || !proof.proxyGone) {
    throw new Error('something of the run is still there');
  }
  await runs.cleaned(runId, proof);
}

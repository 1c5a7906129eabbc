import { removeAndProve } from './clean-run.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/**
 * Compares what is on this host with the runs in the rows, and removes what nobody will come back for (CO-6): of runs that
 * are over, or that never were. What is live, or not ours, is never touched.
 *
 * @returns the runs of which something was removed
 */
export async function reap(parts: SandboxParts, onTrouble: (runId: string, error: unknown) => void): Promise<string[]> {
  const { engine, workspaces, lending, runs, host } = parts;
  const containers = (await engine.list()).map(({ runId }) => runId);
  const here = new Set([...containers, ...(await workspaces.list()), ...lending.list()]);
  const orphans = new Set([...(await runs.finished([...here])), ...(await runs.leftBehind(host))]);
  const removed: string[] = [];
  for (const runId of orphans) {
    try {
      await removeAndProve(parts, runId);
      removed.push(runId);
    } catch (error) {
      onTrouble(runId, error);
    }
  }
  return removed;
}

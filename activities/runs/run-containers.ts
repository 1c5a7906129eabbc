import type { ContainerLimits, ContainerRole, ContainerSpec } from '../../src/ports/container-engine.ts';
import type { RunFolders } from '../../src/ports/workspaces.ts';

/** Where folders of a run are inside its containers. */
export const INSIDE = { workspace: '/workspace', mirror: '/mirror', lending: '/run/lending' } as const;
/** The checkout that a command begins in. */
export const PROJECT = `${INSIDE.workspace}/project`;

/**
 * What each container of a run may see. Only the clone and the command reach anything, through the run's own socket; only
 * the clone, and who deletes it, may write the mirror; who compares may write nothing.
 */
export function containerOf(
  runId: string,
  role: ContainerRole,
  folders: RunFolders,
  limits: ContainerLimits,
): ContainerSpec {
  const workspace = { source: folders.workspace, target: INSIDE.workspace, readOnly: role === 'diff' };
  const mirror = { source: folders.mirror, target: INSIDE.mirror, readOnly: role === 'diff' };
  const lending = { source: folders.socket, target: INSIDE.lending, readOnly: true };
  const mounts = {
    prepare: [workspace, mirror, lending],
    run: [workspace, lending],
    diff: [workspace, mirror],
    clear: [workspace, mirror],
  };
  return { runId, role, limits, mounts: mounts[role] };
}

import { basename } from 'node:path';
import { waitFor } from '../wait-for.ts';
import { removeControlGroups } from './control-groups.ts';
import { unmountBelow } from './mounts.ts';

const PATIENCE_MS = 10_000;

/** The control groups of private engines in this data folder begin so. */
export const controlGroupOf = (dataDir: string) => `panager-${basename(dataDir)}-`;

/**
 * Takes away what ended engines left outside of their files: mounts in this data folder and control groups. Throws when
 * something is still in use.
 */
export async function cleanUpEngines(dataDir: string, groups = controlGroupOf(dataDir)): Promise<void> {
  // A mount namespace ends a moment after its last process.
  const isClean = await waitFor(() => {
    unmountBelow(dataDir);
    removeControlGroups(groups);
    return true;
  }, PATIENCE_MS);
  if (!isClean) throw new Error(`Something of a container engine is still in use in ${dataDir}.`);
}

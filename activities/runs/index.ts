import { translated } from '../failures.ts';
import { createCleanRun } from './clean-run.ts';
import { createExecuteRun } from './execute-run.ts';
import { createKeepDiff } from './keep-diff.ts';
import { createPrepareRun } from './prepare-run.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** Everything that a run's workflow may ask of a container host. No error leaves that was not translated. */
export function createSandboxActivities(
  parts: SandboxParts & { onUnexpected: (activity: string, error: unknown) => void },
) {
  const activities = {
    ...createPrepareRun(parts),
    ...createExecuteRun(parts),
    ...createKeepDiff(parts),
    ...createCleanRun(parts),
  };
  return translated(activities, parts.onUnexpected);
}

export type SandboxActivities = ReturnType<typeof createSandboxActivities>;

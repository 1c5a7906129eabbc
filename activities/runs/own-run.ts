import type { RunFacts } from '../../src/ports/runs.ts';
import { refused } from '../failures.ts';
import { assertOwnRow } from '../own-row.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** The run that this workflow is named after, if it was given to this host (MO-5). Everything else is refused. */
export async function ownRun({ host, runs }: SandboxParts, runId: string): Promise<RunFacts> {
  assertOwnRow(`run-${runId}`);
  const run = await runs.find(runId);
  if (run === null || run.host !== host) throw refused('notYours');
  return run;
}

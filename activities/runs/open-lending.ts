import { createMasker } from '../../src/domain/masker/masker.ts';
import type { LentSecrets } from '../../src/ports/lending.ts';
import type { RunFacts } from '../../src/ports/runs.ts';
import type { RunFolders } from '../../src/ports/workspaces.ts';
import { refused } from '../failures.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/**
 * Starts the run's proxy with what was lent to it, or finds it running. Nothing is lent that could not be masked.
 * @returns everything secret that it holds, for the masker: registered before first use (SE-4)
 */
export async function openLending(
  { host, lending, secrets }: SandboxParts,
  run: RunFacts,
  folders: RunFolders,
): Promise<string[]> {
  const lent = await secrets.read(host, run.id);
  const known = lent ? secretsIn(lent) : [];
  if (createMasker(known).tooShort.length > 0) throw refused('secretTooShort');
  await lending.open(run.id, folders.socket, {
    git: { remote: run.cloneUrl, credential: lent?.git ?? null },
    model: lent?.model ?? null,
  });
  return known;
}

function secretsIn({ git, model }: LentSecrets): string[] {
  return [git?.password, model?.apiKey].filter((secret) => secret !== undefined);
}

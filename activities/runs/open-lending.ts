import { isTooShort } from '../../src/domain/masker/forms.ts';
import type { LentFile, LentSecrets } from '../../src/ports/lending.ts';
import type { RunFacts } from '../../src/ports/runs.ts';
import type { RunFolders } from '../../src/ports/workspaces.ts';
import { failedRun } from './failed-run.ts';
import type { SandboxParts } from './sandbox-parts.ts';

/** What a run is lent as files, and every secret that its output may not show. */
export interface Lent {
  known: string[];
  files: LentFile[];
}

/**
 * Starts the run's proxy with what was lent to it, or finds it running. Nothing is lent that could not be masked.
 * @returns what is lent as files, and everything secret, for the masker: registered before first use (SE-4)
 */
export async function openLending(parts: SandboxParts, run: RunFacts, folders: RunFolders): Promise<Lent> {
  const { lent, known } = await readLent(parts, run.id);
  if (known.some(isTooShort)) throw failedRun('secretTooShort');
  await parts.lending.open(run.id, folders.socket, {
    git: { remote: run.cloneUrl, credential: lent?.git ?? null },
    model: lent?.model ?? null,
  });
  return { known, files: lent?.files ?? [] };
}

/** What was lent to a run, and everything secret in it, for the masker. @throws VaultUnavailable */
export async function readLent({ host, secrets }: SandboxParts, runId: string) {
  const lent = await secrets.read(host, runId);
  return { lent, known: lent ? secretsIn(lent) : [] };
}

function secretsIn({ git, model, files }: LentSecrets): string[] {
  const parts = files.flatMap(({ content }) => [content.trimEnd(), ...tokensIn(content)]);
  return [git?.password, model?.apiKey, ...parts].filter((secret) => secret !== undefined);
}

/** A tool prints one token of its file, not all of it. Shorter words are names and punctuation. */
function tokensIn(content: string): string[] {
  return content.match(/[^\s"',:;=<>{}[\]()]{16,}/g) ?? [];
}

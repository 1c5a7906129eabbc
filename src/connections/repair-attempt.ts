import type { ConsentStore } from '../ports/consent-store.ts';
import type { CredentialVault } from '../ports/credential-vault.ts';
import { closeAttempt } from './close-attempt.ts';
import { finishAttempt } from './finish-attempt.ts';
import { credentialPath } from './receive-callback.ts';

/**
 * Ends an attempt whose callback did not come to an end. It first claims the attempt's path with a tombstone: then a
 * callback that wakes up late cannot store a secret that nobody owns, and what is found there is final. Restartable.
 *
 * @throws VaultUnavailable, to be tried again
 */
export async function repairAttempt(store: ConsentStore, vault: CredentialVault, attemptId: string): Promise<void> {
  const attempt = await store.findAttempt(attemptId);
  if (attempt === null || (attempt.status !== 'burnt' && attempt.status !== 'void')) return;
  const path = credentialPath(attempt);
  await vault.bury(path);
  const found = await vault.read(path);
  if (found.kind === 'credential') await finishAttempt(store, attempt);
  else await closeAttempt(store, attempt, 'burnt', 'failed');
}

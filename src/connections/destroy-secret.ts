import type { Credential, CredentialPath, CredentialVault } from '../ports/credential-vault.ts';

/** Of the right shape and of no use: nobody sends it, nobody refreshes it. */
const NO_SECRET: Credential = { accessToken: '', refreshToken: null, expiresAt: new Date(0).toISOString() };

/**
 * Destroys every version at an attempt's path, so that nothing can be written there any more. A path that was never
 * written is claimed, because a callback may still be on its way. And the newest version is written once more first: a
 * refresh that froze in front of its own write knows the number of the last secret, and Vault's check-and-set would still
 * take that number although the version is destroyed.
 *
 * @throws VaultUnavailable, to be tried again
 */
export async function destroySecret(vault: CredentialVault, path: CredentialPath): Promise<void> {
  await vault.bury(path);
  let last = await vault.read(path);
  while (last.kind === 'credential' && (await vault.replace(path, NO_SECRET, last.revision)) === 'conflict') {
    last = await vault.read(path);
  }
  await vault.destroy(path);
}

import { credentialPath } from '../src/connections/receive-callback.ts';
import { repairAttempt } from '../src/connections/repair-attempt.ts';
import { sweepAttempts } from '../src/connections/sweep.ts';
import type { ConsentStore } from '../src/ports/consent-store.ts';
import type { CredentialVault } from '../src/ports/credential-vault.ts';
import type { OAuthProvider } from '../src/ports/oauth-provider.ts';
import { assertOwnRow } from './own-row.ts';

const REVOKE_TIMEOUT_MS = 10_000;

export interface AttemptParts {
  store: ConsentStore;
  vault: CredentialVault;
  oauth: (provider: string) => OAuthProvider;
}

/** What becomes of browser trips and their credentials after the browser. All of it may run any number of times. */
export function createAttemptActivities({ store, vault, oauth }: AttemptParts) {
  return {
    async repairAttempt({ attemptId }: { attemptId: string }): Promise<void> {
      assertOwnRow(`repair-${attemptId}`);
      await repairAttempt(store, vault, attemptId);
    },

    /** Destroys every version at the attempt's path; the grant is revoked first, while there is a token to do it with. */
    async destroyCredential({ attemptId, revoke }: { attemptId: string; revoke: boolean }): Promise<void> {
      assertOwnRow(`destroy-credential-${attemptId}`);
      const attempt = await store.findAttempt(attemptId);
      if (attempt === null) return;
      const path = credentialPath(attempt);
      if (revoke) {
        const stored = await vault.read(path);
        if (stored.kind === 'credential') {
          const { refreshToken, accessToken } = stored.credential;
          await oauth(attempt.provider).revoke(refreshToken ?? accessToken, AbortSignal.timeout(REVOKE_TIMEOUT_MS));
        }
      }
      // A path that was never written is claimed, so that a callback that is still on its way finds it taken.
      await vault.bury(path);
      await vault.destroy(path);
    },

    sweepAttempts: () => sweepAttempts(store),
  };
}

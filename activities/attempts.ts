import { activityInfo } from '@temporalio/activity';
import { Alarm } from '../src/connections/alarm.ts';
import { destroySecret } from '../src/connections/destroy-secret.ts';
import { credentialPath } from '../src/connections/receive-callback.ts';
import { repairAttempt } from '../src/connections/repair-attempt.ts';
import { searchOrphans, type OrphanPage } from '../src/connections/search-orphans.ts';
import { sweepRequests } from '../src/connections/sweep-requests.ts';
import { sweepAttempts } from '../src/connections/sweep.ts';
import type { Attempt, ConsentStore } from '../src/ports/consent-store.ts';
import type { CredentialIndex } from '../src/ports/credential-index.ts';
import type { CredentialVault } from '../src/ports/credential-vault.ts';
import type { OAuthProvider } from '../src/ports/oauth-provider.ts';
import { ProviderFailure } from '../src/ports/provider-failure.ts';
import type { StoryStore } from '../src/ports/story-store.ts';
import { assertOwnRow, ownWorkflowId } from './own-row.ts';
import { refused } from './failures.ts';

const REVOKE_TIMEOUT_MS = 10_000;
/** A person who wants to connect again waits for it. */
const GIVE_UP_REVOKING_MS = 10 * 60 * 1000;

export interface AttemptParts {
  store: ConsentStore;
  stories: StoryStore;
  /** For the operator's log. */
  onUnexpected: (activity: string, error: unknown) => void;
  vault: CredentialVault;
  index: CredentialIndex;
  oauth: (provider: string) => OAuthProvider;
}

/** What becomes of browser trips and their credentials after the browser. All of it may run any number of times. */
export function createAttemptActivities({ store, stories, vault, index, oauth, onUnexpected }: AttemptParts) {
  return {
    async repairAttempt({ attemptId }: { attemptId: string }): Promise<void> {
      assertOwnRow(`repair-${attemptId}`);
      await repairAttempt(store, vault, attemptId);
    },

    /**
     * Ends the grant at its provider, while there is a token to do it with. The person's next trip waits for it, so it
     * is given up after a while: the secret is destroyed anyway, and the operator is told that the grant may live on.
     */
    async revokeGrant({ attemptId }: { attemptId: string }): Promise<void> {
      const attempt = await ownAttempt(store, attemptId);
      if (attempt === null) return;
      const stored = await vault.read(credentialPath(attempt));
      if (stored.kind === 'credential') {
        const { refreshToken, accessToken } = stored.credential;
        const revoked = oauth(attempt.provider).revoke(
          refreshToken ?? accessToken,
          AbortSignal.timeout(REVOKE_TIMEOUT_MS),
        );
        await revoked.catch(async (error: unknown) => {
          const hasWaited = Date.now() - activityInfo().scheduledTimestampMs > GIVE_UP_REVOKING_MS;
          if (!(error instanceof ProviderFailure) || !hasWaited) throw error;
          const { userId, provider } = attempt;
          await store.transact({ userId, providers: [provider] }, (tx) => tx.audit('revocationGivenUp', { provider }));
          onUnexpected('revokeGrant', new Alarm(`${provider} did not revoke a grant; its secret is destroyed`));
        });
      }
    },

    /** Destroys every version at the attempt's path. */
    async destroyCredential({ attemptId }: { attemptId: string }): Promise<void> {
      const attempt = await ownAttempt(store, attemptId);
      if (attempt === null) return;
      await destroySecret(vault, credentialPath(attempt));
      await store.revocationEnded(attemptId);
      await store.secretGone(attemptId);
    },

    /** One page of the search for credentials without a row and rows without a credential. */
    searchOrphans: (page: OrphanPage): Promise<OrphanPage | null> =>
      searchOrphans({ store, vault, index, onTrouble: (error) => onUnexpected('searchOrphans', error) }, page),

    /** Everything that should have come to its end by itself, and did not. */
    async sweepAttempts(): Promise<number> {
      const onTrouble = (error: unknown) => onUnexpected('sweepAttempts', error);
      const ended = await sweepAttempts(store, onTrouble);
      return ended + (await sweepRequests({ store, stories }, onTrouble));
    },
  };
}

/**
 * The attempt, if the workflow that asks is there to end it: it is named after the attempt, or after the connection that
 * points to it (MO-5).
 */
async function ownAttempt(store: ConsentStore, attemptId: string): Promise<Attempt | null> {
  const workflowId = ownWorkflowId();
  if (workflowId === `destroy-credential-${attemptId}`) return store.findAttempt(attemptId);
  const [, connectionId] = /^disconnect-([0-9a-f-]{36})$/.exec(workflowId) ?? [];
  const [attempt, connection] = await Promise.all([
    store.findAttempt(attemptId),
    connectionId === undefined ? null : store.findConnection(connectionId),
  ]);
  const own = attempt !== null && connection !== null && attempt.userId === connection.userId;
  if (!own || attempt.provider !== connection.provider) throw refused('notYours');
  return attempt;
}

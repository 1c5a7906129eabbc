import type { Provider } from '../domain/words.ts';
import type { ConsentTx } from '../ports/consent-store.ts';

/**
 * Ends every trip of a link that is under way, because the account that it may bring is not wanted any more. A secret
 * that waits for an answer goes at once: nothing comes back for it. That of a callback under way is destroyed by its own
 * finish or repair.
 */
export async function voidAttempts(
  tx: ConsentTx,
  { userId, provider }: { userId: string; provider: Provider },
  exceptId: string | null = null,
): Promise<void> {
  for (const attempt of await tx.attemptsUnderWay(provider)) {
    if (attempt.id === exceptId) continue;
    await tx.saveAttempt({ ...attempt, status: 'void' });
    if (attempt.status === 'confirm') await tx.destroyCredential({ userId, provider, attemptId: attempt.id }, false);
  }
}

import type { ConsentStore } from '../ports/consent-store.ts';
import { closeAttempt } from './close-attempt.ts';
import { failWaiters } from './finish-attempt.ts';

/**
 * Ends what no browser will end any more: trips that never came back, unanswered questions about another account, and
 * links that were opened ahead and never used.
 * @returns how many attempts it ended
 */
export async function sweepAttempts(store: ConsentStore, limit = 100): Promise<number> {
  const overdue = await store.findOverdueAttempts(limit);
  for (const attempt of overdue) {
    if (attempt.status === 'started') {
      await closeAttempt(store, attempt, 'started', 'failed');
      continue;
    }
    const { userId, provider, id: attemptId } = attempt;
    await store.transact({ userId, providers: [provider] }, async (tx) => {
      const current = await tx.attempt(attemptId);
      if (current === null || current.status !== 'confirm') return;
      await tx.saveAttempt({ ...current, status: 'void' });
      await tx.destroyCredential({ userId, provider, attemptId }, false);
      await failWaiters(tx, attempt);
      await tx.tidy(provider);
    });
  }
  for (const { userId, provider } of await store.findUnusedFlows(limit)) {
    await store.transact({ userId, providers: [provider] }, (tx) => tx.tidy(provider));
  }
  return overdue.length;
}

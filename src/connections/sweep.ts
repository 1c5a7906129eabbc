import type { Attempt, ConsentStore } from '../ports/consent-store.ts';
import { closeAttempt } from './close-attempt.ts';
import { failWaiters } from './finish-attempt.ts';
import { sideBySide } from './side-by-side.ts';

/**
 * Ends what no browser will end any more: trips that never came back, unanswered questions about another account, and
 * links that were opened ahead and never used. What fails is told to `onTrouble`, and the next round tries it again.
 * @returns how many attempts it ended
 */
export async function sweepAttempts(
  store: ConsentStore,
  onTrouble: (error: unknown) => void,
  limit = 100,
): Promise<number> {
  const overdue = await store.findOverdueAttempts(limit);
  const ended = await sideBySide(overdue, (attempt) => endOverdue(store, attempt), onTrouble);
  const tidyUp = async ({ userId, provider }: Pick<Attempt, 'userId' | 'provider'>) => {
    await store.transact({ userId, providers: [provider] }, (tx) => tx.tidy(provider));
    return true;
  };
  await sideBySide(await store.findUnusedFlows(limit), tidyUp, onTrouble);
  return ended;
}

async function endOverdue(store: ConsentStore, attempt: Attempt): Promise<boolean> {
  if (attempt.status === 'started') {
    await closeAttempt(store, attempt, 'started', 'failed');
    return true;
  }
  const { userId, provider, id: attemptId } = attempt;
  return store.transact({ userId, providers: [provider] }, async (tx) => {
    const current = await tx.attempt(attemptId);
    if (current === null || current.status !== 'confirm') return false;
    await tx.saveAttempt({ ...current, status: 'void' });
    await tx.destroyCredential({ userId, provider, attemptId }, false);
    await failWaiters(tx, attempt);
    await tx.tidy(provider);
    return true;
  });
}

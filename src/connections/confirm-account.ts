import type { ConsentStore } from '../ports/consent-store.ts';
import type { CallbackResult } from './consent.ts';
import { failWaiters, finishAttempt } from './finish-attempt.ts';
import { describeFinished, originOf } from './receive-callback.ts';

/**
 * A person's yes or no to an account that is not the one connected before (OA-9). Until a yes the new secret is used by
 * nobody; after a no, or ten minutes, it is destroyed.
 */
export async function confirmAccount(
  store: ConsentStore,
  attemptId: string,
  userId: string,
  yes: boolean,
): Promise<CallbackResult> {
  const attempt = await store.findAttempt(attemptId);
  if (attempt === null || attempt.userId !== userId) return { kind: 'unknown' };
  const { provider } = attempt;
  const answered = await store.transact({ userId, providers: [provider] }, async (tx) => {
    const current = await tx.attempt(attemptId);
    if (current === null || current.status !== 'confirm') return 'decided';
    if (yes && current.confirmBy !== null && current.confirmBy > tx.now) {
      await tx.saveAttempt({ ...current, confirmed: true });
      return 'confirmed';
    }
    await tx.saveAttempt({ ...current, status: 'void' });
    await tx.destroyCredential({ userId, provider, attemptId }, false);
    await failWaiters(tx, attempt, 'denied');
    await tx.audit('accountNotConfirmed', { attemptId, flowId: attempt.flowId, provider });
    await tx.tidy(provider);
    return 'notConfirmed';
  });
  if (answered === 'notConfirmed') {
    return { kind: 'refused', reason: 'notConfirmed', ...(await originOf(store, attempt)) };
  }
  return describeFinished(store, await finishAttempt(store, attempt), attempt);
}

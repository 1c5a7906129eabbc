import type { Attempt, ConsentStore } from '../ports/consent-store.ts';
import type { CallbackResult } from './consent.ts';
import { failWaiters, finish, type Finished } from './finish-attempt.ts';
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
  const answered = await store.transact({ userId, providers: [provider] }, async (tx): Promise<Finished | null> => {
    const current = await tx.attempt(attemptId);
    if (current?.status !== 'confirm') return asItIs(current ?? attempt);
    if (yes && current.confirmBy !== null && current.confirmBy > tx.now) {
      await tx.saveAttempt({ ...current, confirmed: true });
      return finish(tx, attemptId);
    }
    await tx.saveAttempt({ ...current, status: 'void' });
    await tx.destroyCredential({ userId, provider, attemptId }, false);
    await failWaiters(tx, attempt, 'denied');
    await tx.audit('accountNotConfirmed', { attemptId, flowId: attempt.flowId, provider });
    await tx.tidy(provider);
    return null;
  });
  if (answered === null) return { kind: 'refused', reason: 'notConfirmed', ...(await originOf(store, attempt)) };
  return describeFinished(store, answered, attempt);
}

/** Answered before, or not asked: a click changes nothing, least of all an attempt whose secret is not stored yet. */
function asItIs({ status, account }: Attempt): Finished {
  return { status, account: account ?? '', previousAccount: null, barred: null };
}

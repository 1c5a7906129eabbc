import type { Attempt, ConsentStore } from '../ports/consent-store.ts';
import { failWaiters } from './finish-attempt.ts';

/**
 * Ends a trip that brought nothing. The requests learn it and keep waiting. An attempt that has ended otherwise stays
 * as it is.
 *
 * `from` says what the caller knows: a `started` attempt has no callback yet; a `burnt` one may be ended only by the
 * callback that burnt it and will not exchange its code, or by repair after it claimed the path. Anybody else would
 * orphan a secret that is on its way.
 */
export async function closeAttempt(
  store: ConsentStore,
  attempt: Attempt,
  from: 'started' | 'burnt',
  outcome: 'failed' | 'denied',
): Promise<void> {
  const { userId, provider } = attempt;
  await store.transact({ userId, providers: [provider] }, async (tx) => {
    const current = await tx.attempt(attempt.id);
    if (current?.status !== from) return;
    await tx.saveAttempt({ ...current, status: outcome });
    await tx.forgetRepair(attempt.id);
    await failWaiters(tx, attempt, outcome);
    await tx.audit(outcome === 'denied' ? 'consentDenied' : 'attemptFailed', {
      attemptId: attempt.id,
      flowId: attempt.flowId,
      provider,
    });
    await tx.tidy(provider);
  });
}

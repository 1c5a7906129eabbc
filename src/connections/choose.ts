import type { ConsentStore } from '../ports/consent-store.ts';
import type { ChoiceResult } from './consent.ts';

/**
 * Go on without this connection, or wait a day longer. The choice is decided here, in SQL, under the same lock as the
 * callback and the deadline; the signal only hints that the call should look again.
 */
export async function choose(
  store: ConsentStore,
  {
    requestId,
    userId,
    flowId,
    choice,
  }: { requestId: string; userId: string; flowId: string; choice: 'skip' | 'snooze' },
): Promise<ChoiceResult> {
  const request = await store.findRequest(requestId);
  if (request === null || request.userId !== userId) return 'notFound';
  return store.transact({ userId, providers: request.providers, requestId }, async (tx) => {
    const waiters = await tx.waitersOf(requestId);
    const waiting = waiters.filter((waiter) => waiter.flowId === flowId && waiter.status === 'open');
    if (waiting.length === 0) return 'notFound';
    for (const waiter of waiting) {
      if (choice === 'skip') await tx.saveWaiter({ ...waiter, status: 'skipped' });
      else await tx.saveWaiter({ ...waiter, deadline: new Date(waiter.deadline.getTime() + tx.times.waitMs) });
    }
    const [first] = waiting;
    if (first) {
      await tx.signalChoice(first, choice);
      await tx.tidy(first.provider);
    }
    tx.changed('request', requestId);
    return 'accepted';
  });
}

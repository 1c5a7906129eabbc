import type { RequestOutcome } from '../domain/words.ts';
import type { ConsentStore, ConsentTx, RequestFacts, Waiter } from '../ports/consent-store.ts';

/** A person ends a request. Its waiters close in the same transaction, so nothing of it can start any more. */
export async function cancelRequest(
  store: ConsentStore,
  requestId: string,
  userId: string,
): Promise<'cancelled' | 'alreadyEnded' | 'notFound'> {
  const request = await store.findRequest(requestId);
  if (request === null || request.userId !== userId) return 'notFound';
  return store.transact(locksOf(request), async (tx) => {
    const state = await tx.request(requestId);
    if (state === null || state.ended) return 'alreadyEnded';
    if (state.cancelled) return 'cancelled';
    await tx.cancelRequest(requestId);
    await closeWaiters(tx, request);
    await tx.cancelWorkflow(requestId);
    await tx.audit('requestCancelled', { requestId });
    tx.changed('request', requestId);
    return 'cancelled';
  });
}

/** The end of every request: the answer is there for its person, and nothing of it waits any more. Idempotent. */
export async function endRequest(
  store: ConsentStore,
  requestId: string,
  ending: { outcome: RequestOutcome; answer: string },
): Promise<void> {
  const request = await store.findRequest(requestId);
  if (request === null) throw new Error('a request that ends was stored');
  await store.transact(locksOf(request), async (tx) => {
    const state = await tx.request(requestId);
    if (state === null || state.ended) return;
    await tx.endRequest(requestId, ending);
    await closeWaiters(tx, request);
    tx.changed('request', requestId);
  });
}

function locksOf({ userId, providers, requestId }: RequestFacts) {
  return { userId, providers, requestId };
}

async function closeWaiters(tx: ConsentTx, { requestId, providers }: RequestFacts): Promise<void> {
  const isWaiting = ({ status }: Waiter) => status === 'open' || status === 'released';
  for (const waiter of (await tx.waitersOf(requestId)).filter(isWaiting)) {
    await tx.saveWaiter({ ...waiter, status: 'cancelled' });
  }
  for (const provider of providers) await tx.tidy(provider);
}

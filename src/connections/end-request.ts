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
  return withEveryLink(store, request, async (tx, closeWaiters) => {
    const state = await tx.request(requestId);
    if (state === null || state.ended) return 'alreadyEnded';
    if (state.cancelled) return 'cancelled';
    await tx.cancelRequest(requestId);
    await closeWaiters();
    await tx.cancelWorkflow(requestId);
    await tx.audit('requestCancelled', { requestId });
    tx.changed('request', requestId);
    return 'cancelled';
  });
}

/**
 * The end of every request: the answer is there for its person, and nothing of it waits any more. Idempotent. A
 * cancellation that was accepted before wins over any other outcome, and then `ifCancelled` is what the person reads.
 * `isLost`: there is no workflow that brings its message to the end.
 * @returns how it ended
 */
export async function endRequest(
  store: ConsentStore,
  requestId: string,
  ending: { outcome: RequestOutcome; answer: string; ifCancelled: string; isLost?: boolean },
): Promise<RequestOutcome> {
  const request = await store.findRequest(requestId);
  if (request === null) throw new Error('a request that ends was stored');
  return withEveryLink(store, request, async (tx, closeWaiters) => {
    const state = await tx.request(requestId);
    if (state === null || state.ended) return ending.outcome;
    const outcome = state.cancelled ? 'cancelled' : ending.outcome;
    const answer = state.cancelled ? ending.ifCancelled : ending.answer;
    await tx.endRequest(requestId, { outcome, answer });
    await closeWaiters();
    if (ending.isLost === true) await tx.tellEnd(requestId);
    tx.changed('request', requestId);
    return outcome;
  });
}

/**
 * Locks the request together with every link that its calls wait on. The calls are looked up before the lock: when one
 * began to wait on another link in between, the look-up was too early and is made again.
 */
async function withEveryLink<T>(
  store: ConsentStore,
  request: RequestFacts,
  work: (tx: ConsentTx, closeWaiters: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const { requestId, userId, providers } = request;
  const answer = await store.transact({ userId, providers, requestId }, async (tx) => {
    const waiters = await tx.waitersOf(requestId);
    if (!waiters.every(({ provider }) => providers.includes(provider))) return null;
    return { result: await work(tx, () => closeAll(tx, waiters, request)) };
  });
  if (answer !== null) return answer.result;
  const newer = await store.findRequest(requestId);
  if (newer === null) throw new Error('a request that was found stays');
  return withEveryLink(store, newer, work);
}

async function closeAll(tx: ConsentTx, waiters: Waiter[], { providers }: RequestFacts): Promise<void> {
  for (const waiter of waiters) {
    const isWaiting = waiter.status === 'open' || waiter.status === 'released';
    if (isWaiting) await tx.saveWaiter({ ...waiter, status: 'cancelled' });
  }
  for (const provider of providers) await tx.tidy(provider);
}

import type { Provider } from '../domain/words.ts';
import type { Connection, ConsentTx } from '../ports/consent-store.ts';
import { isCovered, reasonToAsk } from './coverage.ts';
import { MAX_ROUNDS } from './tool-calls.ts';

/**
 * Wakes every call that the new credential covers, whatever flow it waits on, each together with its outbox row. What
 * it does not cover stays open with a new prompt that names what is missing, and is not woken in a loop.
 */
export async function releaseWaiters(tx: ConsentTx, provider: Provider, connection: Connection): Promise<void> {
  for (const waiter of await tx.openWaiters(provider)) {
    if (isCovered(waiter, connection)) {
      await tx.saveWaiter({ ...waiter, status: 'released', lastOutcome: 'granted' });
      await tx.wake(waiter, 'granted');
    } else if (waiter.rounds + 1 >= MAX_ROUNDS) {
      await tx.saveWaiter({ ...waiter, status: 'insufficient', rounds: waiter.rounds + 1, lastOutcome: 'granted' });
      await tx.wake(waiter, 'failed');
    } else {
      const reason = reasonToAsk(waiter, connection);
      await tx.saveWaiter({ ...waiter, reason, rounds: waiter.rounds + 1, lastOutcome: 'granted' });
      await tx.promptChanged(waiter.requestId);
    }
    tx.changed('request', waiter.requestId);
  }
  await tx.tidy(provider);
}

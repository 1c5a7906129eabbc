import type { ConsentTimes } from '../../domain/consent-times.ts';
import type { ConsentTx } from '../../ports/consent-store.ts';
import { createApprovalsTx } from './consent-approvals.ts';
import { createAttemptsTx } from './consent-attempts.ts';
import { createCallsTx } from './consent-calls.ts';
import { createConnectionsTx } from './consent-connections.ts';
import { createFlowsTx } from './consent-flows.ts';
import { createNewsTx } from './consent-news.ts';
import { createRequestsTx } from './consent-requests.ts';
import { createWaitersTx } from './consent-waiters.ts';
import type { Transaction } from './pool.ts';

/**
 * One transaction of one person, whose locks were asked for: what is read comes after them, because statements run in
 * their order. `clock` throws until the locks are held. `publish` must run last: it takes the person's event counter.
 */
export function createConsentTx(
  transaction: Transaction,
  userId: string,
  { clock, locked }: { clock: () => Date; locked: Promise<void> },
  times: ConsentTimes,
): { tx: ConsentTx; publish: () => void } {
  const { tx: waiters, db, write } = createWaitersTx(transaction, userId);
  const { tx: news, publish } = createNewsTx(db, userId);
  const tx: ConsentTx = {
    get now() {
      return clock();
    },
    locked: () => locked,
    times,
    ...createCallsTx(db, userId, times),
    ...createApprovalsTx(db, userId),
    ...createConnectionsTx(db, userId),
    ...createFlowsTx(db, userId),
    ...waiters,
    ...createAttemptsTx(db, userId, clock),
    ...createRequestsTx(db, userId),
    ...news,
  };
  return {
    tx,
    publish() {
      write();
      publish();
    },
  };
}

import type { ConsentStore, ConsentTx, Locks } from '../../../src/ports/consent-store.ts';

/** A store whose transactions have some methods replaced; everything else is handed through as it is. */
export function withTx(
  store: ConsentStore,
  replace: (tx: ConsentTx, locks: Locks) => Partial<ConsentTx>,
): ConsentStore {
  return {
    ...store,
    transact: (locks, work) =>
      // The clock of a transaction is a getter that must not be read too early.
      store.transact(locks, (tx) => work(Object.assign(Object.create(tx) as ConsentTx, replace(tx, locks)))),
  };
}

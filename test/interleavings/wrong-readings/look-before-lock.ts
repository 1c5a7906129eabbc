import type { Call, Connection, ConsentStore } from '../../../src/ports/consent-store.ts';
import { ask, begins, hold, tab, told, type WrongReading } from './wrong-reading.ts';

/** What is connected is looked up with a snapshot that is older than the lock, as one statement for both would do. */
function lookingBeforeLocking(store: ConsentStore): ConsentStore {
  return {
    ...store,
    async transact(locks, work) {
      const [provider] = locks.providers;
      if (provider === undefined) return store.transact(locks, work);
      const seen: Connection | null = await store.transact({ userId: locks.userId, providers: [] }, (tx) =>
        tx.connection(provider),
      );
      return store.transact(locks, (tx) =>
        work(
          Object.assign(Object.create(tx) as typeof tx, {
            connection: () => Promise.resolve(seen),
            enterCall: async (call: Call) => ({ ...(await tx.enterCall(call)), connection: seen }),
            callState: async (call: Call) => ({ ...(await tx.callState(call)), connection: seen }),
          }),
        ),
      );
    },
  };
}

/**
 * Wrong reading 10: lock and look-up in one statement. A call that waits for the lock while a consent commits does not see
 * it, and begins to wait for what is there: S6.
 */
export const lookBeforeLock: WrongReading = {
  name: '10: lock and look-up in one statement',
  breaks: ['S6'],
  difference: { wrapStore: lookingBeforeLocking },
  story: told(
    'a call that waits for the lock of a consent',
    [ask('r1', 'read'), ask('r2', 'read'), tab('A', 'asked')],
    [
      begins('ask r2', 'tab A: create 1'),
      begins('tab A', 'callTool r1/1.1 #1: over'),
      hold('callTool r2/1.1 #1', 'transact 1', 'tab A: holds its locks'),
      hold('tab A', 'commit 2', 'callTool r2/1.1 #1: transact 1'),
    ],
  ),
};

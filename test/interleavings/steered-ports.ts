import type { Calendar } from '../../src/ports/calendar.ts';
import type { ConsentStore } from '../../src/ports/consent-store.ts';
import type { CredentialVault } from '../../src/ports/credential-vault.ts';
import type { OAuthProvider } from '../../src/ports/oauth-provider.ts';
import type { Steering } from './steering.ts';

type Method = (...args: never[]) => Promise<unknown>;

/** The same port with a barrier in front of every call that is named. */
function withBarriers<Port extends object>(
  { barrier }: Steering,
  port: Port,
  names: readonly (keyof Port & string)[],
  after: () => Promise<void> = () => Promise.resolve(),
): Port {
  const steered = names.map((name) => {
    const method = port[name] as Method;
    return [
      name,
      async (...args: never[]) => {
        await barrier(name);
        const answer = await method(...args);
        await after();
        return answer;
      },
    ];
  });
  return { ...port, ...(Object.fromEntries(steered) as Partial<Port>) };
}

/**
 * The store with barriers between its transactions; a transaction that was chosen to cross has one more in front of its
 * commit, while it holds its locks. Facts that never change are read without one.
 *
 * `committed` runs after everything that may have written an outbox row. The sweep sees this person's rows only.
 */
export function steeredStore(
  steering: Steering,
  store: ConsentStore,
  { userId, committed }: { userId: string; committed: () => Promise<void> },
): ConsentStore {
  const steered = withBarriers(
    steering,
    store,
    ['burnAttempt', 'maySend', 'closeSendWindow', 'recordAccount', 'leaseRefresh', 'releaseRefresh', 'revocationEnded'],
    committed,
  );
  return {
    ...steered,
    async transact(locks, work) {
      await steering.barrier('transact');
      const answer = await store.transact(locks, async (tx) => {
        const result = await work(tx);
        if (steering.isCrossing()) await steering.barrier('commit');
        return result;
      });
      await committed();
      return answer;
    },
    async findOverdueAttempts(limit) {
      const overdue = await store.findOverdueAttempts(limit);
      return overdue.filter((attempt) => attempt.userId === userId);
    },
    async findUnusedFlows(limit) {
      const unused = await store.findUnusedFlows(limit);
      return unused.filter((flow) => flow.userId === userId);
    },
  };
}

export function steeredVault(steering: Steering, vault: CredentialVault): CredentialVault {
  return withBarriers(steering, vault, ['create', 'bury', 'read', 'replace', 'destroy']);
}

export function steeredOAuth(steering: Steering, oauth: OAuthProvider): OAuthProvider {
  return withBarriers(steering, oauth, ['exchange', 'identify', 'refresh', 'revoke']);
}

export function steeredCalendar(steering: Steering, calendar: Calendar): Calendar {
  return withBarriers(steering, calendar, ['listEvents', 'createEvent', 'findEvent']);
}

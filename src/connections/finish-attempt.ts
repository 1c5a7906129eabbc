import { missingScopes } from '../domain/scopes.ts';
import type { AttemptStatus } from '../domain/words.ts';
import type { Attempt, Connection, ConsentStore, ConsentTx } from '../ports/consent-store.ts';
import { releaseWaiters } from './release-waiters.ts';
import { voidAttempts } from './void-attempts.ts';

export interface Finished {
  status: AttemptStatus;
  account: string;
  /** Of the account that is connected now, when it is another one. */
  previousAccount: string | null;
  /** Why the account may not be connected, although everything else was right. */
  barred: Barred | null;
}

/**
 * - `accountTaken`   it belongs to another person here
 * - `accountEnding`  its grant is being ended for another person here, or was meanwhile
 */
export type Barred = 'accountTaken' | 'accountEnding';

/** Finishes an attempt in a transaction of its own. Only for callers who know that its secret is stored. */
export async function finishAttempt(store: ConsentStore, attempt: Attempt): Promise<Finished> {
  return store.transact({ userId: attempt.userId, providers: [attempt.provider] }, (tx) => finish(tx, attempt.id));
}

/**
 * The one transaction after the secret was stored: makes the connection, releases every waiter that it covers with one
 * outbox row each, and closes the attempt. Callback, repair and a person's yes all end here, in any order and number.
 */
export async function finish(tx: ConsentTx, attemptId: string): Promise<Finished> {
  const attempt = await tx.attempt(attemptId);
  if (attempt === null || attempt.subject === null || attempt.account === null || attempt.granted === null) {
    throw new Error('an attempt is finished only after its account was recorded');
  }
  const { provider, subject, account, granted } = attempt;
  const current = await tx.connection(provider);
  const connected = current !== null && current.status !== 'gone' ? current : null;
  const previousAccount = connected !== null && connected.subject !== subject ? connected.account : null;
  const close = async (status: AttemptStatus, barred: Barred | null = null): Promise<Finished> => {
    if (status !== attempt.status) await tx.saveAttempt({ ...attempt, status });
    await tx.forgetRepair(attempt.id);
    return { status, account, previousAccount, barred };
  };
  const discard = async (status: AttemptStatus, barred: Barred | null = null): Promise<Finished> => {
    await tx.destroyCredential({ userId: attempt.userId, provider, attemptId }, false);
    const finished = await close(status, barred);
    await tx.tidy(provider);
    return finished;
  };

  switch (attempt.status) {
    case 'granted':
    case 'kept':
    case 'denied':
    case 'failed':
    case 'started':
      return close(attempt.status);
    case 'void':
      return discard('void');
    case 'confirm':
      if (!attempt.confirmed) return close('confirm');
      break;
    case 'burnt':
      break;
  }

  const barred = await whyBarred(tx, attempt, subject);
  if (barred !== null) {
    await tx.audit(barred, { attemptId, flowId: attempt.flowId, provider });
    await failWaiters(tx, attempt);
    return discard('void', barred);
  }
  if (previousAccount !== null && !attempt.confirmed) {
    const confirmBy = new Date(tx.now.getTime() + tx.times.confirmMs);
    await tx.saveAttempt({ ...attempt, status: 'confirm', confirmBy });
    await tx.forgetRepair(attemptId);
    return { status: 'confirm', account, previousAccount, barred: null };
  }
  if (connected !== null && isNewerAndWider(connected, attempt, granted)) return discard('kept');

  await replaceCredential(tx, attempt, connected);
  const saved = await tx.saveConnection(provider, { scopes: granted, subject, account, credential: attemptId });
  await tx.saveAttempt({ ...attempt, status: 'granted' });
  await tx.forgetRepair(attemptId);
  await tx.audit('connected', { attemptId, flowId: attempt.flowId, provider });
  tx.changed('connection', saved.id);
  await releaseWaiters(tx, provider, saved);
  return { status: 'granted', account, previousAccount, barred: null };
}

/**
 * An account belongs to one person here. And a provider ends the whole grant of an account, whoever got it: a token from
 * before that end is dead, or about to be, and must not be called connected. Its person connects once more, after the
 * end; the discarded secret is not revoked, which would only end somebody's next grant. The look at the owner comes
 * first: whoever ends a connection marks its revocation in the same transaction, so one of the two looks sees it.
 */
async function whyBarred(tx: ConsentTx, attempt: Attempt, subject: string): Promise<Barred | null> {
  const owner = await tx.accountOwner(attempt.provider, subject);
  if (owner !== null && owner !== attempt.userId) return 'accountTaken';
  return (await tx.isRevokedForOther(attempt.id)) ? 'accountEnding' : null;
}

/** An older tab with fewer scopes must not replace what a newer one brought. */
function isNewerAndWider(connected: Connection, attempt: Attempt, granted: string[]): boolean {
  return (
    connected.status === 'active' &&
    connected.subject === attempt.subject &&
    connected.connectedAt > attempt.createdAt &&
    missingScopes(connected.scopes, granted).length > 0
  );
}

/**
 * The old secret of the same account is destroyed but not revoked: providers revoke the whole grant, and with it the
 * new one. Another account's grant is revoked, and every other trip under way is void: it may end in that account.
 */
async function replaceCredential(tx: ConsentTx, attempt: Attempt, connected: Connection | null): Promise<void> {
  if (connected === null) return;
  const { userId, provider } = attempt;
  const otherAccount = connected.subject !== attempt.subject;
  if (otherAccount) await voidAttempts(tx, attempt, attempt.id);
  await tx.destroyCredential({ userId, provider, attemptId: connected.credential }, otherAccount);
}

/** Tells the requests that a trip ended without a connection. They keep waiting, with a choice. */
export async function failWaiters(
  tx: ConsentTx,
  { provider }: Pick<Attempt, 'provider'>,
  outcome: 'failed' | 'denied' = 'failed',
): Promise<void> {
  for (const waiter of await tx.openWaiters(provider)) {
    await tx.saveWaiter({ ...waiter, lastOutcome: outcome });
    await tx.wake(waiter, outcome);
    tx.changed('request', waiter.requestId);
  }
}

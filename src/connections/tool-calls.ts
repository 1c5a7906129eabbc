import type { AuthReason, ClosedReason, Provider } from '../domain/words.ts';
import type { Call, CallState, Connection, ConsentStore, ConsentTx } from '../ports/consent-store.ts';
import { approvalLevel } from './approvals.ts';
import { newPublicId } from './public-id.ts';
import { isCovered, reasonToAsk } from './coverage.ts';

/** A newer credential that still does not suffice is asked for again this many times. */
export const MAX_ROUNDS = 3;

/** What a call may do now. The fence is this attempt's own number in the ledger. */
export type CallDecision =
  | { kind: 'run'; fence: number; connection: Connection | null }
  /** An earlier attempt may have sent it: read the provider, then `takeOver`. */
  | { kind: 'reconcile'; fence: number; connection: Connection }
  /** An earlier attempt may still send it. */
  | { kind: 'tooEarly'; delayMs: number }
  | { kind: 'done' }
  | Closed
  | Parked
  | Unapproved;

/** It will not run any more. */
export type Closed = { kind: 'failed'; code: string } | { kind: 'closed'; reason: ClosedReason };

export interface Parked {
  kind: 'parked';
  provider: Provider;
  flowId: string;
  reason: AuthReason;
  deadline: Date;
}

export interface Unapproved {
  kind: 'unapproved';
  approvalId: string;
  /** When to look again, whoever has decided by then. */
  lookAgainAt: Date;
}

/** Marks a refusal that a newer credential has overtaken: the same call simply runs again. */
export type Overtaken = { kind: 'overtaken' };

function locksOf(call: Call) {
  return { userId: call.userId, providers: call.provider ? [call.provider] : [], requestId: call.requestId };
}

/**
 * The gate in front of every attempt of a call. Under the lock it reads, in this order: is it done; did an earlier attempt
 * perhaps send it; was it closed; does a credential cover it; has its deadline passed. A write that may run is written
 * into the ledger as started, together with the approval that it needed.
 *
 * Skip, cancel and the deadline are decided here and in `choose` and `cancel`, under the same lock, before the level is
 * looked at: what was closed never runs again.
 */
export async function enterCall(store: ConsentStore, call: Call): Promise<CallDecision> {
  return store.transact(locksOf(call), async (tx): Promise<CallDecision> => {
    const state = await tx.enterCall(call);
    const { fence, effect, connection } = state;
    if (state.done) return { kind: 'done' };
    if (state.failure !== null) return { kind: 'failed', code: state.failure };
    // Without a provider there is nobody to ask: what was started is a row of ours, found again by the effect's key.
    if (effect.startedAt !== null && call.provider !== null) {
      const delayMs = (effect.sendBy?.getTime() ?? 0) - tx.now.getTime();
      if (delayMs > 0) return { kind: 'tooEarly', delayMs };
      if (isCovered(needOf(call, state), connection)) return { kind: 'reconcile', fence, connection };
      // Without a credential nobody can look. It stays started, so that the next round looks before it sends.
    }
    return decide(tx, call, state);
  });
}

/** The part of the gate that a call passes when nothing of it is on its way. */
async function decide(tx: ConsentTx, call: Call, state: CallState): Promise<CallDecision> {
  const { fence, waiter, connection } = state;
  const closed = closedReason(state);
  if (closed !== null) return close(tx, call, state, closed);
  if (call.provider === null) {
    const startsNow = call.writes && state.effect.startedAt === null;
    return startsNow ? startWrite(tx, call, state, null) : { kind: 'run', fence, connection: null };
  }

  const need = needOf(call, state);
  if (isCovered(need, connection)) {
    if (waiter !== null && waiter.status !== 'resumed') {
      await tx.saveWaiter({ ...waiter, status: 'resumed' });
      await tx.tidy(call.provider);
      tx.changed('request', call.requestId);
    }
    return call.writes ? startWrite(tx, call, state, connection) : { kind: 'run', fence, connection };
  }
  if (waiter !== null && waiter.deadline <= tx.now) {
    await tx.saveWaiter({ ...waiter, status: 'expired' });
    await tx.tidy(call.provider);
    tx.changed('request', call.requestId);
    return close(tx, call, state, 'expired');
  }
  return park(tx, call, call.provider, state, reasonToAsk(need, connection), need.failedVersion);
}

/** From here on this attempt, and nobody else, may send the write, for a bounded time. */
async function startWrite(
  tx: ConsentTx,
  call: Call,
  state: CallState,
  connection: Connection | null,
): Promise<CallDecision> {
  const level = await approvalLevel(tx, call, state);
  switch (level.kind) {
    case 'pending': {
      const { id, expiresAt, deadline } = level.approval;
      return { kind: 'unapproved', approvalId: id, lookAgainAt: expiresAt < deadline ? expiresAt : deadline };
    }
    case 'denied':
    case 'expired':
      return close(tx, call, state, level.kind);
    case 'approved':
    case 'notNeeded':
      await tx.startEffect(call, state.fence);
      return { kind: 'run', fence: state.fence, connection };
  }
}

/**
 * After the provider was read and does not have the effect: may this attempt send it? Only while no later attempt has
 * come, and only where sending twice with one key is one effect. Otherwise it stays uncertain and is told as such.
 */
export async function takeOver(
  store: ConsentStore,
  call: Call,
  fence: number,
  takesOurKey: boolean,
): Promise<CallDecision | Overtaken> {
  return store.transact(locksOf(call), async (tx): Promise<CallDecision | Overtaken> => {
    const state = await tx.callState(call);
    if (state.done) return { kind: 'done' };
    if (state.fence !== fence) return { kind: 'overtaken' };
    if (closedReason(state) === null && !takesOurKey) {
      await endAsUncertain(tx, call);
      return { kind: 'failed', code: 'uncertain' };
    }
    await tx.markUncertain(call);
    await tx.clearEffect(call);
    return decide(tx, call, state);
  });
}

/** The owner of a started write has sent nothing and will not: the next attempt need not wait, and has nothing to look for. */
export async function giveBack(store: ConsentStore, call: Call, fence: number): Promise<void> {
  await store.transact(locksOf(call), async (tx) => {
    const { effect } = await tx.callState(call);
    if (effect.owner === fence) await tx.clearEffect(call);
  });
}

/** Nobody can find out whether an earlier attempt sent it: the person is told so, and it is not sent again. */
export async function leaveUncertain(store: ConsentStore, call: Call): Promise<void> {
  await store.transact(locksOf(call), (tx) => endAsUncertain(tx, call));
}

async function endAsUncertain(tx: ConsentTx, call: Call): Promise<void> {
  await tx.markUncertain(call);
  await tx.saveFailure(call, 'uncertain');
  tx.changed('request', call.requestId);
}

/**
 * A closed call never runs again, but one that an earlier attempt perhaps sent is not told as if nothing had happened
 * (S2). The end of a cancelled request says that by itself, for all of its calls.
 */
async function close(tx: ConsentTx, call: Call, { effect }: CallState, reason: ClosedReason): Promise<Closed> {
  const mayHaveHappened = effect.startedAt !== null || effect.uncertain;
  if (reason === 'cancelled' || !mayHaveHappened) return { kind: 'closed', reason };
  await endAsUncertain(tx, call);
  return { kind: 'failed', code: 'uncertain' };
}

function needOf(call: Call, state: CallState) {
  return { needs: call.needs, failedVersion: state.waiter?.failedVersion ?? null };
}

/** Stores the answer of a call, once: a later attempt finds it and runs nothing. */
export async function completeCall(store: ConsentStore, call: Call, result: unknown): Promise<void> {
  await store.transact({ userId: call.userId, providers: [], requestId: call.requestId }, async (tx) => {
    await tx.saveResult(call, result);
    tx.changed('request', call.requestId);
  });
}

/**
 * Stores a definite refusal of a call: nothing of it happened, it is told to the person and not tried again. `details`
 * are for the words of the answer.
 */
export async function failCall(store: ConsentStore, call: Call, code: string, details?: unknown): Promise<void> {
  await store.transact({ userId: call.userId, providers: [], requestId: call.requestId }, async (tx) => {
    await tx.clearEffect(call);
    await tx.saveFailure(call, code, details);
    tx.changed('request', call.requestId);
  });
}

/**
 * The provider refused the credential for good (401 after a refresh, dead grant). Marks the connection as revoked and
 * parks the call, unless a newer credential has come meanwhile: a mark never hits a newer secret.
 */
export async function refuseCredential(
  store: ConsentStore,
  call: Call,
  used: Connection,
  as: 'expired' | 'revoked',
  fence: number,
): Promise<Parked | Overtaken | Closed> {
  const provider = used.provider;
  return store.transact(locksOf(call), async (tx): Promise<Parked | Overtaken | Closed> => {
    const found = await tx.callState(call);
    // The provider looked at the token and at nothing else: what this attempt started was not done. What an earlier one
    // started stays open, although this one only wanted to look at it.
    const isOwn = found.effect.owner === fence;
    if (isOwn) await tx.clearEffect(call);
    const state = isOwn ? { ...found, effect: { ...found.effect, startedAt: null } } : found;
    const closed = closedReason(state);
    if (closed !== null) return close(tx, call, state, closed);
    const current = state.connection;
    const overtaken = current === null || current.version !== used.version || current.secretRev !== used.secretRev;
    if (overtaken) return { kind: 'overtaken' };
    if (current.status === 'active') {
      await tx.updateConnection({ ...current, status: 'revoked', revokedAs: as });
      await tx.audit('connectionRevoked', { provider, requestId: call.requestId });
      tx.changed('connection', current.id);
    }
    // A credential that came because this call asked for it, and was refused again, is one more round. The same refusal
    // told twice, by an attempt that woke up late, is none.
    const failedBefore = state.waiter?.failedVersion ?? null;
    const isRound = failedBefore !== null && used.version > failedBefore;
    const rounds = (state.waiter?.rounds ?? 0) + (isRound ? 1 : 0);
    const waiter = state.waiter ? { ...state.waiter, rounds } : null;
    if (waiter !== null && rounds >= MAX_ROUNDS) {
      await tx.saveWaiter({ ...waiter, status: 'insufficient' });
      await tx.tidy(provider);
      tx.changed('request', call.requestId);
      return close(tx, call, state, 'insufficient');
    }
    return park(tx, call, provider, { ...state, waiter }, as, used.version);
  });
}

function closedReason({ request, waiter }: CallState): ClosedReason | null {
  if (request.cancelled || request.ended) return 'cancelled';
  switch (waiter?.status) {
    case 'expired':
    case 'skipped':
    case 'cancelled':
    case 'insufficient':
      return waiter.status;
    default:
      return null;
  }
}

/** Registers the call as an open waiter. The deadline of its first wait is kept over later ones. */
async function park(
  tx: ConsentTx,
  call: Call,
  provider: Provider,
  state: CallState,
  reason: AuthReason,
  failedVersion: number | null,
): Promise<Parked> {
  const { flowId } = await tx.joinFlow(provider, newPublicId());
  const deadline = state.waiter?.deadline ?? new Date(tx.now.getTime() + tx.times.waitMs);
  await tx.saveWaiter({
    requestId: call.requestId,
    callId: call.callId,
    provider,
    flowId,
    status: 'open',
    needs: call.needs,
    reason,
    rounds: state.waiter?.rounds ?? 0,
    failedVersion,
    lastOutcome: state.waiter?.lastOutcome ?? null,
    deadline,
  });
  tx.changed('request', call.requestId);
  return { kind: 'parked', provider, flowId, reason, deadline };
}

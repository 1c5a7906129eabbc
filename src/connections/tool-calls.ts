import { randomBytes } from 'node:crypto';
import type { AuthReason, ClosedReason, Provider } from '../domain/words.ts';
import type { Call, CallState, Connection, ConsentStore, ConsentTx } from '../ports/consent-store.ts';
import { isCovered, reasonToAsk } from './coverage.ts';

/** A newer credential that still does not suffice is asked for again this many times. */
export const MAX_ROUNDS = 3;

/** What a call may do now. The fence of `run` is this attempt's own number. */
export type CallDecision =
  | { kind: 'run'; fence: number; connection: Connection | null }
  | { kind: 'done' }
  | { kind: 'failed'; code: string }
  | { kind: 'closed'; reason: ClosedReason }
  | Parked;

export interface Parked {
  kind: 'parked';
  provider: Provider;
  flowId: string;
  reason: AuthReason;
  deadline: Date;
}

/** Marks a refusal that a newer credential has overtaken: the same call simply runs again. */
export type Overtaken = { kind: 'overtaken' };

function locksOf(call: Call) {
  return { userId: call.userId, providers: call.provider ? [call.provider] : [], requestId: call.requestId };
}

/**
 * The gate in front of every attempt of a call. It checks the level under the lock and either lets the call run, tells
 * how it already ended, or parks it as a waiter on the live flow of its link.
 *
 * Skip, cancel and the deadline are decided here and in `choose` and `cancel`, under the same lock, before the level is
 * looked at: what was closed never runs again.
 */
export async function enterCall(store: ConsentStore, call: Call): Promise<CallDecision> {
  return store.transact(locksOf(call), async (tx): Promise<CallDecision> => {
    const state = await tx.enterCall(call);
    if (state.done) return { kind: 'done' };
    if (state.failure !== null) return { kind: 'failed', code: state.failure };
    const closed = closedReason(state);
    if (closed !== null) return { kind: 'closed', reason: closed };
    if (call.provider === null) return { kind: 'run', fence: state.fence, connection: null };

    const need = { needs: call.needs, failedVersion: state.waiter?.failedVersion ?? null };
    if (isCovered(need, state.connection)) {
      if (state.waiter !== null && state.waiter.status !== 'resumed') {
        await tx.saveWaiter({ ...state.waiter, status: 'resumed' });
        await tx.tidy(call.provider);
        tx.changed('request', call.requestId);
      }
      return { kind: 'run', fence: state.fence, connection: state.connection };
    }
    if (state.waiter !== null && state.waiter.deadline <= tx.now) {
      await tx.saveWaiter({ ...state.waiter, status: 'expired' });
      await tx.tidy(call.provider);
      tx.changed('request', call.requestId);
      return { kind: 'closed', reason: 'expired' };
    }
    return park(tx, call, call.provider, state, reasonToAsk(need, state.connection), need.failedVersion);
  });
}

/** Stores the answer of a call, once: a later attempt finds it and runs nothing. */
export async function completeCall(store: ConsentStore, call: Call, result: unknown): Promise<void> {
  await store.transact({ userId: call.userId, providers: [], requestId: call.requestId }, async (tx) => {
    await tx.saveResult(call, result);
    tx.changed('request', call.requestId);
  });
}

/** Stores a definite refusal of a call: it is told to the person and not tried again. */
export async function failCall(store: ConsentStore, call: Call, code: string): Promise<void> {
  await store.transact({ userId: call.userId, providers: [], requestId: call.requestId }, async (tx) => {
    await tx.saveFailure(call, code);
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
): Promise<Parked | Overtaken | { kind: 'closed'; reason: ClosedReason }> {
  const provider = used.provider;
  return store.transact(locksOf(call), async (tx) => {
    const state = await tx.callState(call);
    const closed = closedReason(state);
    if (closed !== null) return { kind: 'closed', reason: closed };
    const current = state.connection;
    const overtaken = current === null || current.version !== used.version || current.secretRev !== used.secretRev;
    if (overtaken) return { kind: 'overtaken' };
    if (current.status === 'active') {
      await tx.updateConnection({ ...current, status: 'revoked', revokedAs: as });
      await tx.audit('connectionRevoked', { provider, requestId: call.requestId });
      tx.changed('connection', current.id);
    }
    // A credential that came because this call asked for it, and was refused again, is one more round.
    const rounds = (state.waiter?.rounds ?? 0) + (state.waiter?.failedVersion ? 1 : 0);
    const waiter = state.waiter ? { ...state.waiter, rounds } : null;
    if (waiter !== null && rounds >= MAX_ROUNDS) {
      await tx.saveWaiter({ ...waiter, status: 'insufficient' });
      await tx.tidy(provider);
      tx.changed('request', call.requestId);
      return { kind: 'closed', reason: 'insufficient' };
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
  const { flowId } = await tx.joinFlow(provider, randomBytes(16).toString('base64url'));
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

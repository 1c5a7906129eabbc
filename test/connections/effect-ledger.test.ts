import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { decideApproval } from '../../src/connections/approvals.ts';
import { disconnect } from '../../src/connections/disconnect.ts';
import { cancelRequest } from '../../src/connections/end-request.ts';
import { completeCall, enterCall, failCall, refuseCredential, takeOver } from '../../src/connections/tool-calls.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Call, Connection } from '../../src/ports/consent-store.ts';
import { newPerson, newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { forgetConnections } from './support/invariants.ts';
import { connect } from './support/trip.ts';
import { parkCall, passDeadline } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => forgetConnections(heart));

/** A write that the model chose. */
async function chosenWrite(userId: string): Promise<Call> {
  const requestId = await newRequest(heart, userId);
  await heart.stories.claim(requestId);
  const write = {
    tool: 'calendar_create_event',
    arguments: { title: 'standup', date: '2026-11-24' },
    provider: 'google' as const,
    needs: [SCOPES.calendarEvents],
    writes: true,
  };
  await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: [write] });
  const call = await heart.store.findCall(requestId, '1.1');
  if (call === null) throw new Error('the call was stored');
  return call;
}

/** A person with Google connected, and a write of theirs that has not been tried. */
async function readyWrite(): Promise<{ userId: string; call: Call; connection: Connection }> {
  const userId = await newPerson(heart);
  const { publicId } = await heart.consent.open('google', userId);
  expect(await connect(heart, userId, publicId)).toMatchObject({ kind: 'connected' });
  await widen(userId);
  const connection = await heart.store.transact({ userId, providers: ['google'] }, (tx) => tx.connection('google'));
  if (connection === null) throw new Error('Google is connected');
  return { userId, call: await chosenWrite(userId), connection };
}

/** As if the consent had covered writing too. */
function widen(userId: string) {
  return heart.pools.owner.query('UPDATE connection SET scopes = $2 WHERE user_id = $1', [
    userId,
    [SCOPES.calendarEvents, SCOPES.calendarEventsRead],
  ]);
}

/** As if the owner's time to send were over. */
function passSendBy(call: Call) {
  return heart.pools.owner.query(`UPDATE effect SET send_by = now() - interval '1 ms' WHERE request_id = $1`, [
    call.requestId,
  ]);
}

async function ledger(call: Call) {
  const { rows } = await heart.pools.owner.query<{ started: boolean; uncertain: boolean; owner: number | null }>(
    'SELECT started_at IS NOT NULL AS started, uncertain, owner FROM effect WHERE request_id = $1',
    [call.requestId],
  );
  return rows[0];
}

test('S1: a started write belongs to one attempt; a second one waits until its time to send is over', async () => {
  const { call } = await readyWrite();
  const first = await enterCall(heart.store, call);
  expect(first).toMatchObject({ kind: 'run', fence: 1 });
  expect(await heart.store.maySend(call, 1)).toBe(true);

  const second = await enterCall(heart.store, call);
  expect(second).toMatchObject({ kind: 'tooEarly' });
  expect(second.kind === 'tooEarly' && second.delayMs > 25_000 && second.delayMs <= 30_000).toBe(true);
  expect(await heart.store.maySend(call, 2)).toBe(false);
});

test('S1: an attempt that wakes up after its time, or after somebody took over, may not send', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  expect(await heart.store.maySend(call, 1)).toBe(false);

  const second = await enterCall(heart.store, call);
  expect(second).toMatchObject({ kind: 'reconcile', fence: 2 });
  expect(await takeOver(heart.store, call, 2, true)).toMatchObject({ kind: 'run', fence: 2 });
  expect(await heart.store.maySend(call, 1)).toBe(false);
  expect(await heart.store.maySend(call, 2)).toBe(true);
  expect(await ledger(call)).toMatchObject({ started: true, uncertain: true, owner: 2 });
});

test('S1: only the newest attempt may take over', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  await enterCall(heart.store, call);
  await enterCall(heart.store, call);
  expect(await takeOver(heart.store, call, 2, true)).toEqual({ kind: 'overtaken' });
  expect(await takeOver(heart.store, call, 3, true)).toMatchObject({ kind: 'run', fence: 3 });
});

test('what a provider cannot recognise is told as uncertain and never sent again', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  await enterCall(heart.store, call);
  expect(await takeOver(heart.store, call, 2, false)).toEqual({ kind: 'failed', code: 'uncertain' });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'failed', code: 'uncertain' });
});

test('a done write stays done, whoever asks', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await completeCall(heart.store, call, { id: 'event' });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'done' });
  expect(await takeOver(heart.store, call, 1, true)).toEqual({ kind: 'done' });
  expect(await heart.store.maySend(call, 1)).toBe(false);
});

test('an attempt that will send nothing more lets the next one look at once', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await heart.store.closeSendWindow(call, 7);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'tooEarly' });
  await heart.store.closeSendWindow(call, 1);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'reconcile' });
});

test('a refused credential clears what was started: the provider looked at the token only', async () => {
  const { call, connection } = await readyWrite();
  await enterCall(heart.store, call);
  expect(await refuseCredential(heart.store, call, connection, 'revoked', 1)).toMatchObject({ kind: 'parked' });
  expect(await ledger(call)).toMatchObject({ started: false, owner: null });
});

test('S1: a credential that is refused while an earlier send is looked up leaves that send open', async () => {
  const { call, connection } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'reconcile', fence: 2 });
  expect(await refuseCredential(heart.store, call, connection, 'revoked', 2)).toMatchObject({ kind: 'parked' });
  expect(await ledger(call)).toMatchObject({ started: true, owner: 1 });
  const { publicId } = await parkCall(heart, call);
  await connect(heart, call.userId, publicId);
  await widen(call.userId);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'reconcile' });
});

test('a definite refusal clears what was started and is not tried again', async () => {
  const { call } = await readyWrite();
  await enterCall(heart.store, call);
  await failCall(heart.store, call, 'forbidden');
  expect(await ledger(call)).toMatchObject({ started: false });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'failed', code: 'forbidden' });
});

test('S2: cancelled while a write is on its way: it is looked up, and sent by nobody else', async () => {
  const { userId, call } = await readyWrite();
  await enterCall(heart.store, call);
  await cancelRequest(heart.store, call.requestId, userId);
  expect((await heart.stories.claim(call.requestId))?.writes).toBe('underWay');
  await passSendBy(call);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'reconcile', fence: 2 });
  expect(await takeOver(heart.store, call, 2, true)).toEqual({ kind: 'closed', reason: 'cancelled' });
  expect((await heart.stories.claim(call.requestId))?.writes).toBe('underWay');
});

test('a started write whose account is gone stays started, and is looked up after the next consent', async () => {
  const { userId, call, connection } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  await disconnect(heart.store, connection.id, userId);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'parked', reason: 'neverConnected' });
  expect(await ledger(call)).toMatchObject({ started: true });
});

/** A write that was perhaps sent, whose account was disconnected before anybody could look. */
async function perhapsSent(): Promise<{ userId: string; call: Call; flowId: string }> {
  const { userId, call, connection } = await readyWrite();
  await enterCall(heart.store, call);
  await passSendBy(call);
  await disconnect(heart.store, connection.id, userId);
  return { userId, ...(await parkCall(heart, call)) };
}

async function toldAs({ userId, requestId }: Call) {
  const story = await heart.stories.claim(requestId);
  const view = await heart.requests.find(userId, requestId);
  return { outcome: story?.turns[0]?.calls[0]?.outcome, status: view?.calls[0]?.status };
}

const UNCERTAIN = { outcome: { kind: 'failed', code: 'uncertain' }, status: 'failed' };

test('S2: a write that was perhaps sent and then skipped is told as uncertain, not as not done', async () => {
  const { userId, call, flowId } = await perhapsSent();
  const skip = { requestId: call.requestId, userId, flowId, choice: 'skip' } as const;
  expect(await heart.consent.choose(skip)).toBe('accepted');
  for (let attempt = 1; attempt <= 2; attempt++) {
    expect(await enterCall(heart.store, call)).toEqual({ kind: 'failed', code: 'uncertain' });
  }
  expect(await toldAs(call)).toEqual(UNCERTAIN);
});

test('S2: a write that was perhaps sent and whose wait ran out is told as uncertain', async () => {
  const { call } = await perhapsSent();
  await passDeadline(heart, call);
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'failed', code: 'uncertain' });
  expect(await toldAs(call)).toEqual(UNCERTAIN);
});

test('S2: skipped while another tab connected: looked for, not found, not sent again, and told as uncertain', async () => {
  const { userId, call, flowId } = await perhapsSent();
  await heart.pools.owner.query('UPDATE attempt SET revoking = false WHERE user_id = $1', [userId]);
  await heart.consent.choose({ requestId: call.requestId, userId, flowId, choice: 'skip' });
  const { publicId } = await heart.consent.open('google', userId);
  await connect(heart, userId, publicId);
  await widen(userId);
  const decision = await enterCall(heart.store, call);
  if (decision.kind !== 'reconcile') throw new Error(`nobody looks for it: ${decision.kind}`);
  expect(await takeOver(heart.store, call, decision.fence, true)).toEqual({ kind: 'failed', code: 'uncertain' });
  expect(await toldAs(call)).toEqual(UNCERTAIN);
});

test('a call that was never sent and is skipped is told as skipped', async () => {
  const userId = await newPerson(heart);
  const { call, flowId } = await parkCall(heart, await chosenWrite(userId));
  await heart.consent.choose({ requestId: call.requestId, userId, flowId, choice: 'skip' });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'skipped' });
  expect(await toldAs(call)).toEqual({ outcome: { kind: 'closed', reason: 'skipped' }, status: 'skipped' });
});

/** A write that waited so long for consent that its person may have forgotten it. */
async function staleWrite(): Promise<{ userId: string; call: Call; approvalId: string }> {
  const userId = await newPerson(heart);
  const call = await chosenWrite(userId);
  const { publicId } = await parkCall(heart, call);
  await heart.pools.owner.query(`UPDATE waiter SET opened_at = now() - interval '16 minutes' WHERE request_id = $1`, [
    call.requestId,
  ]);
  expect(await connect(heart, userId, publicId)).toMatchObject({ kind: 'connected' });
  const decision = await enterCall(heart.store, call);
  if (decision.kind !== 'unapproved') throw new Error(`a stale write was not asked about: ${decision.kind}`);
  return { userId, call, approvalId: decision.approvalId };
}

test('a write that waited over 15 minutes is shown again, and runs after a yes', async () => {
  const { userId, call, approvalId } = await staleWrite();
  expect(await ledger(call)).toMatchObject({ started: false });
  const view = await heart.requests.find(userId, call.requestId);
  expect(view).toMatchObject({ status: 'waiting', approvals: [{ approvalId, tool: 'calendar_create_event' }] });
  expect(JSON.parse(view?.approvals[0]?.preview ?? '')).toEqual({ tool: call.tool, arguments: call.arguments });

  expect(await decideApproval(heart.gatewayStore, approvalId, userId, 'approve')).toBe('decided');
  const signals = (await outboxOf(heart.pools.owner, call.requestId)).filter(({ kind }) => kind === 'approvalDecided');
  expect(signals).toHaveLength(1);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run' });
});

test('AG-1: a decision counts once, for its owner, and a no closes the call', async () => {
  const { userId, call, approvalId } = await staleWrite();
  const stranger = await newPerson(heart);
  expect(await decideApproval(heart.gatewayStore, approvalId, stranger, 'approve')).toBe('notFound');
  const both = await Promise.all([
    decideApproval(heart.gatewayStore, approvalId, userId, 'deny'),
    decideApproval(heart.gatewayStore, approvalId, userId, 'approve'),
  ]);
  expect(both.toSorted()).toEqual(['alreadyDecided', 'decided']);
  await heart.pools.owner.query(`UPDATE approval SET status = 'denied' WHERE id = $1`, [approvalId]);
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'denied' });
});

test('AG-1: an old preview cannot be decided; it is shown anew, and given up at its deadline', async () => {
  const { userId, call, approvalId } = await staleWrite();
  await heart.pools.owner.query('UPDATE approval SET expires_at = now() WHERE id = $1', [approvalId]);
  expect(await decideApproval(heart.gatewayStore, approvalId, userId, 'approve')).toBe('expired');
  const anew = await enterCall(heart.store, call);
  expect(anew).toMatchObject({ kind: 'unapproved' });
  expect(anew.kind === 'unapproved' && anew.approvalId !== approvalId).toBe(true);
  expect(await decideApproval(heart.gatewayStore, approvalId, userId, 'approve')).toBe('alreadyDecided');

  await heart.pools.owner.query('UPDATE approval SET deadline = now() WHERE request_id = $1', [call.requestId]);
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'expired' });
});

test('AG-1: bytes that are not those that were shown do not run', async () => {
  const { userId, call, approvalId } = await staleWrite();
  await decideApproval(heart.gatewayStore, approvalId, userId, 'approve');
  const changed = { ...call, arguments: { title: 'another', date: '2026-11-24' } };
  expect(await enterCall(heart.store, changed)).toEqual({ kind: 'closed', reason: 'denied' });
});

test('OA-13: disconnecting ends what is under way, keeps what waits, and blocks a new trip until it is revoked', async () => {
  const { userId, connection } = await readyWrite();
  const stranger = await newPerson(heart);
  expect(await disconnect(heart.gatewayStore, connection.id, stranger)).toBe('notFound');
  expect(await disconnect(heart.gatewayStore, connection.id, userId)).toBe('disconnected');
  expect(await disconnect(heart.gatewayStore, connection.id, userId)).toBe('notFound');
  expect(await outboxOf(heart.pools.owner, connection.id)).toEqual([
    { kind: 'disconnect', payload: { attemptId: connection.credential } },
  ]);
  const { publicId } = await heart.consent.open('google', userId);
  expect(await heart.consent.start(publicId, userId)).toEqual({ kind: 'busy' });
  await heart.store.revocationEnded(connection.credential);
  expect(await heart.consent.start(publicId, userId)).toMatchObject({ kind: 'started' });
});

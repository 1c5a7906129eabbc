import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { decideApproval } from '../../src/connections/approvals.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import type { Call } from '../../src/ports/consent-store.ts';
import { newPerson, newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { forgetConnections } from './support/invariants.ts';
import { connect } from './support/trip.ts';
import { parkCall } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => forgetConnections(heart));

/** Writes of one request that waited so long that each is shown again. None has been asked about yet. */
async function staleWrites(count: number): Promise<{ userId: string; requestId: string; calls: Call[] }> {
  const userId = await newPerson(heart);
  const requestId = await newRequest(heart, userId);
  await heart.stories.claim(requestId);
  const turn = Array.from({ length: count }, (_, index) => ({
    tool: 'calendar_create_event',
    arguments: { title: `standup ${index + 1}`, date: '2026-11-24' },
    provider: 'google' as const,
    needs: [SCOPES.calendarEvents],
    writes: true,
  }));
  const { calls: stored } = await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: turn });
  const calls: Call[] = [];
  let link = '';
  for (const { callId } of stored) {
    const call = await heart.store.findCall(requestId, callId);
    if (call === null) throw new Error('the call was stored');
    calls.push(call);
    link = (await parkCall(heart, call)).publicId;
  }
  await heart.pools.owner.query(`UPDATE waiter SET opened_at = now() - interval '16 minutes' WHERE request_id = $1`, [
    requestId,
  ]);
  expect(await connect(heart, userId, link)).toMatchObject({ kind: 'connected' });
  return { userId, requestId, calls };
}

/** As the workflow does when it wakes: the first time, this asks. */
const enter = async (call: Call | undefined) => {
  if (call === undefined) throw new Error('there is no such call');
  return (await enterCall(heart.store, call)).kind;
};

test('AG-1: a yes to all is a yes to what was shown, and to nothing that was asked since', async () => {
  // Asked in another order than the calls have: what counts is when each was asked.
  const { userId, requestId, calls } = await staleWrites(3);
  const [first, second, third] = calls;
  expect([await enter(third), await enter(second)]).toEqual(['unapproved', 'unapproved']);
  const shown = (await heart.requests.find(userId, requestId))?.approvals ?? [];
  expect(shown.map(({ preview }) => /standup \d/.exec(preview)?.[0])).toEqual(['standup 3', 'standup 2']);
  expect(await enter(first)).toBe('unapproved');

  const newest = shown.at(-1)?.approvalId ?? '';
  expect(await decideApproval(heart.gatewayStore, newest, userId, 'approveAll')).toBe('decided');
  expect([await enter(third), await enter(second), await enter(first)]).toEqual(['run', 'run', 'unapproved']);
  const signals = (await outboxOf(heart.pools.owner, requestId)).filter(({ kind }) => kind === 'approvalDecided');
  expect(signals).toHaveLength(2);
  expect(await decideApproval(heart.gatewayStore, newest, userId, 'approveAll')).toBe('alreadyDecided');
});

test('AG-1: a preview that is too old is not part of a yes to all', async () => {
  const { userId, requestId, calls } = await staleWrites(2);
  const [first, second] = calls;
  expect([await enter(first), await enter(second)]).toEqual(['unapproved', 'unapproved']);
  await heart.pools.owner.query(`UPDATE approval SET expires_at = now() WHERE request_id = $1 AND call_id = $2`, [
    requestId,
    first?.callId,
  ]);
  const shown = (await heart.requests.find(userId, requestId))?.approvals ?? [];
  const newest = shown.at(-1)?.approvalId ?? '';
  const stranger = await newPerson(heart);
  expect(await decideApproval(heart.gatewayStore, newest, stranger, 'approveAll')).toBe('notFound');
  expect(await decideApproval(heart.gatewayStore, newest, userId, 'approveAll')).toBe('decided');
  expect([await enter(first), await enter(second)]).toEqual(['unapproved', 'run']);
});

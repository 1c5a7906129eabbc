import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { completeCall, enterCall } from '../../src/connections/tool-calls.ts';
import { chosenCall, newPerson, startHeart, type Heart } from '../support/heart.ts';
import { leaveClean } from './support/invariants.ts';
import { ALEX, connect, MINJI, startTrip, statusOf } from './support/trip.ts';
import { park, parkCall, promptOf, wakesOf, waiterOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

test('a call without a connection parks, and one consent releases it with one outbox row', async () => {
  const userId = await newPerson(heart);
  const call = await chosenCall(heart, userId);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'parked', reason: 'neverConnected' });

  const { publicId } = await promptOf(heart, call);
  const result = await connect(heart, userId, publicId);

  expect(result).toMatchObject({ kind: 'connected', account: MINJI, missingScopes: [], requestId: call.requestId });
  expect(await wakesOf(heart, call)).toEqual(['granted']);
  expect(await waiterOf(heart, call)).toMatchObject({ status: 'released' });
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run', fence: 2 });
});

test('S8: what runs after consent is the stored call, and once it is done it never runs again', async () => {
  const userId = await newPerson(heart);
  const { call, publicId } = await park(heart, userId);
  await connect(heart, userId, publicId);
  expect(await heart.store.findCall(call.requestId, call.callId)).toEqual(call);

  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run' });
  await completeCall(heart.store, call, { events: ['first'] });
  await completeCall(heart.store, call, { events: ['of an old attempt that woke up'] });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'done' });
  const { turns } = (await heart.stories.claim(call.requestId))!;
  expect(turns[0]?.calls[0]?.outcome).toEqual({ kind: 'done', result: { events: ['first'] } });
});

test('S3: three requests wait on one link; one consent releases all three and nobody else', async () => {
  const [mine, other] = [await newPerson(heart), await newPerson(heart)];
  const waits = [await park(heart, mine), await park(heart, mine), await park(heart, mine)];
  const foreign = await park(heart, other);
  expect(new Set(waits.map(({ flowId }) => flowId)).size).toBe(1);
  const before = await heart.requests.find(other, foreign.call.requestId);

  await connect(heart, mine, waits[1]!.publicId);

  for (const { call } of waits) expect(await wakesOf(heart, call)).toEqual(['granted']);
  expect(await heart.requests.find(other, foreign.call.requestId)).toEqual(before);
  expect(await wakesOf(heart, foreign.call)).toEqual([]);
  expect(await waiterOf(heart, foreign.call)).toMatchObject({ status: 'open' });
});

test('a call that finds the account connected runs at once and opens no flow', async () => {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId)).publicId);
  const call = await chosenCall(heart, userId);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run', fence: 1, connection: { account: MINJI } });
  const { rowCount } = await heart.pools.owner.query(`SELECT 1 FROM flow WHERE user_id = $1 AND status = 'live'`, [
    userId,
  ]);
  expect(rowCount).toBe(0);
});

test('a wake that finds nothing new leaves flow, link and deadline as they were', async () => {
  const userId = await newPerson(heart);
  const { call, flowId } = await park(heart, userId);
  const before = await promptOf(heart, call);
  expect(await parkCall(heart, call)).toMatchObject({ flowId });
  expect(await promptOf(heart, call)).toEqual(before);
  expect(await waiterOf(heart, call)).toEqual({ status: 'open', rounds: 0 });
});

test('S6: a second tab of the same flow releases a call that began to wait after the first tab was through', async () => {
  const userId = await newPerson(heart);
  const first = await park(heart, userId);
  const [tab, olderTab] = [
    await startTrip(heart, userId, first.publicId),
    await startTrip(heart, userId, first.publicId),
  ];
  await tab.finish();
  const second = await park(heart, userId, ['https://www.googleapis.com/auth/tasks']);

  expect(await olderTab.finish()).toMatchObject({ kind: 'connected' });
  // The older tab never asked for tasks: the wait goes on, and its prompt still says what it needs.
  expect(await wakesOf(heart, second.call)).toEqual([]);
  expect(await promptOf(heart, second.call)).toMatchObject({ reason: 'scopeMissing' });
  await connect(heart, userId, second.publicId);
  expect(await wakesOf(heart, second.call)).toEqual(['granted']);
});

test('S6: consent releases by account, on whatever flow a call waits and the trip began', async () => {
  const userId = await newPerson(heart);
  const { call, publicId, flowId } = await park(heart, userId);
  const trip = await startTrip(heart, userId, publicId);
  const { owner } = heart.pools;
  await owner.query(`UPDATE flow SET status = 'closed', closed_at = now() WHERE id = $1`, [flowId]);
  const moved = await owner.query<{ id: string }>(
    `INSERT INTO flow (id, public_id, user_id, provider, status)
     VALUES (gen_random_uuid(), 'a-newer-flow', $1, 'google', 'live') RETURNING id`,
    [userId],
  );
  await owner.query('UPDATE waiter SET flow_id = $2 WHERE request_id = $1', [call.requestId, moved.rows[0]!.id]);

  expect(await trip.finish()).toMatchObject({ kind: 'connected' });
  expect(await wakesOf(heart, call)).toEqual(['granted']);
});

test('OA-8: a denial is told to the request at once, which keeps waiting; a later consent answers it', async () => {
  const userId = await newPerson(heart);
  const { call, publicId } = await park(heart, userId);
  const trip = await startTrip(heart, userId, publicId);

  expect(await trip.finish({ decision: 'deny' })).toMatchObject({ kind: 'denied', publicId });
  expect(await statusOf(heart, trip.attemptId)).toBe('denied');
  expect(await wakesOf(heart, call)).toEqual(['denied']);
  expect(await promptOf(heart, call)).toMatchObject({ publicId, lastOutcome: 'denied' });
  await parkCall(heart, call);

  await connect(heart, userId, publicId);
  expect(await wakesOf(heart, call)).toEqual(['denied', 'granted']);
});

test('a no on our own page is told without a trip, and leaves a trip in another tab as it is', async () => {
  const [userId, stranger] = [await newPerson(heart), await newPerson(heart)];
  const { call, publicId } = await park(heart, userId);
  const trip = await startTrip(heart, userId, publicId);

  expect(await heart.consent.decline(publicId, stranger)).toBe('notFound');
  expect(await heart.consent.decline(publicId, userId)).toBe('declined');
  expect(await wakesOf(heart, call)).toEqual(['denied']);
  expect(await trip.finish({ account: ALEX })).toMatchObject({ kind: 'connected', account: ALEX });
  expect(await heart.consent.decline(publicId, userId)).toBe('closed');
});

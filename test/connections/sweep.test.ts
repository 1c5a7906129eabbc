import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Alarm } from '../../src/connections/alarm.ts';
import { sweepAttempts } from '../../src/connections/sweep.ts';
import { sweepRequests } from '../../src/connections/sweep-requests.ts';
import { disconnect } from '../../src/connections/disconnect.ts';
import { completeCall, enterCall } from '../../src/connections/tool-calls.ts';
import type { ConsentStore } from '../../src/ports/consent-store.ts';
import { createOutbox } from '../../src/providers/postgres/outbox.ts';
import { createSandboxHosts } from '../../src/providers/postgres/sandbox-hosts.ts';
import { activitiesOf, runAs } from '../activities/support/activities.ts';
import { newPerson, newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { gatewayWith, ProcessDied, diesOn } from './support/gateway-with.ts';
import { connected } from './support/connected.ts';
import { leaveClean } from './support/invariants.ts';
import { connect, startTrip, statusOf } from './support/trip.ts';
import { park, waiterOf, type Wait } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

async function sweep(store: ConsentStore = heart.store) {
  const alarms: string[] = [];
  const trouble: unknown[] = [];
  const onTrouble = (error: unknown) =>
    void (error instanceof Alarm ? alarms.push(error.message) : trouble.push(error));
  const ended = await sweepAttempts(store, onTrouble);
  const found = await sweepRequests({ store, stories: heart.stories }, onTrouble);
  return { ended, found, alarms, trouble };
}

const NOTHING = { ended: 0, found: 0, alarms: [], trouble: [] };
const query = (sql: string, values: unknown[]) => heart.pools.owner.query(sql, values);
/** As if everything had been so for six minutes. */
const sixMinutesPass = () =>
  query(
    `WITH w AS (UPDATE waiter SET updated_at = updated_at - interval '6 minutes', deadline = deadline - interval '6 minutes'),
          a AS (UPDATE attempt SET used_at = used_at - interval '6 minutes')
     UPDATE request SET created_at = created_at - interval '6 minutes', claimed_at = claimed_at - interval '6 minutes',
                        cancelled_at = cancelled_at - interval '6 minutes'`,
    [],
  );
/** What is in the outbox is delivered, or lost. */
const emptyOutbox = () => query('DELETE FROM outbox', []);

async function released(): Promise<Wait> {
  const userId = await newPerson(heart);
  const wait = await park(heart, userId);
  await connect(heart, userId, wait.publicId);
  expect(await waiterOf(heart, wait.call)).toMatchObject({ status: 'released' });
  return wait;
}

/** Ends what a test leaves under way, so that the next one's sweep finds its own. */
afterEach(async () => {
  await query(`UPDATE request SET ended_at = now(), outcome = 'done' WHERE ended_at IS NULL`, []);
  await query(`UPDATE waiter SET status = 'resumed' WHERE status IN ('open', 'released')`, []);
  await query(`UPDATE flow SET status = 'closed'`, []);
});

test('an attempt that cannot be ended does not keep the others of its round from their end', async () => {
  const trips = [];
  for (let person = 0; person < 3; person++) {
    const userId = await newPerson(heart);
    trips.push(await startTrip(heart, userId, (await park(heart, userId)).publicId));
  }
  await query(`UPDATE attempt SET expires_at = now() - interval '1 second' WHERE id = ANY ($1)`, [
    trips.map(({ attemptId }) => attemptId),
  ]);
  const [broken] = await heart.store.findOverdueAttempts(1);
  const failing: ConsentStore = {
    ...heart.store,
    transact: (locks, work) =>
      locks.userId === broken!.userId
        ? Promise.reject(new Error('this row is broken'))
        : heart.store.transact(locks, work),
  };
  expect(await sweep(failing)).toMatchObject({ ended: 2, trouble: [{ message: 'this row is broken' }] });
  const statuses = await Promise.all(trips.map(({ attemptId }) => statusOf(heart, attemptId)));
  expect(statuses.toSorted()).toEqual(['failed', 'failed', 'started']);
  expect(await sweep()).toMatchObject({ ended: 1, trouble: [] });
});

test('a released call that nothing is on its way to is woken again after a while, once in a while, with an alarm', async () => {
  const { call } = await released();
  await sixMinutesPass();
  expect(await sweep()).toEqual(NOTHING);

  await emptyOutbox();
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['sleeping calls were woken again: 1'] });
  expect(await outboxOf(heart.pools.owner, call.requestId)).toMatchObject([
    { kind: 'authCompleted', payload: { outcome: 'granted' } },
  ]);
  await emptyOutbox();
  expect(await sweep()).toEqual(NOTHING);
  await sixMinutesPass();
  expect(await sweep()).toMatchObject({ found: 1 });

  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run' });
  await completeCall(heart.store, call, {});
  await emptyOutbox();
  await sixMinutesPass();
  expect(await sweep()).toEqual(NOTHING);
});

test('a call that nobody closed at its deadline is woken to decide; one that still waits is left alone', async () => {
  const { call } = await park(heart, await newPerson(heart));
  await emptyOutbox();
  await sixMinutesPass();
  expect(await sweep()).toEqual(NOTHING);
  await query(`UPDATE waiter SET deadline = now() - interval '6 minutes' WHERE request_id = $1`, [call.requestId]);
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['sleeping calls were woken again: 1'] });
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'expired' });
});

test('a call that goes on between the look and the lock is not woken', async () => {
  const { call } = await released();
  await emptyOutbox();
  await sixMinutesPass();
  const store: ConsentStore = {
    ...heart.store,
    async findSleepers(...bounds) {
      const found = await heart.store.findSleepers(...bounds);
      await enterCall(heart.store, call);
      return found;
    },
  };
  expect(await sweep(store)).toEqual(NOTHING);
  expect(await outboxOf(heart.pools.owner, call.requestId)).toEqual([]);
  expect(await waiterOf(heart, call)).toMatchObject({ status: 'resumed' });
});

test('a request that is neither started nor ended, with no start in the outbox, is started again', async () => {
  const userId = await newPerson(heart);
  const requestId = await newRequest(heart, userId);
  await sixMinutesPass();
  expect(await sweep()).toEqual(NOTHING);
  await emptyOutbox();
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['requests were started again: 1'] });
  expect(await outboxOf(heart.pools.owner, requestId)).toEqual([
    { kind: 'startRequest', payload: { userId, platform: 'web', again: true } },
  ]);
  expect(await sweep()).toEqual(NOTHING);
});

test('a request that was answered after a long wait, or has something run, is not silent; one that is for hours is', async () => {
  const { call } = await released();
  const { requestId } = call;
  await emptyOutbox();
  const eightHoursAgo = `now() - interval '8 hours'`;
  await query(`UPDATE request SET claimed_at = ${eightHoursAgo} WHERE id = $1`, [requestId]);
  // It goes on: its call is tried again and again, say, because the provider is away.
  await query(`UPDATE waiter SET status = 'resumed' WHERE request_id = $1`, [requestId]);
  expect(await sweep()).toEqual(NOTHING);

  await query(`UPDATE waiter SET updated_at = ${eightHoursAgo} WHERE request_id = $1`, [requestId]);
  await query(
    `WITH p AS (INSERT INTO project (id, user_id, name, clone_url) VALUES (gen_random_uuid(), $2, 'demo', 'https://x/y')
                RETURNING id)
     INSERT INTO run (id, project_id, user_id, request_id, kind, command)
     SELECT gen_random_uuid(), p.id, $2, $1, 'command', '{true}' FROM p`,
    [requestId, call.userId],
  );
  expect(await sweep()).toEqual(NOTHING);

  await query(`UPDATE run SET ended_at = ${eightHoursAgo}, ending = 'exited' WHERE request_id = $1`, [requestId]);
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['requests were started again: 1'] });
});

test('a cancellation that reached nobody is sent again', async () => {
  const userId = await newPerson(heart);
  const { call } = await park(heart, userId);
  await heart.consent.cancel(call.requestId, userId);
  await emptyOutbox();
  expect(await sweep()).toEqual(NOTHING);
  await sixMinutesPass();
  expect(await sweep()).toMatchObject({ found: 1 });
  expect(await outboxOf(heart.pools.owner, call.requestId)).toMatchObject([{ kind: 'cancelRequest' }]);
});

test('a request whose workflow is gone gets an end, and nothing of it waits any more; one that has ended keeps its own', async () => {
  const userId = await newPerson(heart);
  const outbox = createOutbox(heart.pools.gateway);
  const { call } = await park(heart, userId);
  const cancelled = await newRequest(heart, userId);
  await heart.consent.cancel(cancelled, userId);
  for (const requestId of [call.requestId, cancelled]) await outbox.markLost(requestId);
  expect(await sweep()).toMatchObject({ found: 2, alarms: ['requests without a workflow were ended: 2'] });

  const view = await heart.requests.find(userId, call.requestId);
  expect(view).toMatchObject({ status: 'failed', waitingFor: [], finishedAt: expect.any(Date) });
  expect(view?.answer).toContain('답을 만들지 못했습니다');
  expect(await waiterOf(heart, call)).toMatchObject({ status: 'cancelled' });
  expect(await heart.requests.find(userId, cancelled)).toMatchObject({ status: 'cancelled' });

  await outbox.markLost(call.requestId);
  await outbox.markLost(randomUUID());
  expect(await sweep()).toEqual(NOTHING);
  expect(await heart.requests.find(userId, call.requestId)).toEqual(view);
});

test('a callback that died, and whose repair was lost, is repaired again', async () => {
  const userId = await newPerson(heart);
  const trip = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  const dying = gatewayWith(heart, { vault: { create: () => Promise.reject(new ProcessDied()) } });
  await diesOn(dying.receiveCallback(await trip.walk()));
  await sixMinutesPass();
  expect(await sweep()).toEqual(NOTHING);
  await query(`DELETE FROM outbox WHERE subject_id = $1`, [trip.attemptId]);
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['callbacks are repaired again: 1'] });
  expect(await outboxOf(heart.pools.owner, trip.attemptId)).toMatchObject([{ kind: 'repairAttempt' }]);
});

test('a disconnection whose workflow is gone is begun again, and its person can connect once it is over', async () => {
  const { userId, connection } = await connected(heart);
  const lose = () => query('DELETE FROM outbox WHERE subject_id = ANY ($1)', [[connection.id, connection.credential]]);
  await disconnect(heart.gatewayStore, connection.id, userId);
  await lose();
  const { publicId } = await park(heart, userId);
  expect(await sweep()).toEqual(NOTHING);

  await query(`UPDATE attempt SET revoking_since = now() - interval '21 minutes' WHERE id = $1`, [
    connection.credential,
  ]);
  expect(await sweep()).toMatchObject({ found: 1, alarms: ['revocations are begun again: 1'] });
  expect(await outboxOf(heart.pools.owner, connection.credential)).toEqual([
    { kind: 'destroyCredential', payload: { revoke: true } },
  ]);
  await lose();
  expect(await sweep()).toEqual(NOTHING);

  const { activities } = activitiesOf(heart);
  const workflowId = `destroy-credential-${connection.credential}`;
  await runAs(workflowId, () => activities.revokeGrant({ attemptId: connection.credential }));
  await runAs(workflowId, () => activities.destroyCredential({ attemptId: connection.credential }));
  await connect(heart, userId, publicId);
  await query(`UPDATE attempt SET revoking_since = now() - interval '21 minutes' WHERE id = $1`, [
    connection.credential,
  ]);
  expect(await sweep()).toEqual(NOTHING);
});

test('a run whose workflow is gone is ended, as stopped only if somebody asked for it, and left to its host', async () => {
  const userId = await newPerson(heart);
  const outbox = createOutbox(heart.pools.gateway);
  await createSandboxHosts(heart.pools.owner).seen({ id: 'lost', capacity: 1, trouble: null });
  const { rows } = await query(
    `WITH p AS (INSERT INTO project (id, user_id, name, clone_url) VALUES (gen_random_uuid(), $1, 'lost', 'https://x/y')
                RETURNING id)
     INSERT INTO run (id, project_id, user_id, kind, command, host, stop_asked_at)
     SELECT gen_random_uuid(), p.id, $1, 'command', '{true}', 'lost', stop FROM p, unnest(ARRAY [NULL, now()]) stop
     RETURNING id`,
    [userId],
  );
  for (const { id } of rows as { id: string }[]) await outbox.markLost(id);
  expect(await sweep()).toMatchObject({ found: 2, alarms: ['runs without a workflow were ended: 2'] });

  const ends = await query(
    `SELECT ending, failure, left_to_host_at IS NOT NULL AS "isLeft" FROM run WHERE user_id = $1 ORDER BY ending`,
    [userId],
  );
  expect(ends.rows).toEqual([
    { ending: 'failed', failure: 'internal', isLeft: true },
    { ending: 'stopped', failure: null, isLeft: true },
  ]);
  expect(await sweep()).toEqual(NOTHING);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { OutboxMessage } from '../../src/ports/outbox.ts';
import { createOutbox } from '../../src/providers/postgres/outbox.ts';
import { startOutboxDispatcher } from '../../src/temporal/outbox-dispatcher.ts';
import { until } from '../support/until.ts';
import { messageOf, startDatabase, terminateBackends, type Database } from './support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close());
beforeEach(() => database.owner.query('DELETE FROM outbox'));

const gateway = () => createOutbox(database.gateway);

async function add(count: number, kind = 'repairAttempt'): Promise<string[]> {
  const { rows } = await database.owner.query<{ id: string }>(
    `INSERT INTO outbox (kind, subject_id) SELECT $2, gen_random_uuid() FROM generate_series(1, $1)
     RETURNING subject_id AS id`,
    [count, kind],
  );
  return rows.map(({ id }) => id);
}
const left = async () => (await database.owner.query('SELECT 1 FROM outbox')).rowCount;
const makeDue = () => database.owner.query('UPDATE outbox SET due_at = now()');

/** Takes rows and keeps them until `letGo`, like a dispatcher whose server does not answer. */
function holdRows(limit: number) {
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const held: string[] = [];
  const done = gateway().dispatch(limit, async ({ subjectId }) => {
    held.push(subjectId);
    await promise;
    return 'delivered';
  });
  return { held, done, letGo };
}

test('two dispatchers share the rows, and none is delivered twice', async () => {
  const ids = await add(40);
  const slow = holdRows(25);
  await until('the first one has its rows', async () => (slow.held.length === 25 ? true : null));
  const fast: string[] = [];
  const taken = await gateway().dispatch(50, async ({ subjectId }) => {
    fast.push(subjectId);
    return 'delivered';
  });
  slow.letGo();
  expect([taken, await slow.done]).toEqual([15, 25]);
  expect([...slow.held, ...fast].sort()).toEqual(ids.sort());
  expect(await left()).toBe(0);
});

test('DE-4: the rows of a dispatcher that is killed in a delivery are free at once', async () => {
  await add(5);
  const killed = holdRows(5);
  await until('it has its rows', async () => (killed.held.length === 5 ? true : null));
  expect(await gateway().dispatch(50, () => Promise.resolve('delivered'))).toBe(0);

  await terminateBackends(database.owner, `state = 'idle in transaction'`);
  await until('they are free', async () => {
    const taken = await gateway().dispatch(50, () => Promise.resolve('delivered'));
    return taken === 5 ? true : null;
  });
  killed.letGo();
  await expect(killed.done).rejects.toThrow();
  expect(await left()).toBe(0);
});

test('a delivery that hangs holds up its own batch and no other, however many there are', async () => {
  const [hanging] = await add(1);
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const delivered = new Set<string>();
  const errors: unknown[] = [];
  const dispatcher = startOutboxDispatcher({
    outbox: gateway(),
    async deliver({ subjectId }) {
      if (subjectId === hanging) await promise;
      delivered.add(subjectId);
      return 'delivered';
    },
    // Only pokes: a lost one would be missed.
    pollMs: 600_000,
    onError: (error) => errors.push(error),
  });
  try {
    await add(300);
    dispatcher.poke();
    // At most the rows that were taken together with the one that hangs.
    await until('the others are delivered', async () => (delivered.size >= 300 - 14 ? true : null));
    const more = await add(40);
    dispatcher.poke();
    await until('new ones are delivered', async () => (more.every((id) => delivered.has(id)) ? true : null));
    expect(delivered.has(hanging!)).toBe(false);
    letGo();
    await until('nothing is left', async () => ((await left()) === 0 ? true : null));
  } finally {
    letGo();
    await dispatcher.close();
  }
  expect(errors).toEqual([]);
});

test('what could not be delivered stays, and waits twice as long each time, at most 15 seconds', async () => {
  await add(1);
  const waits: number[] = [];
  for (let round = 0; round < 8; round++) {
    expect(await gateway().dispatch(10, () => Promise.resolve('later'))).toBe(1);
    expect(await gateway().dispatch(10, () => Promise.resolve('delivered'))).toBe(0);
    const { rows } = await database.owner.query<{ wait: number; attempts: number }>(
      'SELECT extract(epoch FROM due_at - now())::float8 AS wait, attempts FROM outbox',
    );
    expect(rows[0]!.attempts).toBe(round + 1);
    waits.push(rows[0]!.wait);
    await makeDue();
  }
  [0.5, 1, 2, 4, 8, 15, 15, 15].forEach((expected, round) => {
    expect(waits[round]).toBeLessThanOrEqual(expected);
    expect(waits[round]).toBeGreaterThan(expected - 0.5);
  });
  // There is no last try.
  await database.owner.query('UPDATE outbox SET attempts = 1000000');
  expect(await gateway().dispatch(10, () => Promise.resolve('later'))).toBe(1);
  expect(await left()).toBe(1);
});

test('the pause begins when the delivery has failed, not when it began', async () => {
  await add(1);
  const slow = gateway().dispatch(10, async () => {
    await database.owner.query('SELECT pg_sleep(0.6)');
    return 'later';
  });
  await slow;
  expect(await gateway().dispatch(10, () => Promise.resolve('delivered'))).toBe(0);
});

test('a delivery that throws puts every row of its round back', async () => {
  const ids = await add(3);
  const failing = gateway().dispatch(10, ({ subjectId }) =>
    subjectId === ids[1] ? Promise.reject(new Error('unexpected')) : Promise.resolve('delivered'),
  );
  await expect(failing).rejects.toThrow('unexpected');
  expect(await left()).toBe(3);
});

test('what is due later is not taken before, and the oldest comes first', async () => {
  const [first] = await add(1);
  const [later] = await add(1);
  await add(1);
  await database.owner.query(`UPDATE outbox SET due_at = now() - interval '1 hour' WHERE subject_id = $1`, [first]);
  await database.owner.query(`UPDATE outbox SET due_at = now() + interval '1 hour' WHERE subject_id = $1`, [later]);
  const seen: string[] = [];
  const deliver = ({ subjectId }: OutboxMessage) => {
    seen.push(subjectId);
    return Promise.resolve('delivered' as const);
  };
  expect(await gateway().dispatch(1, deliver)).toBe(1);
  expect(seen).toEqual([first]);
  expect(await gateway().dispatch(10, deliver)).toBe(1);
  expect(seen).not.toContain(later);
});

test('DE-1: a request’s signals wait until its start was delivered, over all dispatchers', async () => {
  const { requestId } = await database.accept(messageOf(await database.newPerson()));
  for (const kind of ['cancelRequest', 'authCompleted']) {
    await database.owner.query('INSERT INTO outbox (kind, subject_id) VALUES ($1, $2)', [kind, requestId]);
  }
  const [other] = await add(1, 'cancelRequest');
  const start = holdRows(1);
  await until('one dispatcher has the start', async () => (start.held.length === 1 ? true : null));

  const kinds: string[] = [];
  const deliver = ({ kind, subjectId }: OutboxMessage) => {
    kinds.push(subjectId === other ? 'another request' : kind);
    return Promise.resolve('delivered' as const);
  };
  await gateway().dispatch(10, deliver);
  expect(kinds).toEqual(['another request']);
  expect(await gateway().isStartPending(requestId)).toBe(true);

  start.letGo();
  await start.done;
  expect(await gateway().isStartPending(requestId)).toBe(false);
  await gateway().dispatch(10, deliver);
  expect(kinds).toEqual(['another request', 'cancelRequest', 'authCompleted']);
});

test('a row that is added says so to whoever listens, once it is committed', async () => {
  const client = await database.gateway.connect();
  const heard: string[] = [];
  client.on('notification', ({ channel }) => heard.push(channel));
  await client.query('LISTEN panager_outbox');
  await database.owner.query('INSERT INTO outbox (kind, subject_id) VALUES ($1, $2)', ['repairAttempt', randomUUID()]);
  await until('it was heard', async () => (heard.length > 0 ? true : null));
  await client.query('UNLISTEN *');
  client.release();
  expect(heard).toEqual(['panager_outbox']);
});

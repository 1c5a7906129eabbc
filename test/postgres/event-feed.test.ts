import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConsentStore } from '../../src/providers/postgres/consent-store.ts';
import { createEventFeed } from '../../src/providers/postgres/event-feed.ts';
import { listen, type Listener } from '../../src/providers/postgres/listener.ts';
import { until } from '../support/until.ts';
import { startDatabase, terminateBackends, type Database } from './support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close());

/** A change of one of this person's things, in a transaction as the heart makes it. */
const change = (userId: string, subjectId: string) =>
  createConsentStore(database.orchestrator).transact({ userId, providers: [] }, async (tx) => {
    tx.changed('request', subjectId);
    tx.changed('request', subjectId);
  });

test('WE-2: whoever reads while many write sees numbers that only grow, and misses nothing', async () => {
  const userId = await database.newPerson();
  const feed = createEventFeed(database.gateway);
  const subjects = Array.from({ length: 12 }, () => randomUUID());
  const newest = new Map<string, number>();
  let position = await feed.position(userId);
  const read = async () => {
    for (const event of await feed.since(userId, position, 5)) {
      expect(event.position).toBeGreaterThan(position);
      position = event.position;
      newest.set(event.subjectId, event.position);
    }
  };

  let writing = true;
  const writers = Promise.all(
    Array.from({ length: 60 }, (_, index) => change(userId, subjects[index % subjects.length]!)),
  ).finally(() => {
    writing = false;
  });
  while (writing) await read();
  await writers;
  const last = await feed.position(userId);
  await until('everything was read', async () => {
    await read();
    return position === last ? true : null;
  });

  const { rows } = await database.owner.query<{ subject_id: string; seq: string }>(
    'SELECT subject_id, seq FROM event WHERE user_id = $1',
    [userId],
  );
  expect(rows).toHaveLength(subjects.length);
  expect(newest).toEqual(new Map(rows.map(({ subject_id, seq }) => [subject_id, Number(seq)])));
  // One number for each transaction: a thing that changed twice in it is told once.
  expect(last).toBe(60);
});

test('WE-2: nobody reads the changes of somebody else', async () => {
  const [userId, other] = [await database.newPerson(), await database.newPerson()];
  await change(userId, randomUUID());
  const feed = createEventFeed(database.gateway);
  expect(await feed.since(other, 0, 10)).toEqual([]);
  expect(await feed.position(other)).toBe(0);
});

test('subscribers are told of their own person’s changes until they stop, and all of them when it may be anybody', () => {
  const feed = createEventFeed(database.gateway);
  const told: string[] = [];
  const stop = feed.subscribe('one', () => told.push('one'));
  feed.subscribe('one', () => told.push('one again'));
  feed.subscribe('two', () => told.push('two'));
  feed.announce('one');
  expect(told).toEqual(['one', 'one again']);
  feed.announce(null);
  expect(told).toEqual(['one', 'one again', 'one', 'one again', 'two']);
  stop();
  stop();
  feed.announce('one');
  feed.announce('nobody');
  expect(told.slice(5)).toEqual(['one again']);
});

test('the listener hears a committed change, and hears again after its connection was cut', async () => {
  const userId = await database.newPerson();
  const heard: string[] = [];
  let connected = 0;
  const listener: Listener = listen(database.database.roles.gateway, ['panager_event', 'panager_outbox'], {
    onNotify: (channel, payload) => heard.push(`${channel} ${payload}`),
    onConnect: () => (connected += 1),
  });
  try {
    await until('the listener listens', async () => (connected === 1 ? true : null));
    await change(userId, randomUUID());
    await until('it has heard', async () => (heard.includes(`panager_event ${userId}`) ? true : null));

    expect(await terminateBackends(database.owner, `query ILIKE 'LISTEN%'`)).toBe(1);
    await until('the listener is back', async () => (connected === 2 ? true : null));
    heard.length = 0;
    await change(userId, randomUUID());
    await until('it has heard again', async () => (heard.includes(`panager_event ${userId}`) ? true : null));
  } finally {
    await listener.close();
  }
  expect(await terminateBackends(database.owner, `query ILIKE 'LISTEN%'`)).toBe(0);
});

test('a listener that is closed while its server is away does not come back', async () => {
  let connected = 0;
  const nowhere = database.database.roles.gateway.replace(/:\d+\//, ':1/');
  const listener = listen(nowhere, ['panager_event'], {
    onNotify: () => undefined,
    onConnect: () => (connected += 1),
  });
  await listener.close();
  await listener.close();
  expect(connected).toBe(0);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createConsentStore } from '../../src/providers/postgres/consent-store.ts';
import { createPool, inTransaction, type Queryable } from '../../src/providers/postgres/pool.ts';
import { until } from '../support/until.ts';
import { messageOf, startDatabase, terminateBackends, type Database } from './support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close());

const backendOf = async (client: Queryable): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]!.pid;
const isGone = (pid: number) =>
  until('the backend is gone', async () => {
    const { rowCount } = await database.owner.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid]);
    return rowCount === 0 ? true : null;
  });

/** A pool of a process that is frozen for longer than the server lets a transaction idle. */
function impatientPool(idleMs: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: database.database.roles.orchestrator,
    max: 1,
    idle_in_transaction_session_timeout: idleMs,
  });
  pool.on('error', () => undefined);
  return pool;
}

test('a transaction that fails is undone, and its connection is given back', async () => {
  const pool = createPool(database.database.roles.gateway, { max: 1, onIdleError: () => undefined });
  const userId = await database.newPerson();
  for (let round = 0; round < 3; round++) {
    const work = inTransaction(pool, async (client) => {
      await client.query(`INSERT INTO link (user_id, provider) VALUES ($1, 'google')`, [userId]);
      throw new Error('the work failed');
    });
    await expect(work).rejects.toThrow('the work failed');
  }
  expect((await pool.query('SELECT 1 FROM link WHERE user_id = $1', [userId])).rowCount).toBe(0);
  await pool.end();
});

test('a statement whose answer nobody waits for fails its transaction, with its own error', async () => {
  const [userId, other] = [await database.newPerson(), await database.newPerson()];
  const addLink = `INSERT INTO link (user_id, provider) VALUES ($1::uuid, $2::text)`;
  const work = inTransaction(database.gateway, async (db) => {
    db.send(addLink, [userId, 'google']);
    db.send(addLink, [userId, 'nobody']);
    db.send(addLink, [other, 'google']);
    return 'not an error yet';
  });
  await expect(work).rejects.toMatchObject({ code: '23514' });
  const readLater = inTransaction(database.gateway, async (db) => {
    db.send(addLink, [userId, 'nobody']);
    await db.query('SELECT 1', []);
  });
  await expect(readLater).rejects.toMatchObject({ code: '23514' });
  const left = 'SELECT 1 FROM link WHERE user_id IN ($1, $2)';
  expect((await database.owner.query(left, [userId, other])).rowCount).toBe(0);
});

test('values that cannot be written down undo what was sent before them', async () => {
  const userId = await database.newPerson();
  const work = inTransaction(database.gateway, async (db) => {
    db.send(`INSERT INTO link (user_id, provider) VALUES ($1::uuid, 'google')`, [userId]);
    db.send('UPDATE app_user SET created_at = $2::timestamptz WHERE id = $1::uuid', [
      userId,
      {
        toPostgres: () => {
          throw new Error('no such time');
        },
      },
    ]);
  });
  await expect(work).rejects.toThrow('no such time');
  expect((await database.owner.query('SELECT 1 FROM link WHERE user_id = $1', [userId])).rowCount).toBe(0);
  // Its connection serves the next one.
  await inTransaction(database.gateway, (db) => db.query('SELECT 1', []));
});

test('a unique race that a sent statement lost runs again', async () => {
  const userId = await database.newPerson();
  let rounds = 0;
  await inTransaction(database.gateway, async (db) => {
    rounds += 1;
    db.send(`INSERT INTO link (user_id, provider) VALUES ($1::uuid, 'google')`, [userId]);
    if (rounds === 1) db.send(`INSERT INTO link (user_id, provider) VALUES ($1::uuid, 'google')`, [userId]);
    await db.query('SELECT 1', []);
  });
  expect(rounds).toBe(2);
});

test('two transactions that lock each other out: the one that lost runs again, and both commit', async () => {
  const people = [await database.newPerson(), await database.newPerson()];
  const both = Promise.withResolvers<void>();
  let runs = 0;
  const rename = (first: string, second: string) =>
    inTransaction(database.gateway, async (client) => {
      await client.query(`UPDATE app_user SET display_name = 'first' WHERE id = $1`, [first]);
      if (++runs === 2) both.resolve();
      await both.promise;
      await client.query(`UPDATE app_user SET display_name = 'second' WHERE id = $1`, [second]);
    });
  await Promise.all([rename(people[0]!, people[1]!), rename(people[1]!, people[0]!)]);
  expect(runs).toBeGreaterThan(2);
});

test('a unique race that is lost again and again is an error after three rounds', async () => {
  const userId = await database.newPerson();
  await database.owner.query(`INSERT INTO link (user_id, provider) VALUES ($1, 'google')`, [userId]);
  let rounds = 0;
  const work = inTransaction(database.gateway, (client) => {
    rounds += 1;
    return client.query(`INSERT INTO link (user_id, provider) VALUES ($1, 'google')`, [userId]);
  });
  await expect(work).rejects.toMatchObject({ code: '23505' });
  expect(rounds).toBe(3);
});

test('links are locked in one order, whatever order they are named in', async () => {
  const store = createConsentStore(database.orchestrator);
  const userId = await database.newPerson();
  const orders = [
    ['google', 'github', 'claude'],
    ['claude', 'google', 'github'],
    ['github', 'claude', 'google'],
  ] as const;
  let runs = 0;
  const all = Array.from({ length: 30 }, (_, index) =>
    store.transact({ userId, providers: orders[index % 3]! }, async () => {
      runs += 1;
    }),
  );
  await Promise.all(all);
  // A deadlock would have made somebody run again.
  expect(runs).toBe(30);
});

test('what is read after the lock is newer than the lock', async () => {
  const store = createConsentStore(database.orchestrator);
  const userId = await database.newPerson();
  const locks = { userId, providers: ['google'] as const };
  const locked = Promise.withResolvers<void>();
  const opened: string[] = [];
  const first = store.transact(locks, async (tx) => {
    await tx.locked();
    locked.resolve();
    await until('the other one waits for the lock', async () => {
      const { rowCount } = await database.owner.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount || null;
    });
    opened.push((await tx.joinFlow('google', 'first-link')).flowId);
  });
  await locked.promise;
  const second = store.transact(locks, async (tx) => {
    await tx.locked();
    expect(await tx.isLive(opened[0]!)).toBe(true);
    opened.push((await tx.joinFlow('google', 'second-link')).flowId);
  });
  await Promise.all([first, second]);
  expect(new Set(opened).size).toBe(1);
});

test('a read that travels together with the lock is newer than the lock too', async () => {
  const store = createConsentStore(database.orchestrator);
  const userId = await database.newPerson();
  const { requestId } = await database.accept(messageOf(userId));
  const locks = { userId, providers: ['google'] as const, requestId };
  const locked = Promise.withResolvers<void>();
  const first = store.transact(locks, async (tx) => {
    await tx.locked();
    locked.resolve();
    await until('the other one waits for the lock', async () => {
      const { rowCount } = await database.owner.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rowCount || null;
    });
    await tx.cancelRequest(requestId);
  });
  await locked.promise;
  const second = store.transact(locks, async (tx) => {
    expect(() => tx.now).toThrow('first answer');
    expect(await tx.request(requestId)).toEqual({ cancelled: true, ended: false });
    expect(tx.now.getTime()).toBeGreaterThan(0);
  });
  await Promise.all([first, second]);
});

test('the server ends the transaction of a frozen process and frees its locks; the process survives it', async () => {
  const frozen = impatientPool(200);
  const userId = await database.newPerson();
  const locks = { userId, providers: ['google'] as const };
  const late = createConsentStore(frozen).transact(locks, async (tx) => {
    await tx.locked();
    const { rows } = await database.owner.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
    );
    await isGone(rows[0]!.pid);
    // Somebody else has the lock by now, and this one's writes go nowhere.
    await createConsentStore(database.orchestrator).transact(locks, (other) => other.joinFlow('google', 'others-link'));
    await tx.joinFlow('google', 'late-link');
  });
  await expect(late).rejects.toThrow();
  const { rows } = await database.owner.query('SELECT public_id FROM flow WHERE user_id = $1', [userId]);
  expect(rows).toEqual([{ public_id: 'others-link' }]);
  // The pool has thrown the dead connection away.
  expect((await frozen.query('SELECT 1')).rowCount).toBe(1);
  await frozen.end();
});

test('a server that restarts in the middle of a transaction fails that transaction and nothing else', async () => {
  const pool = createPool(database.database.roles.gateway, { max: 2, onIdleError: () => undefined });
  const cut = inTransaction(pool, async (client) => {
    const pid = await backendOf(client);
    expect(await terminateBackends(database.owner, `pid = ${pid}`)).toBe(1);
    await isGone(pid);
    await client.query('SELECT 1');
  });
  await expect(cut).rejects.toThrow();
  await inTransaction(pool, (client) => client.query('SELECT 1'));
  await pool.end();
});

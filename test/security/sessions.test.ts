import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Identity } from '../../src/ports/sessions.ts';
import { createPool } from '../../src/providers/postgres/pool.ts';
import type { Pool } from '../../src/providers/postgres/pool.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { testDatabase } from '../support/servers.ts';
import type { TestDatabase } from '../support/servers.ts';

let database: TestDatabase;
/** With the gateway's own role: what it may not do fails here. */
let pool: Pool;
/** Moves the clock of rows. */
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.roles.gateway, { max: 20, onIdleError: () => {} });
  owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
});
afterEach(() => owner.query('TRUNCATE session, identity, app_user CASCADE'));
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});

const named = (name: string): Identity => ({ issuer: 'local', subject: name, displayName: name, language: 'ko' });
const sessions = () => createSessions(pool);
const count = async (table: 'app_user' | 'identity' | 'session'): Promise<number> => {
  const { rows } = await owner.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]?.count);
};
const age = (column: 'created_at' | 'last_seen_at', interval: string) =>
  owner.query(`UPDATE session SET ${column} = now() - $1::interval`, [interval]);

test('WE-1: a session is found by its token, and the database holds only the hash of it', async () => {
  const { token, user } = await sessions().signIn(named('Kim'));
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await sessions().find(token)).toEqual({ id: user.id, name: 'Kim', language: 'ko' });
  const { rows } = await owner.query<{ token_hash: Buffer; everything: string }>(
    'SELECT token_hash, session::text AS everything FROM session',
  );
  expect(rows[0]?.token_hash).toEqual(createHash('sha256').update(token).digest());
  expect(rows[0]?.everything).not.toContain(token);
});

test('OA-3: each sign-in has a token of its own, and ending one leaves the other', async () => {
  const [first, second] = [await sessions().signIn(named('Kim')), await sessions().signIn(named('Kim'))];
  expect(first.user.id).toBe(second.user.id);
  expect(first.token).not.toBe(second.token);
  await sessions().end(first.token);
  expect(await sessions().find(first.token)).toBeNull();
  expect(await sessions().find(second.token)).not.toBeNull();
});

test('a name is one person however it is written, and follows the newest sign-in', async () => {
  const names = ['Jos\u00e9', 'jose\u0301', ' JOS\u00c9 '];
  const ids = new Set<string>();
  for (const name of names) ids.add((await sessions().signIn(named(name))).user.id);
  const last = await sessions().signIn({ ...named('JOS\u00c9'), language: 'en' });
  expect([ids.size, last.user.name, last.user.language]).toEqual([1, 'JOS\u00c9', 'en']);
  expect((await sessions().signIn(named('Jose'))).user.id).not.toBe(last.user.id);
});

test('a name never becomes a Discord identity', async () => {
  const discord = await sessions().signIn({ ...named('123456789012345678'), issuer: 'https://discord.com' });
  const local = await sessions().signIn(named('123456789012345678'));
  expect(local.user.id).not.toBe(discord.user.id);
});

test('50 sign-ins of a new person at once make one person', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => sessions().signIn(named('Kim'))));
  expect(new Set(all.map(({ user }) => user.id)).size).toBe(1);
  expect([await count('app_user'), await count('identity'), await count('session')]).toEqual([1, 1, 50]);
});

test('WE-1: a session ends after 12 idle hours and after 7 days of use', async () => {
  const { token } = await sessions().signIn(named('Kim'));
  await age('last_seen_at', '11 hours 59 minutes');
  expect(await sessions().find(token)).not.toBeNull();
  await age('last_seen_at', '12 hours');
  expect(await sessions().find(token)).toBeNull();
  await age('last_seen_at', '0');
  await age('created_at', '6 days 23 hours');
  expect(await sessions().find(token)).not.toBeNull();
  await age('created_at', '7 days');
  expect(await sessions().find(token)).toBeNull();
});

test('MO-3: the session of somebody who was taken off the list proves nothing, and counts again when they are back', async () => {
  const { token } = await sessions().signIn(named('Kim'));
  const listing = (...subjects: string[]) => createSessions(pool, { issuer: 'local', subjects });
  expect(await listing('lee', ' KIM ').find(token)).not.toBeNull();
  expect(await listing('lee').find(token)).toBeNull();
  expect(await createSessions(pool, { issuer: 'local', subjects: null }).find(token)).not.toBeNull();
});

test('MO-1: where people sign in with Discord, the session of a name proves nothing', async () => {
  const { token } = await sessions().signIn(named('Kim'));
  const discord = createSessions(pool, { issuer: 'https://discord.com', subjects: null });
  expect(await discord.find(token)).toBeNull();
  const id = '123456789012345678';
  const signedIn = await discord.signIn({ ...named(id), issuer: 'https://discord.com' });
  expect(await discord.find(signedIn.token)).not.toBeNull();
  const listed = (subject: string) => createSessions(pool, { issuer: 'https://discord.com', subjects: [subject] });
  expect(await listed(id).find(signedIn.token)).not.toBeNull();
  expect(await listed('223456789012345678').find(signedIn.token)).toBeNull();
});

test('the last use is written at most once a minute', async () => {
  const { token } = await sessions().signIn(named('Kim'));
  const lastSeen = async (): Promise<number> => {
    const { rows } = await owner.query<{ last_seen_at: Date }>('SELECT last_seen_at FROM session');
    return rows[0]?.last_seen_at.getTime() ?? 0;
  };
  await age('last_seen_at', '59 seconds');
  const before = await lastSeen();
  await sessions().find(token);
  expect(await lastSeen()).toBe(before);
  await age('last_seen_at', '2 minutes');
  await sessions().find(token);
  expect(Date.now() - (await lastSeen())).toBeLessThan(30_000);
});

test('a sign-in clears away the sessions of this person that have ended', async () => {
  await sessions().signIn(named('Kim'));
  await age('last_seen_at', '13 hours');
  await sessions().signIn(named('Lee'));
  expect(await count('session')).toBe(2);
  await sessions().signIn(named('Kim'));
  expect(await count('session')).toBe(2);
});

test.each(['', 'x', "' OR 1=1 --", '\0', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}\n`, 'A'.repeat(100_000)])(
  'the token %j is nobody, without a query',
  async (token) => {
    const none = createSessions({ query: () => Promise.reject(new Error('queried')) } as unknown as Pool);
    expect(await none.find(token)).toBeNull();
    await none.end(token);
  },
);

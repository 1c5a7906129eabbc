import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { DailyCapReached, type Intake } from '../../src/ports/requests.ts';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { testDatabase, type TestDatabase } from '../support/servers.ts';

/** MO-3 in the rows, with the gateway's own role. */
let database: TestDatabase;
let pool: Pool;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.roles.gateway, { max: 20, onIdleError: () => {} });
  owner = new pg.Client({ connectionString: database.owner });
  await owner.connect();
});
afterEach(() => owner.query('TRUNCATE outbox, event, app_user CASCADE'));
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});

const capped = (dailyRequests: number | null): Intake => createIntake(pool, { dailyRequests });
async function person(name: string): Promise<string> {
  const signedIn = await createSessions(pool).signIn({
    issuer: 'local',
    subject: name,
    displayName: name,
    language: 'ko',
  });
  return signedIn.user.id;
}
const message = (userId: string, clientId: string = randomUUID(), platform: 'web' | 'discord' = 'web') => ({
  userId,
  platform,
  channel: platform === 'web' ? 'page' : '400000000000000004',
  clientId,
  text: 'hello',
  language: 'ko' as const,
  timeZone: 'Asia/Seoul',
});
const countOf = async (table: 'request' | 'conversation' | 'outbox' | 'event'): Promise<number> =>
  Number((await owner.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`)).rows[0]?.n);
const stored = async () => [
  ...[await countOf('request'), await countOf('conversation')],
  ...[await countOf('outbox'), await countOf('event')],
];

test('MO-3: the request after the last one of a day is refused and leaves nothing behind', async () => {
  const [intake, kim] = [capped(2), await person('Kim')];
  await intake.accept(message(kim));
  await intake.accept(message(kim));
  const before = await stored();
  const refusal = await intake.accept(message(kim, undefined, 'discord')).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DailyCapReached);
  expect(refusal).toMatchObject({ cap: 2 });
  expect(await stored()).toEqual(before);
});

test('MO-3: both platforms count together, and each person alone', async () => {
  const [intake, kim, lee] = [capped(2), await person('Kim'), await person('Lee')];
  await intake.accept(message(kim, 'a-message-1', 'discord'));
  await intake.accept(message(kim, 'a-message-2', 'web'));
  for (const platform of ['web', 'discord'] as const) {
    await expect(intake.accept(message(kim, undefined, platform))).rejects.toBeInstanceOf(DailyCapReached);
  }
  expect((await intake.accept(message(lee))).created).toBe(true);
});

test('DE-1: a message that is a request already is found at the cap too', async () => {
  const [intake, kim] = [capped(1), await person('Kim')];
  const { requestId } = await intake.accept(message(kim, 'sent-twice-1'));
  expect(await intake.accept(message(kim, 'sent-twice-1'))).toEqual({ requestId, created: false });
});

test('MO-3: of 20 messages at once at the last place one is taken', async () => {
  const [intake, kim] = [capped(3), await person('Kim')];
  await intake.accept(message(kim));
  await intake.accept(message(kim));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => intake.accept(message(kim))));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  expect(reasons.every((reason) => reason instanceof DailyCapReached)).toBe(true);
  expect(await countOf('request')).toBe(3);
});

test('MO-3: a place is free again 24 hours after the request that took it', async () => {
  const [intake, kim] = [capped(2), await person('Kim')];
  const first = await intake.accept(message(kim));
  await intake.accept(message(kim));
  await owner.query(`UPDATE request SET created_at = now() - interval '23 hours 59 minutes' WHERE id = $1`, [
    first.requestId,
  ]);
  const refusal = await intake.accept(message(kim)).catch((error: unknown) => error as DailyCapReached);
  if (!(refusal instanceof DailyCapReached)) throw new Error('it was taken');
  const left = refusal.openAt.getTime() - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  await owner.query(`UPDATE request SET created_at = now() - interval '24 hours' WHERE id = $1`, [first.requestId]);
  expect((await intake.accept(message(kim))).created).toBe(true);
  await expect(intake.accept(message(kim))).rejects.toBeInstanceOf(DailyCapReached);
});

test('without a cap nobody is counted', async () => {
  const [intake, kim] = [capped(null), await person('Kim')];
  await Promise.all(Array.from({ length: 30 }, () => intake.accept(message(kim))));
  expect(await countOf('request')).toBe(30);
});

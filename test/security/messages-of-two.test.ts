import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createPool } from '../../src/providers/postgres/pool.ts';
import type { Pool } from '../../src/providers/postgres/pool.ts';
import { createRequestReader } from '../../src/providers/postgres/request-reader.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { startHttp } from '../http/http-fixture.ts';
import type { Answer, Http } from '../http/http-fixture.ts';
import { testDatabase } from '../support/servers.ts';
import type { TestDatabase } from '../support/servers.ts';

let database: TestDatabase;
let pool: Pool;
let http: Http;

/** Two people at the real routes over the real rows. */
beforeAll(async () => {
  database = await testDatabase();
  pool = createPool(database.roles.gateway, { max: 20, onIdleError: () => {} });
  http = await startHttp({
    sessions: createSessions(pool),
    intake: createIntake(pool),
    requests: createRequestReader(pool),
  });
});
afterAll(async () => {
  await http.stop();
  await pool.end();
  await database.drop();
});

async function signIn(name: string): Promise<string> {
  const answer = await http.ask({ method: 'POST', path: '/api/session/local', json: { name } });
  return /^panager=([^;]+)/.exec(answer.cookies[0] ?? '')?.[1] ?? '';
}
const send = (as: string, clientId: string, text = 'hello'): Promise<Answer> =>
  http.ask({ method: 'POST', path: '/api/messages', as, json: { text, clientId } });
const idOf = (answer: Answer): string => (answer.json() as { requestId: string }).requestId;
const listOf = async (as: string): Promise<{ id: string; text: string }[]> =>
  ((await http.ask({ path: '/api/requests', as })).json() as { requests: { id: string; text: string }[] }).requests;

test('DE-1: a clientId repeated by its owner is the same request, also ten times at once', async () => {
  const kim = await signIn('Kim');
  const answers = await Promise.all(Array.from({ length: 10 }, () => send(kim, 'repeated-0001')));
  answers.push(await send(kim, 'repeated-0001', 'other words'));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(idOf)).size).toBe(1);
  expect(await listOf(kim)).toMatchObject([{ text: 'hello' }]);
});

test('DE-1: the same clientId of somebody else is another request, and neither sees the other', async () => {
  const [park, choi] = [await signIn('Park'), await signIn('Choi')];
  const [mine, theirs] = [
    idOf(await send(park, 'shared-0001', 'mine')),
    idOf(await send(choi, 'shared-0001', 'theirs')),
  ];
  expect(mine).not.toBe(theirs);
  expect(await listOf(park)).toMatchObject([{ id: mine, text: 'mine' }]);
  expect(await listOf(choi)).toMatchObject([{ id: theirs, text: 'theirs' }]);
});

test("WE-1: somebody else's request is not found, read or restarted", async () => {
  const [han, seo] = [await signIn('Han'), await signIn('Seo')];
  const id = idOf(await send(han, 'private-0001', 'private words'));
  for (const answer of [
    await http.ask({ path: `/api/requests/${id}`, as: seo }),
    await http.ask({ method: 'POST', path: `/api/requests/${id}/restart`, as: seo }),
  ]) {
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('private words');
  }
  expect(await listOf(seo)).toEqual([]);
});

test('a double click on restart makes one new request with the same words', async () => {
  const yoon = await signIn('Yoon');
  const id = idOf(await send(yoon, 'restart-0001', '안녕'));
  const restart = () => http.ask({ method: 'POST', path: `/api/requests/${id}/restart`, as: yoon });
  const again = (await Promise.all([restart(), restart()])).map(idOf);
  expect(new Set(again).size).toBe(1);
  expect(again[0]).not.toBe(id);
  expect((await listOf(yoon)).map(({ text }) => text)).toEqual(['안녕', '안녕']);
});

test('WE-1: the longest and strangest text comes back as it went in', async () => {
  const jung = await signIn('Jung');
  const text = `${'가'.repeat(3_900)} <script> \u202e '; DROP TABLE request; -- 👨‍👩‍👧 \u2028`.slice(0, 4_000).trim();
  expect((await send(jung, 'strange-0001', text)).status).toBe(202);
  expect(await listOf(jung)).toMatchObject([{ text }]);
});

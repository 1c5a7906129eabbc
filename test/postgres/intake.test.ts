import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { messageOf, startDatabase, type Database } from './support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close());

const startsOf = async (requestId: string) =>
  (
    await database.owner.query<{ kind: string; payload: object }>(
      'SELECT kind, payload FROM outbox WHERE subject_id = $1',
      [requestId],
    )
  ).rows;

test('DE-1: the same message ten times at once is one request with one start', async () => {
  const userId = await database.newPerson();
  const message = messageOf(userId);
  const answers = await Promise.all(Array.from({ length: 10 }, () => database.accept(message)));
  expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(1);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(await startsOf(answers[0]!.requestId)).toEqual([
    { kind: 'startRequest', payload: { userId, platform: 'web' } },
  ]);
  expect(await database.accept(message)).toEqual({ requestId: answers[0]!.requestId, created: false });
});

test('DE-1: an id is its person’s and its platform’s own: the same one elsewhere is another request', async () => {
  const [userId, other] = [await database.newPerson(), await database.newPerson()];
  const clientId = randomUUID();
  const answers = [
    await database.accept(messageOf(userId, { clientId })),
    await database.accept(messageOf(other, { clientId })),
    await database.accept(messageOf(userId, { clientId, platform: 'discord', channel: '1' })),
  ];
  expect(answers.map(({ created }) => created)).toEqual([true, true, true]);
  expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(3);
});

test('a repeated message keeps the words that came first', async () => {
  const message = messageOf(await database.newPerson(), { text: 'first' });
  const { requestId } = await database.accept(message);
  await database.accept({ ...message, text: 'second' });
  const { rows } = await database.owner.query('SELECT text FROM request WHERE id = $1', [requestId]);
  expect(rows).toEqual([{ text: 'first' }]);
});

test('twenty different messages of one person at once are twenty requests of one conversation', async () => {
  const userId = await database.newPerson();
  const answers = await Promise.all(Array.from({ length: 20 }, () => database.accept(messageOf(userId))));
  expect(answers.every(({ created }) => created)).toBe(true);
  const { rows } = await database.owner.query(
    'SELECT count(*)::int AS requests, count(DISTINCT conversation_id)::int AS places FROM request WHERE user_id = $1',
    [userId],
  );
  expect(rows).toEqual([{ requests: 20, places: 1 }]);
});

test('a message of nobody is stored nowhere', async () => {
  const message = messageOf(randomUUID());
  await expect(database.accept(message)).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
  const { rowCount } = await database.owner.query('SELECT 1 FROM request WHERE client_id = $1', [message.clientId]);
  expect(rowCount).toBe(0);
});

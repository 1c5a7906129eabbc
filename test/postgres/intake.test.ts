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

test('words that were written earlier keep their time, and none are from a time to come', async () => {
  const userId = await database.newPerson();
  const askedAt = async (writtenAt?: Date) => {
    const { requestId } = await database.accept(messageOf(userId, writtenAt === undefined ? {} : { writtenAt }));
    const { rows } = await database.owner.query<{ asked_at: Date; created_at: Date }>(
      'SELECT asked_at, created_at FROM request WHERE id = $1',
      [requestId],
    );
    return rows[0]!;
  };
  const yesterday = new Date(Date.now() - 86_400_000);
  expect((await askedAt(yesterday)).asked_at).toEqual(yesterday);
  for (const given of [undefined, new Date(Date.now() + 86_400_000)]) {
    const { asked_at, created_at } = await askedAt(given);
    expect(asked_at).toEqual(created_at);
  }
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

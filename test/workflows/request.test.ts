import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson, outboxOf } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager();
}, 90_000);
afterAll(() => panager.close());

async function waitingLink(userId: string, requestId: string): Promise<string> {
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  const [wait] = waitingFor;
  if (!wait) throw new Error('a waiting request names its link');
  return wait.publicId;
}

/** How often the provider was really asked for events, by its own ledger. */
async function listings(): Promise<number> {
  const answer = await fetch(new URL('/_emulator/ledger', panager.heart.google.address));
  const { effects } = (await answer.json()) as { effects: { kind: string }[] };
  return effects.filter(({ kind }) => kind === 'list').length;
}

async function activitiesOf(requestId: string): Promise<string[]> {
  const { events } = await panager.handle(requestId).fetchHistory();
  return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
}

test('chat needs no account: it is answered with two activities and without a link', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId, '안녕하세요');
  const { answer, waitingFor } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toContain('오프라인 도우미');
  expect(waitingFor).toEqual([]);
  expect(await activitiesOf(requestId)).toEqual(['think', 'finishRequest']);
});

test('a request without an account waits, and consent runs exactly the blocked call', async () => {
  const userId = await newPerson(panager.heart);
  const before = await listings();
  const requestId = await panager.ask(userId);
  const publicId = await waitingLink(userId, requestId);

  expect(await panager.connect(userId, publicId)).toMatchObject({ kind: 'connected' });
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');

  expect(answer).toContain('minji@example.com');
  expect(calls).toEqual([{ id: '1.1', tool: 'calendar_list_events', status: 'done' }]);
  expect((await listings()) - before).toBe(1);
  expect(await activitiesOf(requestId)).toEqual(['think', 'callTool', 'callTool', 'think', 'finishRequest']);
});

test('with a connection nothing is asked', async () => {
  const userId = await newPerson(panager.heart);
  const first = await panager.ask(userId);
  await panager.connect(userId, await waitingLink(userId, first), { account: 'alex@example.com' });
  await panager.reaches(userId, first, 'done');

  const second = await panager.ask(userId, 'what is on my calendar tomorrow?');
  await panager.reaches(userId, second, 'done');
  expect(await activitiesOf(second)).toEqual(['think', 'callTool', 'think', 'finishRequest']);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ModelContext } from '../../src/ports/model.ts';
import { createOfflinePlanner } from '../../src/providers/models/offline-planner.ts';
import { newPerson, startHeart, type Heart } from '../support/heart.ts';
import { activitiesOf, runAs } from './support/activities.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());

async function says(userId: string, text: string, channel = 'page', writtenAt = new Date()): Promise<string> {
  const message = { writtenAt, userId, platform: 'web', channel, clientId: randomUUID(), text } as const;
  return (await heart.intake.accept({ ...message, language: 'ko', timeZone: 'Asia/Seoul' })).requestId;
}

/** The first turn of a request; `seen` is what the model got to see. */
async function thinks(requestId: string): Promise<{ seen: ModelContext; kind: string }> {
  const contexts: ModelContext[] = [];
  const planner = createOfflinePlanner();
  const { activities } = activitiesOf(heart, {
    model: {
      think(context, signal) {
        contexts.push(context);
        return planner.think(context, signal);
      },
    },
  });
  const { kind } = await runAs(`request-${requestId}`, () => activities.think({ requestId, step: 1, settled: [] }));
  return { seen: contexts[0]!, kind };
}

async function ends(requestId: string): Promise<void> {
  const { activities } = activitiesOf(heart);
  await runAs(`request-${requestId}`, () => activities.finishRequest({ requestId, outcome: 'done' }));
}

/** Asked, answered and over. */
async function turn(userId: string, text: string, channel?: string, writtenAt?: Date): Promise<string> {
  const requestId = await says(userId, text, channel, writtenAt);
  await thinks(requestId);
  await ends(requestId);
  return requestId;
}

const wordsSeen = async (requestId: string) => (await thinks(requestId)).seen.earlier.map(({ text }) => text);

test('a request sees the words and answers of the turns that had ended before it was asked, oldest first', async () => {
  const userId = await newPerson(heart);
  await turn(userId, '내일 회의 추가해줘');
  await turn(userId, '안녕하세요');
  const { seen } = await thinks(await says(userId, '고마워'));
  expect(seen.earlier).toEqual([
    { text: '내일 회의 추가해줘', askedAt: expect.any(Date), answer: expect.stringContaining('몇 시에 할까요?') },
    { text: '안녕하세요', askedAt: expect.any(Date), answer: expect.stringContaining('오프라인 도우미') },
  ]);
});

test('words that were taken in late mean the day on which they were written, and no answer that came after them', async () => {
  const userId = await newPerson(heart);
  const writtenAt = new Date(Date.now() - 3_600_000);
  await turn(userId, '내일 회의 추가해줘');
  const { seen } = await thinks(await says(userId, '내일 3시에 회의 추가해줘', 'page', writtenAt));
  expect([seen.askedAt, seen.earlier]).toEqual([writtenAt, []]);
  await turn(userId, '안녕', 'page', writtenAt);
  const [, late] = (await thinks(await says(userId, '고마워'))).seen.earlier;
  expect(late).toMatchObject({ text: '안녕', askedAt: writtenAt });
});

test('not what is still under way, ends later, or was said elsewhere or by somebody else', async () => {
  const [userId, other] = [await newPerson(heart), await newPerson(heart)];
  await turn(other, '남의 말');
  await turn(userId, '다른 곳의 말', 'another place');
  const slow = await says(userId, '아직 하는 중');
  await thinks(slow);
  const asked = await says(userId, '지금 하는 말');
  await ends(slow);
  expect(await wordsSeen(asked)).toEqual([]);
  await ends(asked);
  expect(await wordsSeen(await says(userId, '다음 말'))).toEqual(['아직 하는 중', '지금 하는 말']);
});

test('the last twenty of them', async () => {
  const userId = await newPerson(heart);
  for (let index = 1; index <= 22; index++) await turn(userId, `말 ${index}`);
  const seen = await wordsSeen(await says(userId, '마지막'));
  expect([seen.length, seen[0], seen.at(-1)]).toEqual([20, '말 3', '말 22']);
});

test('a clarifying question ends a request, and the next message goes on', async () => {
  const userId = await newPerson(heart);
  await turn(userId, '내일 회의 추가해줘');
  const requestId = await says(userId, '3시');
  expect((await thinks(requestId)).kind).toBe('calls');
  const call = await heart.store.findCall(requestId, '1.1');
  expect(call).toMatchObject({
    tool: 'calendar_create_event',
    arguments: { title: '회의', start: { time: '15:00' } },
  });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager();
}, 90_000);
afterAll(() => panager.close());

/** What the provider did, counted by the provider. */
async function effects(): Promise<string[]> {
  const answer = await fetch(new URL('/_emulator/ledger', panager.heart.google.address));
  const { effects: all } = (await answer.json()) as { effects: { kind: string }[] };
  return all.map(({ kind }) => kind).filter((kind) => kind !== 'list');
}

async function answerTo(userId: string, text: string): Promise<string> {
  return (await panager.reaches(userId, await panager.ask(userId, text), 'done')).answer ?? '';
}

test('words become an event, move it, rename it, and delete it: each once, and each is told', async () => {
  const userId = await newPerson(panager.heart);
  const { publicId } = await panager.heart.consent.open('google', userId);
  await panager.connect(userId, publicId);

  const made = await answerTo(userId, '내일 23시에 별 보기 추가해줘');
  expect(made).toContain('23:00');
  expect(made).toContain('minji@example.com');
  expect(await answerTo(userId, '내일 별 보기 22시로 옮겨줘')).toContain('22:00–23:00 별 보기');
  expect(await answerTo(userId, "내일 별 보기 제목을 '별똥별'로 바꿔줘")).toContain('22:00–23:00 별똥별');
  expect(await answerTo(userId, '내일 별 보기 삭제해줘')).toContain('"별 보기" 일정이 없어');
  expect(await answerTo(userId, '내일 별똥별 삭제하지 마')).toContain('바꾸지 않았습니다');
  expect(await answerTo(userId, '내일 별똥별 삭제해줘')).toContain('지웠습니다');
  expect(await answerTo(userId, '내일 일정 알려줘')).not.toContain('별');
  expect(await effects()).toEqual(['insert', 'patch', 'patch', 'delete']);

  await answerTo(userId, 'add standup every day at 23:30 for 15 minutes');
  expect(await answerTo(userId, "delete tomorrow's standup")).toContain('다른 날은 그대로');
  expect(await answerTo(userId, 'what is on my calendar tomorrow?')).not.toContain('standup');
  expect(await answerTo(userId, 'what is on my calendar in 2 days?')).toContain('standup');
  expect(await effects()).toEqual(['insert', 'patch', 'patch', 'delete', 'insert', 'delete']);
}, 60_000);

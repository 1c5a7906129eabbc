import { expect, test } from '@jest/globals';
import type { RequestAnswer } from '../../src/http/contract.ts';
import { until } from '../support/until.ts';
import { accepted } from './support/fake-panager.ts';
import { aRequest, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

const CALM = '지금 서비스가 응답하지 않고 있습니다.';
const running = (id = '1.0'): Partial<RequestAnswer> => ({
  status: 'running',
  calls: [{ id, tool: 'calendar_create_event', status: 'running' }],
});

/** A page whose clock the test turns, before there is any request. */
async function visitWithClock() {
  const visited = await visit();
  await until('the stream is open', async () => visited.fake.openStreams() === 1 || null);
  await visited.page.clock.install();
  return visited;
}

test('a request that runs for longer than 20 s says calmly that nothing is asked of the person', async () => {
  const { page, fake } = await visitWithClock();
  const request = fake.put(aRequest(running()));
  fake.on(`POST /api/requests/${request.id}/cancel`, () => accepted());
  await page.getByText('일정을 추가하는 중').waitFor();

  await page.clock.runFor(19_000);
  expect(await page.getByText(CALM).count()).toBe(0);
  await page.clock.runFor(2_000);
  await page.getByText(CALM).waitFor();
  await page.getByText('따로 하실 일은 없습니다.').waitFor();
  await page.getByRole('button', { name: '그만두기' }).click();

  await page.getByRole('button', { name: '그만두는 중' }).waitFor();
});

test('another try of the same call does not begin the wait anew, another call does', async () => {
  const { page, fake } = await visitWithClock();
  const request = fake.put(aRequest(running('1.0')));
  await page.getByText('일정을 추가하는 중').waitFor();

  await page.clock.runFor(15_000);
  fake.put({ ...request, ...running('1.0'), revision: 2, text: '다시 시도됨' });
  await page.getByRole('article', { name: '다시 시도됨' }).waitFor();
  await page.clock.runFor(6_000);
  await page.getByText(CALM).waitFor();

  fake.put({ ...request, ...running('2.0'), revision: 3 });
  await page.getByText(CALM).waitFor({ state: 'detached' });
  await page.clock.runFor(19_000);
  expect(await page.getByText(CALM).count()).toBe(0);
});

test('the answer takes the place of the calm words', async () => {
  const { page, fake } = await visitWithClock();
  const request = fake.put(aRequest(running()));
  await page.getByText('일정을 추가하는 중').waitFor();
  await page.clock.runFor(21_000);
  await page.getByText(CALM).waitFor();

  fake.put({ ...request, revision: 2, status: 'done', answer: WEEK });

  await page.getByText('이번 주 일정 3개입니다.').waitFor();
  expect(await page.getByText(CALM).count()).toBe(0);
});

test('a request that is not begun for long is said to be safe', async () => {
  const { page, fake } = await visitWithClock();
  fake.put(aRequest({ status: 'queued' }));
  await page.getByText('받았습니다').waitFor();

  await page.clock.runFor(21_000);

  await page.getByText('요청은 안전하게 받아 두었습니다.').waitFor();
});

test('who thinks for long has no outage', async () => {
  const { page, fake } = await visitWithClock();
  fake.put(aRequest({ status: 'thinking' }));
  await page.getByText('생각하는 중').waitFor();

  await page.clock.runFor(60_000);

  expect(await page.locator('.thinking .note').count()).toBe(0);
});

for (const [tool, words] of [
  ['calendar_create_event', '일정을 추가하는 중'],
  ['calendar_update_event', '일정을 고치는 중'],
  ['calendar_delete_event', '일정을 지우는 중'],
] as const) {
  test(`while ${tool} runs, the reply says so; a call that ended in another way is not what is being done`, async () => {
    const ended = (['skipped', 'expired', 'failed', 'cancelled', 'done', 'waiting'] as const).map((status) => ({
      id: `1.${status}`,
      tool: 'tasks_list',
      status,
    }));
    const calls = [...ended, { id: '1.9', tool, status: 'running' as const }];
    const { page } = await visit({ before: (fake) => void fake.put(aRequest({ status: 'running', calls })) });

    await page.getByText(words).waitFor();
    expect(await page.getByText('할 일을 확인하는 중').count()).toBe(0);
  });
}

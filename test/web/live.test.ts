import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

test('a stream that breaks is resumed where it was, without asking for the list again', async () => {
  const request = aRequest({ status: 'thinking' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByText('생각하는 중').waitFor();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  await fake.received('GET /api/requests', 2);

  fake.breakStreams();
  fake.put({ ...request, revision: 2, status: 'done', answer: WEEK });

  await page.getByText('이번 주 일정 3개입니다.').waitFor();
  expect(fake.callsOf('GET /api/events').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1']);
  expect(fake.callsOf('GET /api/requests')).toHaveLength(2);
});

test('a stream that is refused is opened anew; a banner says so after a while, and what was missed is fetched', async () => {
  const request = aRequest({ status: 'thinking' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByText('생각하는 중').waitFor();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);

  fake.breakStreams(503);
  await page.getByText('다시 연결하는 중').waitFor();
  fake.forgetEvents();
  fake.put({ ...request, revision: 2, status: 'done', answer: WEEK });
  fake.breakStreams(200);

  await page.getByText('이번 주 일정 3개입니다.').waitFor();
  await page.getByText('다시 연결하는 중').waitFor({ state: 'detached' });
});

test('a short interruption is not announced', async () => {
  const { page, fake } = await visit();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  await page.evaluate(() => {
    const seen = new MutationObserver(() => {
      if (document.body.innerText.includes('다시 연결하는 중')) document.body.dataset['announced'] = 'yes';
    });
    seen.observe(document.body, { childList: true, subtree: true });
  });

  fake.breakStreams();
  await fake.received('GET /api/events', 2);
  fake.put(aRequest({ text: '그 뒤의 질문' }));
  await page.getByRole('article', { name: '그 뒤의 질문' }).waitFor();

  expect(await page.evaluate(() => document.body.dataset['announced'])).toBeUndefined();
});

test('late and repeated news never puts an older state back', async () => {
  const request = aRequest({ revision: 5, status: 'done', answer: WEEK });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByText('이번 주 일정 3개입니다.').waitFor();

  fake.tell({ kind: 'request', data: { ...request, revision: 4, status: 'thinking', answer: null } });
  fake.put(aRequest({ text: '다음 질문' }));
  await page.getByRole('article', { name: '다음 질문' }).waitFor();

  expect(await page.getByText('이번 주 일정 3개입니다.').count()).toBe(1);
  expect(await page.getByText('생각하는 중').count()).toBe(0);
});

test('three requests that wait on one flow are all answered on the page by one consent', async () => {
  const wait = aWait();
  const waiting = ['하나', '둘', '셋'].map((text) => aRequest({ text, status: 'waiting', waitingFor: [wait] }));
  const { page, fake } = await visit({ before: (before) => waiting.forEach(before.put) });
  await page.getByRole('button', { name: '대기 중 3' }).waitFor();

  for (const request of waiting) {
    fake.put({ ...request, revision: 2, status: 'done', waitingFor: [], answer: `${request.text}의 답` });
  }

  for (const { text } of waiting) await page.getByRole('article', { name: text }).getByText(`${text}의 답`).waitFor();
  expect(await page.getByRole('button', { name: /대기 중/ }).count()).toBe(0);
});

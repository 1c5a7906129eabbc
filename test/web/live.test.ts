import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { ok } from './support/fake-panager.ts';
import { aRequest, aSession, aWait, WEEK } from './support/samples.ts';
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

test('news that was missed is asked for until it is there', async () => {
  const request = aRequest({ status: 'thinking' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByText('생각하는 중').waitFor();
  await fake.received('GET /api/requests', 2);

  fake.on('GET /api/requests', () => ({ status: 502 }));
  fake.breakStreams(503);
  await fake.received('GET /api/events', 2);
  fake.forgetEvents();
  const answered = fake.put({ ...request, revision: 2, status: 'done', answer: WEEK });
  fake.forgetEvents();
  fake.breakStreams(200);
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  await fake.received('GET /api/requests', 4);
  fake.on('GET /api/requests', () => ok({ requests: [answered] }));

  await page.getByText('이번 주 일정 3개입니다.').waitFor();
});

test('a request that ended while nobody told, older than the list, is shown as ended', async () => {
  const wait = aWait();
  const old = aRequest({
    text: '오래된 질문',
    status: 'waiting',
    waitingFor: [wait],
    createdAt: '2026-11-01T00:00:00.000Z',
  });
  const { page, fake } = await visit({
    before: (before) => {
      before.put(old);
      for (let index = 0; index < 30; index++) before.put(aRequest({ status: 'done', answer: '네' }));
    },
  });
  await page.getByRole('button', { name: '대기 중 1' }).waitFor();
  await fake.received('GET /api/requests', 2);

  fake.breakStreams(503);
  await fake.received('GET /api/events', 2);
  fake.put({ ...old, revision: 2, status: 'expired', waitingFor: [] });
  fake.forgetEvents();
  fake.breakStreams(200);

  await page.getByRole('button', { name: '대기 중 1' }).waitFor({ state: 'detached' });
});

test('a page on which somebody else has signed in, in another tab, becomes theirs', async () => {
  const { page, fake } = await visit({
    before: (before) => void before.put(aRequest({ text: '지수의 비밀', status: 'done' })),
  });
  await page.getByText('지수의 비밀').waitFor();
  await fake.received('GET /api/requests', 2);

  fake.become(aSession({ user: { id: crypto.randomUUID(), name: '민호', language: 'ko' } }));
  fake.breakStreams();
  fake.put(aRequest({ text: '민호의 질문', status: 'done' }));

  await page.getByText('민호의 질문').waitFor();
  expect(await page.getByText('지수의 비밀').count()).toBe(0);
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByText('민호', { exact: true }).waitFor();
});

test('what is written on the page of one person is never sent as another', async () => {
  const { page, fake } = await visit();
  await fake.received('GET /api/requests', 2);
  fake.become(aSession({ user: { id: crypto.randomUUID(), name: '민호', language: 'ko' } }));

  await page.getByRole('textbox', { name: '메시지' }).fill('지수의 부탁');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: /민호/ }).waitFor();
  expect(await page.getByRole('textbox', { name: '메시지' }).inputValue()).toBe('');
  expect(await fake.received('POST /api/messages')).toHaveLength(1);
});

import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { ok } from './support/fake-panager.ts';
import { aConnection, aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

test('a stream that breaks is resumed where it was, without asking for the list again', async () => {
  const request = aRequest({ status: 'thinking' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  await page.getByText('생각하는 중').waitFor();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  await until('the list was read after opening', async () => fake.callsOf('GET /api/requests').length === 2 || null);

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
  await until('the stream is open again', async () => fake.callsOf('GET /api/events').length === 2 || null);
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

test('accounts appear in the menu as they are connected and go when they are disconnected', async () => {
  const { page, fake } = await visit();
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByText('아직 없습니다.').waitFor();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  const connection = aConnection();

  fake.tell({ kind: 'connection', data: connection });
  await page.getByText('alice@example.com 계정으로 연결됨').waitFor();
  fake.tell({ kind: 'connection', data: { ...connection, status: 'revoked' } });
  await page.getByText('연결이 끊어졌습니다.').waitFor();
  fake.tell({ kind: 'connection', data: { id: connection.id, gone: true } });
  await page.getByText('아직 없습니다.').waitFor();
});

test('disconnecting an account says first what it affects, and happens only after a yes', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  const path = `/api/connections/${connection.id}`;
  const requests = [{ id: crypto.randomUUID(), text: '내일 일정' }];
  fake.on(`GET ${path}/consequences`, () => ok({ provider: 'google', account: connection.account, requests }));
  fake.on(`DELETE ${path}`, () => ({ status: 204 }));

  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '연결 해제' }).click();
  await page.getByText('요청 1개는 다시 연결을 기다립니다.').waitFor();
  await page.getByRole('button', { name: '그대로 두기' }).click();
  expect(fake.callsOf(`DELETE ${path}`)).toEqual([]);

  await page.getByRole('button', { name: '연결 해제' }).click();
  await page.getByRole('button', { name: '해제하기' }).click();
  await page.getByText('아직 없습니다.').waitFor();
  expect(fake.callsOf(`DELETE ${path}`)).toHaveLength(1);
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

import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/until.ts';
import { fault, ok } from './support/fake-panager.ts';
import { aConnection, READ_EVENTS } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

const WRITE_EVENTS = READ_EVENTS.replace('.readonly', '');
const openMenu = (page: Page) => page.getByRole('button', { name: '내 계정' }).click();
const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');

test('an account tells its provider, whose it is, what it allows, since when and whether it works', async () => {
  const connectedAt = `${new Date().getFullYear()}-03-02T03:00:00.000Z`;
  const { page } = await visit({
    before: (fake) => {
      fake.connect(aConnection({ connectedAt, scopes: [READ_EVENTS, WRITE_EVENTS] }));
      fake.connect(aConnection({ provider: 'github', account: 'alice', status: 'revoked', scopes: ['repo'] }));
    },
  });
  await openMenu(page);

  const accounts = page.locator('.connections > li');
  await accounts.nth(1).waitFor();
  const [google, github] = await accounts.allInnerTexts();
  expect(google).toMatch(/연습용 Google\s+연결됨\s+alice@example\.com/);
  // Who may change events is not told that they may only be read.
  expect(google).toMatch(/캘린더 일정 보기, 만들기, 고치기, 지우기\s+3월 2일 .+부터/);
  expect(github).toMatch(/GitHub\s+끊어짐\s+alice\s+연결이 끊어졌습니다/);
});

test('accounts appear as they are connected and go when they are disconnected', async () => {
  const { page, fake } = await visit();
  await openMenu(page);
  await page.getByText('아직 없습니다.').waitFor();
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  const connection = aConnection();

  fake.connect(connection);
  await page.getByText('alice@example.com').waitFor();
  expect(await page.getByRole('button', { name: '연습용 Google 연결' }).count()).toBe(0);
  fake.connect({ ...connection, status: 'revoked' });
  await page.getByText('연결이 끊어졌습니다.').waitFor();
  await page.getByRole('button', { name: '연습용 Google 다시 연결' }).waitFor();
  fake.disconnect(connection.id);
  await page.getByText('아직 없습니다.').waitFor();
});

test('an account that changes keeps its place among the others', async () => {
  const [google, github] = [aConnection(), aConnection({ provider: 'github', account: 'alice' })];
  const { page, fake } = await visit({ before: (before) => [google, github].forEach(before.connect) });
  await openMenu(page);
  await page.getByText('alice@example.com').waitFor();

  fake.connect({ ...google, status: 'revoked' });
  await page.getByText('끊어짐').waitFor();

  const names = await page.locator('.connections strong').allInnerTexts();
  expect(names).toEqual(['연습용 Google', 'GitHub']);
});

test('Google is connected ahead of any request by one click that leads to the connect page', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/connections/google/start', () => ok({ link: `${fake.url}/?connect-page` }));
  await openMenu(page);

  await page.getByRole('button', { name: '연습용 Google 연결' }).dblclick();

  await page.waitForURL((url) => url.search === '?connect-page');
  expect((await fake.received('POST /api/connections/google/start')).map(({ body }) => body)).toEqual([{}]);
});

test('connecting ahead that is refused says why, and can be tried again', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/connections/google/start', () => fault(404, 'notConnectable', '여기에서는 연결할 수 없습니다.'));
  await openMenu(page);

  await page.getByRole('button', { name: '연습용 Google 연결' }).click();

  await page.getByRole('alert').getByText('여기에서는 연결할 수 없습니다.').waitFor();
  expect(await page.getByRole('button', { name: '연습용 Google 연결' }).isEnabled()).toBe(true);
});

test('disconnecting says first what it affects, and happens once, only after a yes', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  const path = `/api/connections/${connection.id}`;
  const requests = ['내일 일정', '회의 추가해줘'].map((text) => ({ id: crypto.randomUUID(), text }));
  fake.on(`GET ${path}/consequences`, () => ok({ provider: 'google', account: connection.account, requests }));
  fake.on(`DELETE ${path}`, () => ({ status: 204 }));
  await openMenu(page);

  await page.getByRole('button', { name: '연결 끊기' }).click();
  const question = page.getByRole('group', { name: '연습용 Google 연결을 끊을까요?' });
  await question.getByText('연습용 Google에서 받은 권한을 거두고').waitFor();
  await question.getByText('진행 중인 요청 2개가 다시 연결을 기다리게 됩니다.').waitFor();
  expect(await question.getByRole('listitem').allInnerTexts()).toEqual(['내일 일정', '회의 추가해줘']);
  await question.getByRole('button', { name: '그대로 두기' }).click();
  expect(await focused(page)).toBe('연결 끊기');
  expect(fake.callsOf(`DELETE ${path}`)).toEqual([]);

  await page.getByRole('button', { name: '연결 끊기' }).click();
  await question.getByRole('button', { name: '연결 끊기' }).dblclick();
  await page.getByText('아직 없습니다.').waitFor();
  expect(await fake.received(`DELETE ${path}`)).toHaveLength(1);
  expect(await fake.received(`GET ${path}/consequences`, 2)).toHaveLength(2);
  await page.getByRole('button', { name: '연습용 Google 연결' }).waitFor();
});

test('many requests that would be affected are counted, not all listed; none is said, too', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  const route = `GET /api/connections/${connection.id}/consequences`;
  const told = (count: number) => ({
    provider: 'google',
    account: connection.account,
    requests: Array.from({ length: count }, (_, at) => ({ id: crypto.randomUUID(), text: `부탁 ${at}` })),
  });
  fake.on(route, () => ok(told(40)));
  await openMenu(page);

  await page.getByRole('button', { name: '연결 끊기' }).click();
  await page.getByText('진행 중인 요청 40개가').waitFor();
  expect(await page.locator('.disconnect li').last().innerText()).toBe('그 밖에 36개');
  await page.getByRole('button', { name: '그대로 두기' }).click();
  fake.on(route, () => ok(told(0)));
  await page.getByRole('button', { name: '연결 끊기' }).click();

  await page.getByText('지금 이 계정이 필요한 요청은 없습니다.').waitFor();
});

test('consequences that cannot be had, and a disconnect that did not work, are said where they were asked for', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  const path = `/api/connections/${connection.id}`;
  fake.on(`GET ${path}/consequences`, () => fault(503, 'unavailable', '지금은 알 수 없습니다.'));
  await openMenu(page);

  await page.getByRole('button', { name: '연결 끊기' }).click();
  await page.getByRole('alert').getByText('지금은 알 수 없습니다.').waitFor();
  fake.on(`GET ${path}/consequences`, () => ok({ provider: 'google', account: connection.account, requests: [] }));
  fake.on(`DELETE ${path}`, () => fault(503, 'unavailable', '지금은 끊을 수 없습니다.'));
  await page.getByRole('button', { name: '연결 끊기' }).click();
  const question = page.getByRole('group', { name: '연습용 Google 연결을 끊을까요?' });
  await question.getByRole('button', { name: '연결 끊기' }).click();

  await question.getByRole('alert').getByText('지금은 끊을 수 없습니다.').waitFor();
  expect(await question.getByRole('button', { name: '연결 끊기' }).isEnabled()).toBe(true);
});

test('disconnecting by the keyboard never loses the focus', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  const path = `/api/connections/${connection.id}`;
  fake.on(`GET ${path}/consequences`, () => ok({ provider: 'google', account: connection.account, requests: [] }));
  fake.on(`DELETE ${path}`, () => ({ status: 204 }));
  await page.getByRole('button', { name: '내 계정' }).press('Enter');

  await page.getByRole('button', { name: '연결 끊기' }).press('Enter');
  const question = page.getByRole('group', { name: '연습용 Google 연결을 끊을까요?' });
  await question.waitFor();
  expect(await question.evaluate((group) => group === document.activeElement)).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('아직 없습니다.').waitFor();

  await until('the menu has the focus', async () => (await focused(page)) === '내 계정' || null);
  await page.keyboard.press('Escape');
  await page.getByText('아직 없습니다.').waitFor({ state: 'hidden' });
});

test('the menu speaks English', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({
    session: { user: { id: crypto.randomUUID(), name: 'Kim', language: 'en' } },
    before: (before) => before.connect(connection),
  });
  const requests = [{ id: crypto.randomUUID(), text: 'tomorrow?' }];
  const route = `GET /api/connections/${connection.id}/consequences`;
  fake.on(route, () => ok({ provider: 'google', account: connection.account, requests }));

  await page.getByRole('button', { name: 'My account' }).click();
  await page.getByText('See your calendar events (without changing them)').waitFor();
  await page.getByRole('button', { name: 'Disconnect' }).click();

  const question = page.getByRole('group', { name: 'Disconnect practice Google?' });
  await question.getByText('1 request under way will wait until you connect again.').waitFor();
  await question.getByRole('button', { name: 'Keep it' }).waitFor();
});

test('a list that was read before an account was disconnected does not bring it back', async () => {
  const connection = aConnection();
  const { page, fake } = await visit({ before: (before) => before.connect(connection) });
  await openMenu(page);
  await page.getByText('alice@example.com').waitFor();
  await fake.received('GET /api/connections', 2);

  const late = Promise.withResolvers<void>();
  fake.on('GET /api/connections', async () => {
    const connections = fake.callsOf('GET /api/connections').length === 3 ? [connection] : [];
    if (connections.length > 0) await late.promise;
    return ok({ connections });
  });
  fake.breakStreams(503);
  await fake.received('GET /api/connections', 3);
  fake.breakStreams(200);
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  fake.disconnect(connection.id);
  await page.getByText('아직 없습니다.').waitFor();
  late.resolve();

  await fake.received('GET /api/connections', 5);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  expect(await page.getByText('alice@example.com').count()).toBe(0);
});

test('accounts that could not be had are asked for again when there is news of one', async () => {
  const { page, fake } = await visit({
    before: (before) => before.on('GET /api/connections', () => ({ status: 500 })),
  });
  await fake.received('GET /api/connections', 2);
  await openMenu(page);
  const connections = [aConnection(), aConnection({ provider: 'github', account: 'minji' })];
  await page.getByText('불러오지 못했습니다').waitFor();

  fake.on('GET /api/connections', () => ok({ connections }));
  fake.tell({ kind: 'connection', data: connections[0]! });

  await page.getByText('alice@example.com').waitFor();
  await page.getByText('minji').waitFor();
});

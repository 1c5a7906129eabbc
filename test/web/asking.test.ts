import { expect, test } from '@jest/globals';
import { accepted, fault } from './support/fake-panager.ts';
import { aRequest, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

test('a question is asked with Enter and its one reply changes in place to the answer, without a reload', async () => {
  const { page, fake } = await visit();
  const request = aRequest();
  fake.on('POST /api/messages', () => accepted({ requestId: request.id }));

  await page.getByRole('textbox', { name: '메시지' }).fill('이번 주 일정 보여줘');
  await page.keyboard.press('Enter');
  const exchange = page.getByRole('article', { name: '이번 주 일정 보여줘' });
  await exchange.waitFor();
  const element = await exchange.elementHandle();

  fake.put({ ...request, status: 'thinking', revision: 2 });
  await exchange.getByText('생각하는 중').waitFor();
  const calls = [{ id: '1', tool: 'calendar_list_events', status: 'running' as const }];
  fake.put({ ...request, status: 'running', revision: 3, calls });
  await exchange.getByText('일정을 확인하는 중').waitFor();
  fake.put({ ...request, status: 'done', revision: 4, answer: WEEK });
  await exchange.getByText('이번 주 일정 3개입니다.').waitFor();

  expect(await exchange.getByText('생각하는 중').count()).toBe(0);
  expect(await page.getByRole('article').count()).toBe(1);
  expect(await element?.evaluate((node) => node.isConnected)).toBe(true);
});

test('a message carries its words, an id chosen once and the time zone of the browser', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/messages', () => accepted({ requestId: aRequest().id }));

  await page.getByRole('textbox', { name: '메시지' }).fill('  내일 일정\n');
  await page.getByRole('button', { name: '보내기' }).click();
  await page.getByText('보내는 중').waitFor();

  const [call] = await fake.received('POST /api/messages');
  expect(call?.body).toEqual({ text: '내일 일정', clientId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(call?.headers['x-time-zone']).toBe('Asia/Seoul');
});

test('an example asks by one click', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/messages', () => accepted({ requestId: aRequest().id }));

  await page.getByRole('button', { name: '이번 주 일정 보여줘' }).click();

  await page.getByRole('article', { name: '이번 주 일정 보여줘' }).waitFor();
  expect(await fake.received('POST /api/messages')).toHaveLength(1);
});

test('an answer is text: its spaces stay and its markup is not run', async () => {
  const answer = '첫째 줄\n    <b>굵게</b> <img src=x onerror="document.title=1"> https://example.com';
  const { page } = await visit({ before: (fake) => void fake.put(aRequest({ status: 'done', answer })) });

  const shown = page.locator('.answer');
  expect(await shown.innerText()).toBe(answer);
  expect(await shown.locator('*').count()).toBe(0);
});

test('the Enter that finishes a Korean syllable does not send', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/messages', () => accepted({ requestId: aRequest().id }));
  const keys = await page.context().newCDPSession(page);
  const field = page.getByRole('textbox', { name: '메시지' });
  await field.focus();

  await keys.send('Input.insertText', { text: '내일 일' });
  await keys.send('Input.imeSetComposition', { text: '정', selectionStart: 1, selectionEnd: 1 });
  await keys.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Enter',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await keys.send('Input.insertText', { text: '정' });
  expect(await field.inputValue()).toBe('내일 일정');
  expect(fake.callsOf('POST /api/messages')).toEqual([]);

  await page.keyboard.press('Enter');
  await page.getByRole('article', { name: '내일 일정' }).waitFor();
  expect(await fake.received('POST /api/messages')).toHaveLength(1);
});

test('Shift+Enter makes a new line, and the field grows with it', async () => {
  const { page, fake } = await visit();
  const field = page.getByRole('textbox', { name: '메시지' });
  const heightOf = async () => (await field.boundingBox())?.height ?? 0;
  await field.fill('첫째');
  const before = await heightOf();

  for (const line of ['둘째', '셋째']) {
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type(line);
  }

  expect(await field.inputValue()).toBe('첫째\n둘째\n셋째');
  expect(await heightOf()).toBeGreaterThan(before + 20);
  expect(fake.callsOf('POST /api/messages')).toEqual([]);
});

test('the counter appears near the bound, and what is longer is not sent', async () => {
  const { page, fake } = await visit();
  const field = page.getByRole('textbox', { name: '메시지' });

  await field.fill('가'.repeat(3_599));
  expect(await page.getByText('/ 4,000').count()).toBe(0);
  await field.fill('가'.repeat(3_600));
  await page.getByText('3,600 / 4,000').waitFor();
  await field.fill('가'.repeat(4_001));
  await page.getByText('1자 넘었습니다').waitFor();

  await page.keyboard.press('Enter');
  expect(await page.getByRole('button', { name: '보내기' }).isDisabled()).toBe(true);
  expect(fake.callsOf('POST /api/messages')).toEqual([]);
});

test('a message that was not sent says why, stays, and is sent again under the same client id', async () => {
  const { page, fake } = await visit();
  const request = aRequest();
  fake.on('POST /api/messages', () => ({ status: 0 }));

  await page.getByRole('textbox', { name: '메시지' }).fill(request.text);
  await page.keyboard.press('Enter');
  await page.getByText('서버에 닿지 못했습니다.').waitFor();
  const failed = fake.callsOf('POST /api/messages').length;
  fake.on('POST /api/messages', () => accepted({ requestId: request.id }));
  await page.getByRole('button', { name: '다시 보내기' }).click();
  fake.put({ ...request, status: 'done', answer: WEEK, revision: 2 });
  await page.getByText('이번 주 일정 3개입니다.').waitFor();

  const received = await fake.received('POST /api/messages', failed + 1);
  const ids = received.map(({ body }) => (body as { clientId: string }).clientId);
  // The browser itself repeats a call whose connection broke, so there may be more than two.
  expect(ids).toHaveLength(failed + 1);
  expect(new Set(ids).size).toBe(1);
  expect(await page.getByRole('article').count()).toBe(1);
});

test('a refusal by the server is shown in its own words, and the message can be thrown away', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/messages', () =>
    fault(429, 'tooMany', '잠시 너무 많이 보냈습니다.', '1분 뒤에 다시 보내 주세요.'),
  );

  await page.getByRole('textbox', { name: '메시지' }).fill('내일 일정');
  await page.keyboard.press('Enter');
  await page.getByText('잠시 너무 많이 보냈습니다. 1분 뒤에 다시 보내 주세요.').waitFor();
  await page.getByRole('button', { name: '지우기' }).click();

  await page.getByRole('heading', { name: /무엇을 도와드릴까요/ }).waitFor();
});

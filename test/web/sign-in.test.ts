import { expect, test } from '@jest/globals';
import { fault, ok } from './support/fake-panager.ts';
import { aRequest } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

test('a person signs in with a name alone and is greeted by it', async () => {
  const { page, fake } = await visit({ signedOut: true });
  fake.on('POST /api/session/local', () => {
    fake.signIn();
    return ok({});
  });

  await page.getByLabel('이름').fill(' 지수 ');
  await page.getByRole('button', { name: '시작하기' }).click();

  await page.getByRole('heading', { name: '지수님, 무엇을 도와드릴까요?' }).waitFor();
  expect((await fake.received('POST /api/session/local')).map(({ body }) => body)).toEqual([{ name: '지수' }]);
});

test('the sign-in page says that any name works and that it is for practice on this computer', async () => {
  const { page } = await visit({ signedOut: true });

  await page.getByText('이 컴퓨터에서만 쓰는 연습 모드입니다').waitFor();
  await page.getByText('아무 이름이나 쓸 수 있고 비밀번호는 없습니다.').waitFor();
});

test('a refused name is explained beside the field and can be tried again', async () => {
  const { page, fake } = await visit({ signedOut: true });
  fake.on('POST /api/session/local', () => fault(400, 'invalidInput', '이름을 쓸 수 없습니다.', '글자를 넣어 주세요.'));

  await page.getByLabel('이름').fill('!!!');
  await page.getByRole('button', { name: '시작하기' }).click();

  expect(await page.getByRole('alert').innerText()).toBe('이름을 쓸 수 없습니다. 글자를 넣어 주세요.');
  expect(await page.getByRole('button', { name: '시작하기' }).isEnabled()).toBe(true);
});

test('where Discord signs people in, there is a link to it and no name field', async () => {
  const { page } = await visit({ signedOut: true, session: { signIn: 'discord' } });

  expect(await page.getByRole('link', { name: 'Discord로 로그인' }).getAttribute('href')).toBe('/auth/discord/login');
  expect(await page.getByRole('textbox').count()).toBe(0);
  const other = page.getByRole('link', { name: '다른 계정으로 로그인' });
  expect(await other.getAttribute('href')).toBe('/auth/discord/login?account=other');
});

test('OA-3: the way to Discord and back keeps the request that the page was opened for', async () => {
  const id = '33333333-3333-4333-8333-333333333333';
  const { page } = await visit({ signedOut: true, session: { signIn: 'discord' }, path: `/?request=${id}` });

  const href = await page.getByRole('link', { name: 'Discord로 로그인' }).getAttribute('href');
  expect(new URL(href ?? '', 'http://here').searchParams.get('return')).toBe(`/?request=${id}`);
});

test('MO-3: a message over the daily cap stays, with when it can be sent again', async () => {
  const { page, fake } = await visit();
  const [message, hint] = [
    '요청 30건을 모두 쓰셔서 이 요청은 받지 않았습니다.',
    '11월 25일 수요일 오후 3:12부터 다시 보내실 수 있습니다.',
  ];
  fake.on('POST /api/messages', () => fault(429, 'dailyCapReached', message, hint));
  await page.getByRole('textbox', { name: '메시지' }).fill('내일 일정');
  await page.keyboard.press('Enter');

  const refused = page.getByRole('alert');
  await refused.waitFor();
  expect(await refused.innerText()).toContain(`${message} ${hint}`);
  await page.getByText('내일 일정').waitFor();
});

test('a server that does not answer is said, with a way to try again', async () => {
  const { page, fake } = await visit({
    before: (before) => before.on('GET /api/session', () => ({ status: 500 })),
  });
  await page.getByRole('alert').waitFor();

  fake.on('GET /api/session', () => ok(fake.session));
  await page.getByRole('button', { name: '다시 시도' }).click();

  await page.getByRole('heading', { name: /지수님/ }).waitFor();
});

test('signing out leads back to the sign-in page and forgets what was being written', async () => {
  const { page, fake } = await visit();
  fake.on('DELETE /api/session', () => {
    fake.endSession();
    return { status: 204 };
  });
  await page.getByRole('textbox', { name: '메시지' }).fill('비밀');

  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '로그아웃' }).click();

  await page.getByLabel('이름').waitFor();
  expect(await page.getByText('쓰던 글은 그대로 남아 있습니다').count()).toBe(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test.each([
  ['the session had ended in another tab', 401],
  ['the server is away right afterwards', 204],
])('signing out leads back to the sign-in page, although %s', async (_what, status) => {
  const { page, fake } = await visit({
    before: (before) => void before.put(aRequest({ text: '내일 뭐 해', status: 'done' })),
  });
  await page.getByRole('article', { name: '내일 뭐 해' }).waitFor();
  await page.getByRole('textbox', { name: '메시지' }).fill('쓰다 만 글');
  fake.on('DELETE /api/session', () => {
    fake.on('GET /api/session', () => ({ status: 502 }));
    return { status };
  });

  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '로그아웃' }).click();

  await page.getByLabel('이름').waitFor();
  expect(await page.getByText('내일 뭐 해').count()).toBe(0);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('a session that ends in the middle keeps the typed text, and signing in again brings it back', async () => {
  const { page, fake } = await visit({ before: (before) => void before.put(aRequest({ status: 'done' })) });
  const field = page.getByRole('textbox', { name: '메시지' });
  await field.fill('아주 긴 부탁');

  fake.endSession();
  await page.getByText('쓰던 글은 그대로 남아 있습니다').waitFor();
  fake.on('POST /api/session/local', () => {
    fake.signIn();
    return ok({});
  });
  await page.getByLabel('이름').fill('지수');
  await page.getByRole('button', { name: '시작하기' }).click();

  await field.waitFor();
  expect(await field.inputValue()).toBe('아주 긴 부탁');
});

test('a message refused because the session had ended goes back into the field', async () => {
  const { page, fake } = await visit();
  fake.on('POST /api/messages', () => {
    fake.endSession();
    return fault(401, 'signedOut', '로그인이 필요합니다.');
  });
  fake.on('POST /api/session/local', () => {
    fake.signIn();
    return ok({});
  });

  await page.getByRole('textbox', { name: '메시지' }).fill('내일 일정');
  await page.keyboard.press('Enter');
  await page.getByLabel('이름').fill('지수');
  await page.keyboard.press('Enter');

  await page.getByRole('textbox', { name: '메시지' }).waitFor();
  expect(await page.getByRole('textbox', { name: '메시지' }).inputValue()).toBe('내일 일정');
});

test('another person who signs in on the same tab does not find what the first one was writing', async () => {
  const { page, fake } = await visit();
  await page.getByRole('textbox', { name: '메시지' }).fill('남의 글');

  fake.endSession();
  await page.getByLabel('이름').waitFor();
  fake.on('GET /api/session', () => ok({ ...fake.session, user: { ...fake.session.user, id: crypto.randomUUID() } }));
  fake.on('POST /api/session/local', () => {
    fake.signIn();
    return ok({});
  });
  await page.getByLabel('이름').fill('민호');
  await page.getByRole('button', { name: '시작하기' }).click();

  await page.getByRole('textbox', { name: '메시지' }).waitFor();
  expect(await page.getByRole('textbox', { name: '메시지' }).inputValue()).toBe('');
});

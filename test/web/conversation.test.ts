import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { accepted, ok } from './support/fake-panager.ts';
import { aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

const MINUTE_MS = 60_000;
const past = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    aRequest({
      text: `질문 ${index + 1}`,
      status: 'done',
      answer: WEEK,
      createdAt: new Date(Date.now() - (count - index) * MINUTE_MS).toISOString(),
    }),
  );

test('past requests are there after a reload, the newest in view', async () => {
  const { page } = await visit({ before: (fake) => past(12).forEach(fake.put) });

  await page.getByRole('article', { name: '질문 12', exact: true }).waitFor();
  await page.reload();

  await page.getByRole('article', { name: '질문 12', exact: true }).waitFor();
  expect(await page.getByRole('article').count()).toBe(12);
  await until('the end is in view', async () => (await page.getByRole('main').evaluate(isAtEnd)) || null);
});

test('what a program printed keeps its columns in an answer, and is text', async () => {
  const printed = 'a   b\n<b>c</b> `\u200d`\u200d` d';
  const answer = `끝났습니다.\n\n\`\`\`\n${printed}\n\`\`\`\n\n전체 기록은 프로젝트에 있습니다.`;
  const { page } = await visit({ before: (fake) => void fake.put(aRequest({ text: '실행', status: 'done', answer })) });
  const shown = page.locator('.answer');
  expect(await shown.locator('samp').textContent()).toBe('a   b\n<b>c</b> ``` d');
  expect(await shown.textContent()).toBe('끝났습니다.\na   b\n<b>c</b> ``` d\n전체 기록은 프로젝트에 있습니다.');
});

test('older conversation is fetched page by page, and what is being read stays where it is', async () => {
  const { page, fake } = await visit({ before: (before) => past(70).forEach(before.put) });
  const oldestShown = page.getByRole('article', { name: '질문 41', exact: true });
  await oldestShown.waitFor();
  const more = page.getByRole('button', { name: '이전 대화 더 보기' });
  await more.scrollIntoViewIfNeeded();
  const before = (await oldestShown.boundingBox())?.y ?? 0;

  await more.click();
  await page.getByRole('article', { name: '질문 11', exact: true }).waitFor();
  expect(Math.abs(((await oldestShown.boundingBox())?.y ?? 0) - before)).toBeLessThan(2);

  await more.click();
  await page.getByRole('article', { name: '질문 1', exact: true }).waitFor();
  expect(await more.count()).toBe(0);
  expect(await page.getByRole('article').count()).toBe(70);
  const cursors = fake.callsOf('GET /api/requests').map(({ query }) => query['before']);
  expect(cursors.filter(Boolean)).toHaveLength(2);
});

test('a reader at the end is kept there; one who reads above stays, with a way down', async () => {
  const { page, fake } = await visit({ before: (before) => past(12).forEach(before.put) });
  const main = page.getByRole('main');
  await page.getByRole('article', { name: '질문 12', exact: true }).waitFor();

  fake.put(aRequest({ text: '새 질문', status: 'done', answer: WEEK }));
  await page.getByRole('article', { name: '새 질문' }).waitFor();
  await until('the end is in view', async () => (await main.evaluate(isAtEnd)) || null);

  await main.evaluate((box) => box.scrollTo({ top: 200 }));
  await page.getByRole('button', { name: '맨 아래로' }).waitFor();
  fake.put(aRequest({ text: '더 새 질문', status: 'done', answer: WEEK }));
  await page.getByRole('article', { name: '더 새 질문' }).waitFor();
  expect(await main.evaluate((box) => box.scrollTop)).toBe(200);

  await page.getByRole('button', { name: '맨 아래로' }).click();
  await until('the end is in view', async () => (await main.evaluate(isAtEnd)) || null);
});

test('a reader at the end is kept there by a list that grows again before the browser tells of its scrolling', async () => {
  const { page, fake } = await visit({ before: (before) => past(12).forEach(before.put) });
  const main = page.getByRole('main');
  await page.getByRole('article', { name: '질문 12', exact: true }).waitFor();
  await until('the end is in view', async () => (await main.evaluate(isAtEnd)) || null);

  // Observers are called in the order of their making: this one grows the list right after the page has scrolled.
  await main.evaluate((box) => {
    const list = box.firstElementChild!;
    let calls = 0;
    const observer = new ResizeObserver(() => {
      if (++calls !== 2) return;
      observer.disconnect();
      const more = document.createElement('div');
      more.className = 'grown';
      more.style.height = '300px';
      list.append(more);
    });
    observer.observe(list);
  });
  fake.put(aRequest({ text: '새 질문', status: 'done', answer: WEEK }));

  await main.locator('.grown').waitFor({ state: 'attached' });
  await until('the end is in view', async () => (await main.evaluate(isAtEnd)) || null);
});

test('an answer higher than the screen is read from its beginning', async () => {
  const request = aRequest({ text: '긴 질문', status: 'thinking' });
  const { page, fake } = await visit({
    size: 'phone',
    before: (before) => {
      past(5).forEach(before.put);
      before.put(request);
    },
  });
  const exchange = page.getByRole('article', { name: '긴 질문' });
  await exchange.getByText('생각하는 중').waitFor();

  fake.put({ ...request, revision: 2, status: 'done', answer: Array(60).fill('한 줄').join('\n') });

  await exchange.getByText('한 줄').waitFor();
  await until('its beginning is in view', async () => (await exchange.evaluate(beginsInView)) || null);
  // Only the conversation scrolls: the header stays.
  expect(await page.evaluate(() => [scrollY, document.documentElement.scrollHeight - innerHeight])).toEqual([0, 0]);
});

test('a card higher than the screen shows its buttons', async () => {
  const wait = aWait({ scopes: Array.from({ length: 14 }, (_, index) => `scope-${index}`) });
  const request = aRequest({ status: 'thinking' });
  const { page, fake } = await visit({ size: 'phone', before: (before) => void before.put(request) });
  await page.getByText('생각하는 중').waitFor();

  fake.put({ ...request, revision: 2, status: 'waiting', waitingFor: [wait] });

  const connect = page.getByRole('link', { name: 'Google 연결' });
  await until('the buttons are in view', async () => (await connect.evaluate(isInView)) || null);
});

test('the way back from consent brings its request into view, marks it and cleans the address', async () => {
  const requests = past(12);
  const target = requests[1]!;
  const { page } = await visit({
    path: `/?request=${target.id}`,
    before: (fake) => requests.forEach(fake.put),
  });

  const exchange = page.getByRole('article', { name: target.text, exact: true });
  await page.waitForFunction((text) => document.activeElement?.getAttribute('aria-label') === text, target.text);
  expect(await exchange.getAttribute('data-highlighted')).not.toBeNull();
  await until('it is in view', async () => (await exchange.evaluate(isInView)) || null);
  expect(new URL(page.url()).search).toBe('');
});

test('a request older than the list is fetched on the way back', async () => {
  const requests = past(40);
  const { page } = await visit({
    path: `/?request=${requests[0]!.id}`,
    before: (fake) => requests.forEach(fake.put),
  });

  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === '질문 1');
});

test("the way back to somebody else's request shows the conversation as usual", async () => {
  const { page } = await visit({
    path: `/?request=${crypto.randomUUID()}`,
    before: (fake) => past(2).forEach(fake.put),
  });

  await page.getByRole('article', { name: '질문 2' }).waitFor();
  await page.waitForFunction(() => location.search === '');
});

test('the way back leads to its request once, and takes nobody’s words away', async () => {
  const requests = past(3);
  const { page, fake } = await visit({
    path: `/?request=${requests[0]!.id}`,
    before: (before) => requests.forEach(before.put),
  });
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === '질문 1');
  fake.on('GET /api/projects', () => ok({ projects: [] }));

  await page.getByRole('link', { name: '프로젝트' }).click();
  await page.getByRole('heading', { name: '프로젝트', exact: true }).waitFor();
  await page.getByRole('link', { name: '대화' }).click();
  const field = page.getByRole('textbox', { name: '메시지' });
  await field.pressSequentially('쓰는 중', { delay: 20 });

  expect(await field.inputValue()).toBe('쓰는 중');
  expect(fake.callsOf(`GET /api/requests/${requests[0]!.id}`)).toHaveLength(1);
});

test('asking again takes nobody’s words away who has gone on to write', async () => {
  const request = aRequest({ text: '실패한 질문', status: 'failed', answer: '답을 만들지 못했습니다.' });
  const again = aRequest({ text: '다시 온 질문', status: 'thinking' });
  const { page, fake } = await visit({ before: (before) => void before.put(request) });
  const late = Promise.withResolvers<void>();
  fake.on(`POST /api/requests/${request.id}/restart`, async () => {
    await late.promise;
    fake.put(again);
    return accepted({ requestId: again.id });
  });

  await page.getByRole('button', { name: '다시 요청' }).click();
  const field = page.getByRole('textbox', { name: '메시지' });
  await field.pressSequentially('쓰');
  const found = page.waitForResponse((response) => response.url().endsWith(again.id));
  late.resolve();
  await found;
  await page.keyboard.type('abcdef', { delay: 100 });

  expect(await field.inputValue()).toBe('쓰abcdef');
});

test('a list that cannot be loaded is said, and can be tried again', async () => {
  const { page, fake } = await visit({
    before: (before) => {
      past(1).forEach(before.put);
      before.on('GET /api/requests', () => ({ status: 500 }));
    },
  });
  await page.getByRole('alert').waitFor();
  // The page asks as it opens and again once its stream is open; after that, only a person makes it ask.
  await fake.received('GET /api/requests', 2);

  fake.on('GET /api/requests', () => ({ status: 200, body: { requests: past(1) } }));
  await page.getByRole('button', { name: '다시 시도' }).click();

  await page.getByRole('article', { name: '질문 1' }).waitFor();
});

test('the page speaks the language of the person, and the one they choose from then on', async () => {
  const { page } = await visit({
    before: (fake) => void fake.put(aRequest({ status: 'waiting', waitingFor: [aWait()] })),
  });
  await page.getByRole('group', { name: '연습용 Google 연결이 필요합니다' }).waitFor();

  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('group', { name: 'This needs your practice Google account' }).waitFor();
  await page.getByRole('link', { name: 'Connect practice Google' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');

  await page.reload();
  await page.getByRole('button', { name: 'Waiting 1' }).waitFor();
  expect(await page.title()).toBe('Panager 패니저');
  // The person's own words stay in the language that they were written in.
  expect(await page.locator('.own-words').getAttribute('lang')).toBe('ko');
});

test('without a person to know, the page speaks the language of the browser', async () => {
  const { page, fake } = await visit({ signedOut: true, locale: 'en-US' });

  await page.getByRole('heading', { name: 'Ask once.' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  expect(fake.calls[0]?.headers['accept-language']).toContain('en');
});

test('everything is reached and used by the keyboard alone', async () => {
  const request = aRequest({ status: 'waiting', waitingFor: [aWait()] });
  const { page } = await visit({ before: (fake) => void fake.put(request) });
  await page.getByRole('link', { name: 'Google 연결' }).waitFor();
  await page.getByRole('button', { name: '대기 중 1' }).focus();

  const reached: string[] = [];
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(nameOfFocused));
  }
  expect(reached).toEqual(['프로젝트', '내 계정', '대화', '연습용 Google 연결', '그만두기', '메시지']);

  await page.getByRole('button', { name: '내 계정' }).press('Enter');
  await page.getByRole('button', { name: '로그아웃' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '로그아웃' }).waitFor({ state: 'hidden' });
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('내 계정');
});

const nameOfFocused = () =>
  document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '';

const isAtEnd = (box: Element) => box.scrollHeight - box.scrollTop - box.clientHeight < 2;

const beginsInView = (element: Element) => {
  const inset = element.getBoundingClientRect().top - (element.closest('main')?.getBoundingClientRect().top ?? 0);
  return inset >= 0 && inset < 60;
};

const isInView = (element: Element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
};

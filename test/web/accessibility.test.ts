import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { accessibilityViolations } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { ok, type FakePanager } from './support/fake-panager.ts';
import { aConnection, anApproval, aPreview, aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

/** axe looks at everything, four times. */
jest.setTimeout(60_000);

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];

const CONNECTION = aConnection();
const CONSEQUENCES = `GET /api/connections/${CONNECTION.id}/consequences`;

const title = '아주 긴 제목을 가진 할 일 '.repeat(8);

/** One of each reply. */
function fillConversation(fake: FakePanager) {
  fake.connect(CONNECTION);
  fake.connect(aConnection({ provider: 'github', account: 'alice', status: 'revoked' }));
  const requests = [{ id: crypto.randomUUID(), text: '내일 일정' }];
  fake.on(CONSEQUENCES, () => ok({ provider: 'google', account: CONNECTION.account, requests }));
  for (const status of ['done', 'failed', 'cancelled', 'expired', 'queued', 'thinking', 'running'] as const) {
    fake.put(aRequest({ text: `요청 ${status}`, status, answer: status === 'done' ? WEEK : null }));
  }
  for (const lastOutcome of [null, 'denied', 'failed'] as const) {
    const wait = aWait({ lastOutcome, openedByStranger: true });
    fake.put(aRequest({ text: `기다림 ${lastOutcome}`, status: 'waiting', waitingFor: [wait] }));
  }
  fake.put(aRequest({ text: '치과 예약해줘', status: 'waiting', waitingFor: [anApproval()] }));
  const several = [anApproval(), anApproval({ tool: 'tasks_create', preview: aPreview('tasks_create', { title }) })];
  fake.put(aRequest({ text: '둘 다 해줘', status: 'waiting', waitingFor: several }));
  const github = aWait({ provider: 'github', reason: 'scopeMissing' });
  fake.put(aRequest({ text: '둘 다', status: 'waiting', waitingFor: [aWait(), github] }));
}

/** At phone and desktop size, light and dark. */
async function expectAccessibleEverywhere(page: Page) {
  for (const size of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      const where = `${size.width} px, ${colorScheme}`;
      expect({ where, violations: await accessibilityViolations(page) }).toEqual({ where, violations: [] });
    }
  }
}

test('the sign-in page has no barrier that axe knows', async () => {
  const { page } = await visit({ signedOut: true });
  await page.getByLabel('이름').waitFor();
  await expectAccessibleEverywhere(page);
});

test('the empty conversation has no barrier that axe knows', async () => {
  const { page } = await visit();
  await page.getByRole('heading', { name: /무엇을 도와드릴까요/ }).waitFor();
  await expectAccessibleEverywhere(page);
});

test('a conversation with every kind of reply has no barrier that axe knows', async () => {
  const { page } = await visit({ before: fillConversation });
  await page.getByRole('button', { name: '대기 중 6' }).waitFor();
  await page.getByText('실행할 내용 전체').first().click();
  await expectAccessibleEverywhere(page);
});

test('calm words in an outage, in English, have no barrier that axe knows', async () => {
  const { page, fake } = await visit({ session: { user: { id: crypto.randomUUID(), name: 'Kim', language: 'en' } } });
  await until('the stream is open', async () => fake.openStreams() === 1 || null);
  await page.clock.install();
  fake.put(aRequest({ status: 'running', language: 'en', text: 'Add a meeting tomorrow at 3' }));
  await page.getByText('Working').waitFor();
  await page.clock.runFor(21_000);
  await page.getByText('The service is not answering at the moment.').waitFor();
  await page.clock.resume();
  await expectAccessibleEverywhere(page);
});

test('the open menu and a message that was not sent have no barrier that axe knows', async () => {
  const { page } = await visit({
    before: (fake) => {
      fillConversation(fake);
      fake.on('POST /api/messages', () => ({ status: 500 }));
    },
  });
  await page.getByRole('textbox', { name: '메시지' }).fill('내일 일정');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '다시 보내기' }).waitFor();
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '연결 끊기' }).first().click();
  await page.getByRole('button', { name: '그대로 두기' }).waitFor();
  await expectAccessibleEverywhere(page);
});

test('the menu of who has connected nothing has no barrier that axe knows', async () => {
  const { page } = await visit();
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '연습용 Google 연결' }).waitFor();
  await expectAccessibleEverywhere(page);
});

test('on a phone every target is at least 44 px high and wide', async () => {
  const { page } = await visit({ size: 'phone', before: fillConversation });
  await page.getByRole('button', { name: '대기 중 6' }).waitFor();
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('button', { name: '연결 끊기' }).first().click();
  await page.getByRole('button', { name: '그대로 두기' }).waitFor();

  const small = await page.locator('button, a, textarea, summary').evaluateAll((targets) =>
    targets
      .map((target) => ({ name: target.textContent, box: target.getBoundingClientRect() }))
      .filter(({ box }) => box.width < 44 || box.height < 44)
      .map(({ name }) => name),
  );
  expect(small).toEqual([]);
});

for (const language of ['한국어', 'English']) {
  test(`on the narrowest phone nothing is cut off or scrolls sideways (${language})`, async () => {
    const { page } = await visit({ before: fillConversation });
    await page.getByRole('button', { name: '내 계정' }).click();
    await page.getByRole('button', { name: language }).click();
    await page.keyboard.press('Escape');

    await page.setViewportSize({ width: 320, height: 640 });

    const sticksOut = await page
      .locator('#page *')
      .evaluateAll((elements) =>
        elements
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth)
          .map((element) => element.outerHTML.slice(0, 80)),
      );
    expect(sticksOut).toEqual([]);
    expect(await page.getByRole('main').evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  });
}

test('replies are announced politely, and the clock of the deadline is not', async () => {
  const { page } = await visit({
    before: (fake) => void fake.put(aRequest({ status: 'waiting', waitingFor: [aWait()] })),
  });
  await page.getByRole('article').waitFor();

  expect(await page.locator('[aria-live=polite] .waiting-card').count()).toBe(1);
  expect(await page.locator('[aria-live=off] time').count()).toBe(1);
});

test('who asked for less motion sees none while a reply is being made', async () => {
  const { page } = await visit({
    reducedMotion: true,
    before: (fake) => void fake.put(aRequest({ status: 'thinking' })),
  });
  await page.getByText('생각하는 중').waitFor();

  const endless = () => document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations === Infinity);
  expect(await page.evaluate(`(${endless.toString()})().length`)).toBe(0);
});

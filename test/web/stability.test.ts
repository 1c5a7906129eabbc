import { expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { buildPage } from './support/built-page.ts';
import { accepted, type FakePanager } from './support/fake-panager.ts';
import { aRequest, aWait, WEEK } from './support/samples.ts';
import { webRoom } from './support/web-room.ts';

const { visit } = webRoom();

/** A fifth of what is called good (https://web.dev/articles/cls). */
const STILL = 0.02;
/** Browsers forgive what moves this soon after a key or a click; here nothing is forgiven. */
const FORGIVEN_MS = 500;

async function outlastForgiveness(page: Page) {
  const now = await page.evaluate(() => performance.now());
  await page.waitForFunction((until) => performance.now() > until, now + FORGIVEN_MS + 100);
}

/** ask, thinking, waiting card, thinking, answer: each step seen before the next. */
async function askWaitAnswer(page: Page, fake: FakePanager) {
  const request = aRequest({ text: '새 질문' });
  fake.on('POST /api/messages', () => accepted({ requestId: request.id }));
  await page.getByRole('textbox', { name: '메시지' }).fill(request.text);
  await page.keyboard.press('Enter');
  const reply = page.getByRole('article', { name: '새 질문' });
  await reply.waitFor();
  await outlastForgiveness(page);

  fake.put({ ...request, revision: 2, status: 'thinking' });
  await reply.getByText('생각하는 중').waitFor();
  fake.put({ ...request, revision: 3, status: 'waiting', waitingFor: [aWait()] });
  await reply.getByRole('link', { name: 'Google 연결' }).waitFor();
  fake.put({ ...request, revision: 4, status: 'running' });
  await reply.getByText('처리하는 중').waitFor();
  fake.put({ ...request, revision: 5, status: 'done', answer: WEEK });
  await reply.getByText('종일 부산 출장').waitFor();
}

for (const size of ['phone', 'desktop'] as const) {
  test(`nothing jumps from the first question to its answer (${size})`, async () => {
    const { page, fake, layoutShift } = await visit({ size });
    await page.getByRole('heading', { name: /무엇을 도와드릴까요/ }).waitFor();

    await askWaitAnswer(page, fake);

    expect(await layoutShift()).toBeLessThan(STILL);
  });

  test(`nothing jumps at the end of a long conversation (${size})`, async () => {
    const { page, fake, layoutShift } = await visit({
      size,
      before: (before) => {
        for (let index = 0; index < 12; index++) before.put(aRequest({ status: 'done', answer: WEEK }));
      },
    });
    await page.getByRole('article').last().waitFor();
    await page.getByRole('article').last().scrollIntoViewIfNeeded();

    await askWaitAnswer(page, fake);

    expect(await layoutShift()).toBeLessThan(STILL);
  });
}

test('a question stays where it is when the server knows of it', async () => {
  const { page, fake } = await visit();
  const request = aRequest({ text: '새 질문', status: 'thinking' });
  fake.on('POST /api/messages', () => accepted({ requestId: request.id }));
  await page.getByRole('textbox', { name: '메시지' }).fill(request.text);
  await page.keyboard.press('Enter');
  const question = page.getByRole('article', { name: '새 질문' });
  const sent = await question.boundingBox();
  expect(await page.locator('.day-line').allInnerTexts()).toEqual(['오늘']);

  fake.put(request);
  await question.getByText('생각하는 중').waitFor();

  expect((await question.boundingBox())?.y).toBe(sent?.y);
  expect(await page.locator('.day-line').count()).toBe(1);
});

test('the observer that these tests trust does see a jump', async () => {
  const { page, layoutShift } = await visit({ before: (fake) => void fake.put(aRequest({ status: 'done' })) });
  await page.getByRole('article').waitFor();
  await outlastForgiveness(page);

  await page.evaluate(() => {
    const pusher = document.createElement('div');
    pusher.style.height = '200px';
    document.querySelector('article')?.before(pusher);
  });

  await page.waitForFunction(
    (still) => (window as unknown as { layoutShiftSum: number }).layoutShiftSum > still,
    STILL,
  );
  expect(await layoutShift()).toBeGreaterThan(STILL);
});

test('the built page has nothing inline and nothing remote, and the names of its files carry their content', async () => {
  const { folder, remove } = await buildPage();
  try {
    const html = await readFile(join(folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc="\/assets\/)|<style|\sstyle=|\son\w+=|https?:|\/\//i);

    const assets = await readdir(join(folder, 'assets'));
    for (const asset of assets) {
      expect(asset).toMatch(/-[\w-]{8}\.(js|css)$/);
      const content = await readFile(join(folder, 'assets', asset), 'utf8');
      expect(content).not.toMatch(/\beval\(|new Function\(|url\(|@import/);
    }
  } finally {
    await remove();
  }
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPage } from '../../infra/local/build-page.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { accessibilityViolations, openPage, startBrowser, type PageSetting } from '../support/browser.ts';

/** The whole product as a person meets it: real servers, three processes, Chromium. */
let system: System;
let browser: Browser;
const dataDir = mkdtempSync(join(tmpdir(), 'panager-test-journey-'));

beforeAll(async () => {
  await buildPage(join(import.meta.dirname, '../..'));
  [system, browser] = await Promise.all([startSystem({ dataDir, mode: 'test', log: () => undefined }), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

/** `JOURNEY_PICTURES=<folder>` keeps what a person sees at each step, to be looked at. */
async function look(page: Page, step: string, stays = true): Promise<void> {
  // A page that goes on by itself after two seconds may be gone before axe is done with it.
  if (stays) expect(await accessibilityViolations(page)).toEqual([]);
  const folder = process.env.JOURNEY_PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${step}.png`) });
}

interface Journey {
  setting: PageSetting;
  name: string;
  account: string;
  signIn: string;
  box: string;
  question: string;
  connect: string;
  connectPage: string;
  allow: string;
  done: string;
  answer: RegExp;
}

const JOURNEYS: Record<string, Journey> = {
  'on a phone in Korean': {
    setting: { size: 'phone', locale: 'ko-KR' },
    name: '민지',
    account: 'minji@example.com',
    signIn: '시작하기',
    box: '메시지',
    question: '이번 주 일정 보여줘',
    connect: 'Google 연결',
    connectPage: 'Google 연결',
    allow: '허용',
    done: '연동이 완료됐습니다.',
    answer: /minji@example\.com 캘린더에서 읽었습니다/,
  },
  'on a desktop in English, in the dark': {
    setting: { size: 'desktop', locale: 'en-US', scheme: 'dark' },
    name: 'Alex',
    account: 'alex@example.com',
    signIn: 'Start',
    box: 'Message',
    question: "What's on this week?",
    connect: 'Connect practice Google',
    connectPage: 'Connect Google',
    allow: 'Allow',
    done: 'Your account is connected.',
    answer: /Read from the calendar of alex@example\.com/,
  },
};

test.each(Object.entries(JOURNEYS))(
  'ask, connect and read the answer by clicks, %s',
  async (where, journey) => {
    const opened = await openPage(browser, journey.setting);
    const { page } = opened;
    const step = (name: string, stays?: boolean) => look(page, `${where.replaceAll(/[ ,]+/g, '-')}-${name}`, stays);
    try {
      await page.goto(system.publicUrl);
      await page.getByRole('textbox').fill(journey.name);
      await step('1-sign-in');
      await page.getByRole('button', { name: journey.signIn }).click();

      await page.getByRole('textbox', { name: journey.box }).fill(journey.question);
      await page.keyboard.press('Enter');
      const link = page.getByRole('link', { name: journey.connect });
      await link.waitFor();
      await step('2-waiting');
      await link.click();

      await page.getByRole('button', { name: journey.connectPage }).waitFor();
      await step('3-connect');
      await page.getByRole('button', { name: journey.connectPage }).click();
      await page.getByText(journey.account).click();
      await page.getByRole('button', { name: journey.allow, exact: true }).waitFor();
      await step('4-consent');
      await page.getByRole('button', { name: journey.allow, exact: true }).click();

      await page.getByText(journey.done).first().waitFor();
      await step('5-connected', false);
      // Nothing is clicked from here on: the page goes back by itself and shows the answer where the link was.
      await page.getByText(journey.answer).waitFor({ timeout: 20_000 });
      await step('6-answer');
      expect(await page.getByRole('link', { name: journey.connect }).count()).toBe(0);
      expect(new URL(page.url()).search).toBe('');
      expect(opened.faults).toEqual([]);
    } finally {
      await opened.close();
    }
  },
  90_000,
);

test('the answer comes although orchestrator and gateway were killed while the request waited', async () => {
  const opened = await openPage(browser);
  const { page } = opened;
  try {
    await page.goto(system.publicUrl);
    await page.getByRole('textbox').fill('민지');
    await page.getByRole('button', { name: '시작하기' }).click();
    await page.getByRole('textbox', { name: '메시지' }).fill('내일 일정 알려줘');
    await system.killProcess('orchestrator');
    const accepted = page.waitForResponse((response) => response.url().endsWith('/api/messages'));
    await page.keyboard.press('Enter');
    expect((await accepted).status()).toBe(202);
    await system.killProcess('gateway');
    await system.startProcess('gateway');
    await system.startProcess('orchestrator');
    await page
      .getByRole('article', { name: '내일 일정 알려줘' })
      .getByText('minji@example.com')
      .waitFor({ timeout: 40_000 });
  } finally {
    await opened.close();
  }
}, 90_000);

import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { anyFreePort } from '../../infra/local/ports.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import { signInTexts } from '../../src/domain/texts.ts';
import { accessibilityViolations, openPage, startBrowser, type PageSetting } from '../support/browser.ts';
import { begin, fakeDiscord, KIM_AT_DISCORD } from './fake-discord.ts';
import { startHttp, type Http } from './http-fixture.ts';

let browser: Browser;
let http: Http;
let publicUrl: string;
let discord: ReturnType<typeof fakeDiscord>;
let served = true;
let known = true;

beforeAll(async () => {
  browser = await startBrowser();
  const port = await anyFreePort();
  publicUrl = `http://localhost:${port}`;
  discord = fakeDiscord({
    identify: async () => (known ? KIM_AT_DISCORD : Promise.reject(new ProviderFailure('unavailable'))),
    isServed: async () => served,
  });
  http = await startHttp({ listenOn: port, settings: { publicUrl }, discord: discord.parts });
});
afterAll(async () => {
  await browser?.close();
  await http?.stop();
});

const SETTINGS: ['ko' | 'en', PageSetting][] = [
  ['ko', { size: 'phone', locale: 'ko-KR' }],
  ['en', { size: 'desktop', locale: 'en-US', scheme: 'dark' }],
];
test.each(SETTINGS)(
  'S5: every page of a sign-in that did not work is accessible and fits (%s)',
  async (language, setting) => {
    const { page, faults, close } = await openPage(browser, setting);
    try {
      /** How a trip ends: what is different from one that works. */
      const ends: [keyof typeof signInTexts.ko.refused, (state: string) => string, (() => void)?][] = [
        ['unknown', () => 'state=unknown&code=c'],
        ['malformed', (state) => `state=${state}`],
        ['denied', (state) => `state=${state}&error=access_denied`],
        ['failed', (state) => `state=${state}&code=c`, () => (known = false)],
        ['notServed', (state) => `state=${state}&code=c`, () => (served = false)],
        ['expired', (state) => `state=${state}&code=c`, () => discord.expireAll()],
        ['wrongBrowser', (state) => `state=${state}&code=c`, () => void page.context().clearCookies()],
      ];
      for (const [refusal, query, change] of ends) {
        [known, served] = [true, true];
        const trip = await begin(http, { headers: { host: new URL(publicUrl).host } });
        const [name = '', value = ''] = trip.cookie.split('=');
        await page.context().addCookies([{ name, value, url: publicUrl }]);
        change?.();
        await page.goto(`${publicUrl}/oauth/discord/callback?${query(trip.state)}`);
        await page.getByRole('heading', { name: signInTexts[language].refused[refusal].title }).waitFor();
        expect(await accessibilityViolations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        expect(await page.getByRole('link').count()).toBe(1);
        const folder = process.env.JOURNEY_PICTURES;
        if (folder) await page.screenshot({ path: join(folder, `refused-${language}-${refusal}.png`) });
      }
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  },
  60_000,
);

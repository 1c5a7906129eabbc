import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { anyFreePort } from '../../infra/local/ports.ts';
import type { CallbackResult } from '../../src/connections/consent.ts';
import type { Language } from '../../src/domain/words.ts';
import { accessibilityViolations, openPage, startBrowser } from '../support/browser.ts';
import type { OpenedPage, PageSetting } from '../support/browser.ts';
import { ATTEMPT_ID, flowOfKim, kim, lee, LINK, REQUEST_ID, startHttp, until } from './http-fixture.ts';
import type { Http } from './http-fixture.ts';

/** What only a browser can prove: policies that it enforces, headers that it sends, pages that people can use. */
let browser: Browser;
let provider: { origin: string; close(): Promise<void> };
let http: Http;
let publicUrl: string;
let opened: OpenedPage | undefined;
let language: Language = 'ko';
let result: CallbackResult = { kind: 'unknown' };

beforeAll(async () => {
  [browser, provider] = await Promise.all([startBrowser(), startProvider()]);
  const port = await anyFreePort();
  publicUrl = `http://localhost:${port}`;
  const google = { provider: 'google' as const, redirectUri: `${publicUrl}/oauth/google/callback`, emulated: true };
  http = await startHttp({
    listenOn: port,
    settings: { publicUrl, providers: [{ ...google, authorizationOrigin: provider.origin }] },
    sessions: { signIn: async () => ({ token: http.signInAs(kim), user: kim }) },
    consent: {
      describe: async (link) => (link === LINK ? flowOfKim({ language }) : null),
      start: async () => ({
        kind: 'started',
        attemptId: ATTEMPT_ID,
        bindSecret: 'c'.repeat(43),
        expiresAt: new Date(Date.now() + 600_000),
        authorizationUrl: new URL('/authorize', provider.origin),
      }),
      receiveCallback: async () => result,
      reportStranger: async () => {},
    },
  });
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});
afterAll(async () => {
  await browser?.close();
  await http?.stop();
  await provider?.close();
});

/** Another site: a provider, and somebody who means harm. */
async function startProvider() {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    const page = new URL(request.url ?? '/', 'http://localhost').searchParams.get('page');
    response.end(
      `<!doctype html><title>elsewhere</title><p>${request.headers.referer ?? 'no referrer'}</p>${page ?? ''}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { origin: `http://127.0.0.1:${port}`, close };
}

async function open(setting: PageSetting = {}, as?: string) {
  opened = await openPage(browser, setting);
  if (as) await opened.page.context().addCookies([{ name: 'panager', value: as, url: publicUrl }]);
  return opened;
}

test('OA-2: sign in for the link and go to the provider by keyboard, and the provider learns no address of ours', async () => {
  const { page, faults } = await open();
  await page.goto(`${publicUrl}/connect/${LINK}`);
  await page.getByLabel('이름').fill('Kim');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Google 연결' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${provider.origin}/authorize`);
  expect(await page.locator('p').textContent()).toBe('no referrer');
  expect(faults).toEqual([]);
  const [attempt] = (await page.context().cookies(publicUrl)).filter(({ name }) => name.startsWith('oa-'));
  expect(attempt).toMatchObject({ name: `oa-${ATTEMPT_ID}`, httpOnly: true, sameSite: 'Lax', path: '/' });
});

test('OA-2: a form of a connect page cannot be made to lead anywhere else', async () => {
  const { page, faults } = await open({}, http.signInAs(kim));
  await page.goto(`${publicUrl}/connect/${LINK}`);
  await page.evaluate(() => {
    const [form] = document.forms;
    form?.setAttribute('action', 'http://127.0.0.1:9/steal');
    form?.requestSubmit();
  });
  await until(() => faults.some((fault) => fault.includes('form-action')));
  expect(page.url()).toBe(`${publicUrl}/connect/${LINK}`);
});

test('OA-2: nobody frames a connect page', async () => {
  const { page, faults } = await open({}, http.signInAs(kim));
  const frame = `<iframe src="${publicUrl}/connect/${LINK}"></iframe>`;
  await page.goto(`${provider.origin}/?page=${encodeURIComponent(frame)}`);
  await until(() => faults.some((fault) => fault.includes('frame-ancestors')));
  expect(await page.frames()[1]?.locator('button').count()).toBe(0);
});

test('MO-2: a form of another site starts nothing, although its browser is signed in', async () => {
  const { page } = await open({}, http.signInAs(kim));
  const before = http.callsOf('consent.start').length;
  const form = `<form method="post" action="${publicUrl}/connect/${LINK}/start"><button>Win</button></form>`;
  await page.goto(`${provider.origin}/?page=${encodeURIComponent(form)}`);
  const answer = page.waitForResponse(`${publicUrl}/connect/${LINK}/start`);
  await page.getByRole('button').click();
  expect((await answer).status()).toBe(403);
  expect(http.callsOf('consent.start')).toHaveLength(before);
});

const SETTINGS: [string, Language, PageSetting][] = [
  ['on a phone in Korean', 'ko', { size: 'phone', locale: 'ko-KR' }],
  ['on a desktop in English, in the dark', 'en', { size: 'desktop', locale: 'en-US', scheme: 'dark' }],
];
test.each(SETTINGS)('S5: every connect page is accessible and fits %s', async (_where, spoken, setting) => {
  language = spoken;
  const origin = {
    attemptId: ATTEMPT_ID,
    publicId: LINK,
    provider: 'google',
    // People of the page would be sent on while axe looks.
    platform: 'discord',
    language,
    requestId: REQUEST_ID,
  } as const;
  const results: CallbackResult[] = [
    { kind: 'connected', account: 'minji.kim@example.com', missingScopes: [], ...origin },
    { kind: 'connected', account: 'minji.kim@example.com', missingScopes: ['unknown:scope'], ...origin },
    { kind: 'confirm', account: 'b@example.com', previousAccount: 'a@example.com', ...origin },
    { kind: 'beingFinished', ...origin },
    { kind: 'denied', ...origin },
    { kind: 'refused', reason: 'exchangeFailed', ...origin },
    { kind: 'unknown' },
  ];
  const { page, faults } = await open(setting);
  const visit = async (path: string, as?: string): Promise<void> => {
    await page.context().clearCookies();
    if (as) await page.context().addCookies([{ name: 'panager', value: as, url: publicUrl }]);
    await page.goto(publicUrl + path);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  };
  await visit(`/connect/${LINK}`);
  await visit(`/connect/${LINK}`, http.signInAs(kim));
  await visit(`/connect/${LINK}`, http.signInAs(lee));
  await visit('/connect/BBBBBBBBBBBBBBBBBBBBBB', http.signInAs(kim));
  await visit('/nothing');
  for (result of results) await visit('/oauth/google/callback?state=s&code=c', http.signInAs(kim));
  expect(faults).toEqual([]);
});

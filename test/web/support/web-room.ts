import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { SessionAnswer } from '../../../src/http/contract.ts';
import { openPage, startBrowser, type OpenedPage, type PageSetting } from '../../support/browser.ts';
import { buildPage } from './built-page.ts';
import { startFakePanager, type FakePanager } from './fake-panager.ts';
import { aSession } from './samples.ts';

interface Visit extends PageSetting {
  session?: Partial<SessionAnswer>;
  signedOut?: boolean;
  path?: string;
  /** What is there before the page is opened. */
  before?(fake: FakePanager): void;
}

/**
 * One built page and one browser for a test file. Each `visit` has a server and a profile of its own; after each test
 * both are closed, and it fails if the page broke the security policy, threw, or called what nobody scripted.
 */
export function webRoom() {
  let built: Awaited<ReturnType<typeof buildPage>>;
  let browser: Browser;
  const visits: { opened: OpenedPage; fake: FakePanager }[] = [];

  beforeAll(async () => {
    [built, browser] = await Promise.all([buildPage(), startBrowser()]);
  });
  afterEach(async () => {
    const faults: string[] = [];
    for (const { opened, fake } of visits.splice(0)) {
      await opened.close();
      faults.push(...opened.faults, ...fake.unexpected);
      await fake.close();
    }
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });

  async function visit({ session, signedOut = false, path = '/', before, ...setting }: Visit = {}) {
    const fake = await startFakePanager(built.folder, aSession(session), !signedOut);
    before?.(fake);
    const opened = await openPage(browser, setting);
    visits.push({ opened, fake });
    await opened.page.goto(fake.url + path);
    await opened.page.getByRole('main').waitFor();
    return { fake, ...opened };
  }

  return { visit };
}

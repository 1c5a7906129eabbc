import axe from 'axe-core';
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** How long anything on a page may take to appear. */
const PATIENCE_MS = 10_000;

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } } as const;

/** A headless Chromium: the one at `CHROMIUM_PATH`, else Debian's. @throws Error that says how to get one */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}, so no page was tested. ` +
        'Install one (Debian: apt-get install --no-install-recommends chromium fonts-noto-cjk) or set CHROMIUM_PATH.',
    );
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

export interface PageSetting {
  size?: keyof typeof SIZES;
  scheme?: 'light' | 'dark';
  /** The browser's language. */
  locale?: 'ko-KR' | 'en-US';
  reducedMotion?: boolean;
}

export interface OpenedPage {
  page: Page;
  /** What a person would never see and must not happen: script errors, broken security policy, requests elsewhere. */
  faults: readonly string[];
  /** Sum of layout shifts since the page was opened, without those that follow a person's own input. */
  layoutShift(): Promise<number>;
  close(): Promise<void>;
}

/** A page in a profile of its own (no cookie of another test), which has not gone anywhere yet. */
export async function openPage(browser: Browser, setting: PageSetting = {}): Promise<OpenedPage> {
  const phone = setting.size === 'phone';
  const context = await browser.newContext({
    viewport: SIZES[setting.size ?? 'desktop'],
    isMobile: phone,
    hasTouch: phone,
    colorScheme: setting.scheme ?? 'light',
    locale: setting.locale ?? 'ko-KR',
    timezoneId: 'Asia/Seoul',
    reducedMotion: setting.reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // An answer other than 2xx is logged as an error too, and is often what a test is about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  await page.addInitScript(recordLayoutShift);
  return {
    page,
    faults,
    layoutShift: () => page.evaluate(() => (window as unknown as ShiftRecord).layoutShiftSum),
    close: () => context.close(),
  };
}

/** Violations of WCAG 2.2 A and AA and of good practice that axe finds, each with the elements that break it. */
export async function accessibilityViolations(page: Page): Promise<string[]> {
  // Half-faded text has half the contrast: look at the page when it has settled.
  await page.evaluate(async () => {
    const running = document.getAnimations().filter((animation) => animation.effect?.getTiming().iterations === 1);
    running.forEach((animation) => animation.finish());
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document));
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.html).join(' | ')})`);
}

interface ShiftRecord {
  layoutShiftSum: number;
}

function recordLayoutShift() {
  const record = window as unknown as ShiftRecord;
  record.layoutShiftSum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { hadRecentInput: boolean; value: number })[]) {
      if (!entry.hadRecentInput) record.layoutShiftSum += entry.value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

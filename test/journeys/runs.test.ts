import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { buildPage } from '../../infra/local/build-page.ts';
import { accessibilityViolations, openPage, startBrowser } from '../support/browser.ts';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { startSystemWithContainers, type SystemWithContainers } from '../support/system-with-containers.ts';

/** The whole product with a real engine and real git server code, as a person meets it in Chromium. */
let system: SystemWithContainers;
let git: GitServer;
let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'panager-test-runs-'));

beforeAll(async () => {
  if (!hasEngine()) return;
  await buildPage(join(import.meta.dirname, '../..'));
  git = await startGitServer(join(folder, 'git'), { username: 'owner', password: 'not-used-here' });
  [system, browser] = await Promise.all([
    startSystemWithContainers({ dataDir: join(folder, 'system'), log: () => undefined }),
    startBrowser(),
  ]);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await git?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** A machine that does much else is slow, and cloning and starting take a container each. */
const PATIENCE_MS = 90_000;

/** `JOURNEY_PICTURES=<folder>` keeps what a person sees at each step, to be looked at. */
async function look(page: Page, step: string): Promise<void> {
  expect(await accessibilityViolations(page)).toEqual([]);
  const pictures = process.env.JOURNEY_PICTURES;
  if (pictures) await page.screenshot({ path: join(pictures, `runs-${step}.png`), fullPage: true });
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto(system.publicUrl);
  await page.getByRole('textbox').fill(name);
  await page.getByRole('button', { name: '시작하기' }).click();
}

async function addProject(page: Page): Promise<void> {
  await page.getByRole('link', { name: '프로젝트' }).click();
  await page.getByLabel('저장소 주소').fill(`${git.url}/public/one.git`);
  await page.getByLabel('이름 (선택)').fill('demo');
  await page.getByRole('button', { name: '추가', exact: true }).click();
  await page.getByText('main 브랜치').waitFor({ timeout: PATIENCE_MS });
}

async function run(page: Page, line: string): Promise<void> {
  await page.getByLabel('실행할 명령').fill(line);
  await page.getByRole('button', { name: '실행', exact: true }).click();
}

const log = (page: Page) => page.getByRole('region', { name: '로그 내용' }).or(page.locator('.log'));

containerTest(
  'a person adds a repository, watches a command live, sees what it changed and that nothing was left, and stops another one',
  async () => {
    const { page, faults, close } = await openPage(browser);
    try {
      await signIn(page, '민지');
      await addProject(page);
      await look(page, '1-projects');
      await page.getByRole('link', { name: 'demo' }).first().click();

      await run(page, 'echo first; until [ -e /tmp/go ]; do sleep 0.2; done; echo more >> README; echo last');
      await log(page).getByText('first').waitFor({ timeout: PATIENCE_MS });
      // It is live: the command has not ended and cannot, before somebody makes that file.
      await page.getByText('명령을 실행하고 있습니다.').waitFor();
      expect(await log(page).getByText('last').count()).toBe(0);
      await look(page, '2-live');
      const [container] = await system.containers.engine.list();
      if (!container) throw new Error('the container runs');
      const touch = await system.containers.engine.execute(container, { user: 'run', argv: ['touch', '/tmp/go'] });
      touch.endInput();
      for await (const piece of touch.output) expect(piece).toBeUndefined();

      await log(page).getByText('last').waitFor({ timeout: PATIENCE_MS });
      await page.getByText('정상으로 끝났습니다. (종료 코드 0)').waitFor();
      await page.getByText('이 실행에서 남은 것이 없습니다.').waitFor({ timeout: PATIENCE_MS });
      await page.getByText('README').first().waitFor();
      await look(page, '3-ended');

      await page.goBack();
      await run(page, `trap '' TERM; echo stubborn; while :; do sleep 1; done`);
      await log(page).getByText('stubborn').waitFor({ timeout: PATIENCE_MS });
      await page.getByRole('button', { name: '멈추기' }).click();
      await page.getByText('멈춰 달라고 하셔서 멈췄습니다.').waitFor({ timeout: PATIENCE_MS });
      await page.getByText('이 실행에서 남은 것이 없습니다.').waitFor({ timeout: PATIENCE_MS });
      await look(page, '4-stopped');
      expect(await system.containers.engine.list()).toEqual([]);
      expect(await system.containers.workspaces.list()).toEqual([]);
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  },
  300_000,
);

containerTest(
  'a sentence in the conversation runs a command in a project, and its end and output are the answer',
  async () => {
    const { page, faults, close } = await openPage(browser, { size: 'phone' });
    try {
      await signIn(page, '지수');
      await addProject(page);
      await page.getByRole('link', { name: '대화' }).click();
      await page.getByRole('textbox', { name: '메시지' }).fill('demo 프로젝트에서 `cat README; exit 3` 실행해줘');
      await page.keyboard.press('Enter');
      await page.getByText('명령이 실패로 끝났습니다. (종료 코드 3)').waitFor({ timeout: PATIENCE_MS });
      expect(await page.locator('.answer samp').textContent()).toBe('This is public/one.git.');
      await look(page, '5-conversation');
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  },
  300_000,
);

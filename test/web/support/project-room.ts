import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { anyFreePort } from '../../../infra/local/ports.ts';
import type { RunDiff } from '../../../src/ports/runs.ts';
import { createConnectionReader } from '../../../src/providers/postgres/connection-reader.ts';
import { createRequestReader } from '../../../src/providers/postgres/request-reader.ts';
import type { Http } from '../../http/http-fixture.ts';
import { openRunRoom, type RunRoom } from '../../http/support/run-room.ts';
import { accessibilityViolations, openPage, startBrowser } from '../../support/browser.ts';
import type { OpenedPage, PageSetting } from '../../support/browser.ts';
import { buildPage } from './built-page.ts';

/** No test has more runs of one person under way. */
const AT_ONCE = 4;
/** How soon a stream notices that its session cannot be read. */
const RECHECK_MS = 500;

interface Visit extends PageSetting {
  name?: string;
  language?: 'ko' | 'en';
  deployment?: 'cloud' | 'local';
}

/**
 * The built page over the real routes and the real rows. What a sandbox worker would do is simulated, by the store that
 * it uses. Each `visit` is a new person in a profile of its own; a test fails when the page broke the security policy or
 * threw.
 */
export function projectRoom() {
  let built: Awaited<ReturnType<typeof buildPage>>;
  let browser: Browser;
  let rows: RunRoom;
  const open: { opened: OpenedPage; http: Http }[] = [];

  beforeAll(async () => {
    [built, browser, rows] = await Promise.all([buildPage(), startBrowser(), openRunRoom()]);
  }, 120_000);
  afterEach(async () => {
    const faults: string[] = [];
    for (const { opened, http } of open.splice(0)) {
      await opened.close();
      faults.push(...opened.faults);
      await http.stop();
    }
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await built?.remove();
    await rows?.close();
  });

  async function visit({ name = '민지', language = 'ko', deployment = 'cloud', ...setting }: Visit = {}) {
    const user = { ...(await rows.newUser(name)), language };
    const session = { token: randomUUID(), isReadable: true };
    const port = await anyFreePort();
    const publicUrl = `http://localhost:${port}`;
    const http = await rows.serve({
      listenOn: port,
      webRoot: built.folder,
      settings: { publicUrl, deployment, limits: { streamRecheckMs: RECHECK_MS } },
      sessions: {
        find: async (token) => {
          if (!session.isReadable) throw new Error('an outage of this test');
          return token === session.token ? user : null;
        },
      },
      caps: { atOnce: AT_ONCE, daily: null, minutes: null },
      requests: createRequestReader(rows.database.gateway),
      connections: createConnectionReader(rows.database.gateway),
    });
    const opened = await openPage(browser, { locale: language === 'ko' ? 'ko-KR' : 'en-US', ...setting });
    open.push({ opened, http });
    const cookie = { name: 'panager', value: session.token, url: publicUrl };
    await opened.page.context().addCookies([cookie]);
    const go = async (place: string) => {
      await opened.page.goto(`${publicUrl}/#/${place}`);
      await opened.page.getByRole('main').waitFor();
    };
    /** While it lasts, streams end and nothing is answered. */
    const outage = (isOut: boolean) => void (session.isReadable = !isOut);
    return { ...opened, user, go, outage };
  }

  /** A project that was cloned. */
  async function newProject(userId: string, name = 'hello'): Promise<string> {
    const cloneUrl = `https://git.example.org/minji/${name}`;
    const created = await rows.projects.create({ userId, name, cloneUrl });
    if (created === 'duplicateName' || !created.importRun) throw new Error('it is the first of its name');
    await rows.begin(created.importRun.id);
    await rows.store.cloned(created.importRun.id, { defaultBranch: 'main', head: 'c0ffee1'.padEnd(40, '0') });
    await rows.end(created.importRun.id);
    return created.id;
  }

  async function newRun(userId: string, projectId: string, line: string): Promise<string> {
    const run = await rows.runs.start({ userId, projectId, command: ['/bin/sh', '-c', line] });
    if (run === 'notFound') throw new Error('its project is not there');
    return run.id;
  }

  return {
    visit,
    newProject,
    newRun,
    rows: () => rows,
    /** What the sandbox worker finds when it has removed everything. */
    async clean(runId: string, secretsGone: boolean | null = true): Promise<void> {
      await rows.store.cleaned(runId, {
        checkedAt: new Date().toISOString(),
        host: 'host-1',
        containersGone: [`panager-run-${runId}`, `panager-clone-${runId}`, `panager-diff-${runId}`],
        folderGone: true,
        secretsGone,
        filesGone: secretsGone,
        proxyGone: true,
      });
    },
  };
}

export const A_DIFF: RunDiff = {
  patch: `diff --git a/src/greet.js b/src/greet.js
index 3b18e51..a042389 100644
--- a/src/greet.js
+++ b/src/greet.js
@@ -1,4 +1,5 @@
 export function greet(name) {
-  return 'hello ' + name;
+  // \u202egnp.exe
+  return \`hello, \${name}\`;
 }
diff --git a/logo.png b/logo.png
new file mode 100644
index 0000000..a042389
Binary files /dev/null and b/logo.png differ
`,
  cut: false,
  files: [
    { path: 'src/greet.js', added: 2, removed: 1, binary: false },
    { path: 'logo.png', added: 0, removed: 0, binary: true },
  ],
};

/** `WEB_PICTURES=<folder>` keeps what a person sees, to be looked at. */
export async function look(page: Page, step: string, { isHuge = false } = {}): Promise<void> {
  // axe would look at each of some thousand lines for minutes.
  if (!isHuge) expect({ step, violations: await accessibilityViolations(page) }).toEqual({ step, violations: [] });
  const folder = process.env.WEB_PICTURES;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${step}.png`) });
}

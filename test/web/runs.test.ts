import { readFile } from 'node:fs/promises';
import { expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { LogStream } from '../../src/domain/runs.ts';
import type { RunEnd } from '../../src/ports/runs.ts';
import { A_DIFF, look, projectRoom } from './support/project-room.ts';
import { until } from '../support/until.ts';

const room = projectRoom();

/** A browser, a database and a server for each test, and axe looks at most of them. */
jest.setTimeout(60_000);

const ESC = '\u001b';

/** A log as tools write it. */
const TOOLS: [LogStream, string][] = [
  ['stdout', `${ESC}[1m> hello@1.0.0 test${ESC}[0m\n> node --test\n\n`],
  ['stderr', `${ESC}[33mwarning:${ESC}[0m no lock file found\n`],
  ['stdout', `downloading  10%\rdownloading  70%`],
  ['stdout', `\rdownloading 100%\n`],
  ['stdout', `${ESC}[32m✔${ESC}[0m greets by name ${ESC}[2m(1.2ms)${ESC}[0m\n`],
  ['stdout', `${ESC}[31m✖${ESC}[0m says goodbye ${ESC}[7m FAIL ${ESC}[0m ${ESC}[41;97m 1 of 2 ${ESC}[0m\n`],
  [
    'stdout',
    `${ESC}[34mblue${ESC}[35m magenta${ESC}[36m cyan${ESC}[4;9m struck${ESC}[0m ${ESC}]0;title\u0007<b>한글 로그</b>\n`,
  ],
  ['stderr', `    at test (${'/builds/someone/workspace/src/'.repeat(4)}greet.test.js:12:7)\n`],
];

const logBox = (page: Page) => page.locator('.log');
const fromEnd = (page: Page) =>
  logBox(page).evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
const logText = async (page: Page) => (await page.locator('.log-line').allInnerTexts()).join('\n');

/** What is wider than its column. Boxes that scroll by themselves are looked at from outside only. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.locator('main .column').evaluate((column) => {
    const right = column.getBoundingClientRect().right - parseFloat(getComputedStyle(column).paddingRight);
    return [...column.querySelectorAll('*')]
      .filter((element) => element.checkVisibility() && !element.parentElement?.closest('.log, .patch-text, .unseen'))
      .filter((element) => element.getBoundingClientRect().right > right + 1)
      .map((element) => element.outerHTML.slice(0, 80));
  });

async function startedRun(userId: string, line = 'npm test') {
  const projectId = await room.newProject(userId);
  const runId = await room.newRun(userId, projectId, line);
  await room.rows().begin(runId);
  return runId;
}

for (const size of ['desktop', 'phone'] as const) {
  for (const language of ['ko', 'en'] as const) {
    test(`a run is watched from its place in the queue to the proof that nothing is left (${size}, ${language})`, async () => {
      const scheme = language === 'ko' ? 'light' : 'dark';
      const { page, go, user } = await room.visit({ size, language, scheme });
      const step = (name: string) => look(page, `run-${size}-${language}-${name}`);
      const projectId = await room.newProject(user.id);
      const runId = await room.newRun(user.id, projectId, 'npm test');
      const ko = language === 'ko';
      await go(`runs/${runId}`);
      await page.getByText(ko ? '실행할 자리를 기다립니다.' : 'It waits for a place to run').waitFor();
      await step('1-queued');

      await room.rows().begin(runId);
      await page.getByText(ko ? '명령을 실행하고 있습니다.' : 'The command is running.').waitFor();
      await room.rows().append(runId, ...TOOLS);
      await page.getByText('greet.test.js:12:7').waitFor();
      await step('2-running');
      expect(await logText(page)).toContain('downloading 100%\n');
      expect(await logText(page)).not.toContain('10%');
      expect(await page.locator('.log b').count()).toBe(0);
      expect(await page.locator('.log-line[data-stream=stderr]').count()).toBe(2);

      await page.getByRole('button', { name: ko ? '멈추기' : 'Stop' }).click();
      await page.getByText(ko ? '명령을 멈추고 있습니다.' : 'Stopping the command.').waitFor();
      expect(await room.rows().runs.find(user.id, runId)).toMatchObject({ status: 'stopping' });
      await step('3-stopping');

      await room.rows().store.saveDiff(runId, A_DIFF);
      await room.rows().store.end(runId, { ending: 'stopped' });
      await page.getByText(ko ? '멈춰 달라고 하셔서 멈췄습니다.' : 'You stopped it.').waitFor();
      await page.locator('.changed-files').getByText('src/greet.js').waitFor();
      await page.getByText(ko ? '컨테이너와 폴더를 치우는 중입니다.' : 'are being removed').waitFor();
      await page.locator('.patch summary').click();
      await step('4-ended');
      // Letters that turn others around are seen.
      await page.getByText('+  // \ufffdgnp.exe').waitFor();

      await room.clean(runId);
      await page.getByText(ko ? '이 실행에서 남은 것이 없습니다.' : 'Nothing is left of this run.').waitFor();
      await page.getByText(ko ? '빌려준 비밀이 폐기됨' : 'Secrets lent to it are destroyed').waitFor();
      await page.getByText(ko ? '파일로 빌려준 비밀이 사라짐' : 'Secrets lent to it as files are gone').waitFor();
      await page.locator('.run-proof').scrollIntoViewIfNeeded();
      await step('5-proof');
      expect(await sticksOut(page)).toEqual([]);
    });
  }
}

test.each<[end: RunEnd, words: RegExp]>([
  [{ ending: 'exited', exitCode: 0 }, /정상으로 끝났습니다\. \(종료 코드 0\)/],
  [{ ending: 'exited', exitCode: 3 }, /명령이 실패로 끝났습니다\. \(종료 코드 3\)/],
  [{ ending: 'exited', exitCode: 127 }, /그런 명령이 없습니다/],
  [{ ending: 'signalled', signal: 'SIGSEGV' }, /신호를 받고 끝났습니다\. \(SIGSEGV\)/],
  [{ ending: 'outOfMemory' }, /메모리를 허용된 것보다 많이 써서/],
  [{ ending: 'timeLimit' }, /허용된 시간을 넘겨서/],
  [{ ending: 'diskLimit' }, /디스크를 허용된 것보다 많이 써서/],
  [{ ending: 'hostLost' }, /실행하던 컴퓨터와 연결이 끊겨/],
  [{ ending: 'failed', failure: 'noHost' }, /Docker를 켜고 다시 실행해 주세요/],
  [{ ending: 'failed', failure: 'repositoryTooLarge' }, /허용된 크기보다 커서/],
])('an end has clear words: %j', async (end, words) => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id);
  await room.rows().append(runId, ['stdout', 'as far as it came\n']);
  await room.rows().store.end(runId, end);
  await go(`runs/${runId}`);

  await page.getByRole('status').filter({ hasText: words }).waitFor();
  await page.getByText('as far as it came').waitFor();
  if (end.exitCode === 3 || end.ending === 'hostLost') await look(page, `run-ended-${end.ending}-ko`);
});

test('a run that waits long for a place says what may help', async () => {
  const { page, go, user } = await room.visit();
  const runId = await room.newRun(user.id, await room.newProject(user.id), 'make');
  await page.clock.install();
  await go(`runs/${runId}`);
  await page.getByText('실행할 자리를 기다립니다.').waitFor();

  await page.clock.runFor(20_000);
  await page.getByText('Docker가 켜져 있는지 확인해 주세요.').waitFor();
});

test('a log whose stream breaks and is refused for a while goes on where it was, each line once', async () => {
  const { page, go, user, outage } = await room.visit();
  const runId = await startedRun(user.id);
  await room.rows().append(runId, ['stdout', 'one\ntwo\nth']);
  await go(`runs/${runId}`);
  await logBox(page).getByText('two').waitFor();

  outage(true);
  await page.locator('.run-log').getByText('다시 연결하는 중').waitFor();
  await room.rows().append(runId, ['stdout', 'ree\nfour\n'], ['stderr', 'five\n']);
  outage(false);

  await logBox(page).getByText('five').waitFor();
  expect(await logText(page)).toBe('one\ntwo\nthree\nfour\nfive');
  await room.rows().end(runId);
  await page.getByText('정상으로 끝났습니다.').waitFor();
});

test('of a long log the newest part is shown, how much came before is said, and memory stays bounded', async () => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id);
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => `line ${from + at} ${'x'.repeat(60)}\n`).join('');
  for (let from = 0; from < 20_000; from += 2_000) await room.rows().append(runId, ['stdout', lines(from, 2_000)]);
  await go(`runs/${runId}`);

  await logBox(page).getByText('line 19999 ').waitFor();
  await page.getByText(/앞의 1[6-9],\d{3}줄은 여기에 보이지 않습니다/).waitFor();
  const count = await page.locator('.log-line').count();
  expect(count).toBeLessThanOrEqual(3_000);
  expect(count).toBeGreaterThan(1_000);
  await look(page, 'run-long-ko', { isHuge: true });

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '전체 로그 받기' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`run-${runId}.log`);
  expect(await readFile(await download.path(), 'utf8')).toBe(lines(0, 20_000));
});

test('who is at the end of the log stays there, and who scrolled up is left alone until they go back', async () => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id);
  const append = (word: string) => room.rows().append(runId, ['stdout', `${word}\n`.repeat(100)]);
  await append('first');
  await go(`runs/${runId}`);
  await logBox(page).getByText('first').last().waitFor();
  expect(await fromEnd(page)).toBeLessThan(5);

  await logBox(page).hover();
  await page.mouse.wheel(0, -1_000);
  await page.getByRole('button', { name: '맨 아래로' }).waitFor();
  const top = await logBox(page).evaluate((box) => box.scrollTop);
  await append('second');
  await logBox(page).getByText('second').last().waitFor();
  expect(await logBox(page).evaluate((box) => box.scrollTop)).toBe(top);

  await page.getByRole('button', { name: '맨 아래로' }).click();
  await append('third');
  await logBox(page).getByText('third').last().waitFor();
  await until('the end is in view', async () => ((await fromEnd(page)) < 5 ? true : null));
});

test('who is at the end of a log that grows again before the browser tells of its scrolling stays there', async () => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id);
  const append = (word: string) => room.rows().append(runId, ['stdout', `${word}\n`.repeat(100)]);
  await append('first');
  await go(`runs/${runId}`);
  await logBox(page).getByText('first').last().waitFor();

  // After the page has drawn and scrolled, and before the next frame.
  await logBox(page).evaluate((box) => {
    const observer = new MutationObserver(() => {
      observer.disconnect();
      const more = document.createElement('div');
      more.className = 'grown';
      more.style.height = '300px';
      box.append(more);
    });
    observer.observe(box, { childList: true, subtree: true });
  });
  await append('second');
  await page.locator('.grown').waitFor({ state: 'attached' });
  await logBox(page).getByText('second').last().waitFor();
  // The scroll event of that frame comes first.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await append('third');

  await logBox(page).getByText('third').last().waitFor();
  await until('the end is in view', async () => ((await fromEnd(page)) < 5 ? true : null), 3_000);
});

test('output that was not kept is told', async () => {
  const { page, go, user } = await room.visit({ language: 'en' });
  const runId = await startedRun(user.id);
  await room.rows().append(runId, ['stdout', 'much\n']);
  const cursor = await room.rows().store.cursor(runId);
  await room.rows().store.append(runId, cursor, { ...cursor, stdout: 5e7, dropped: 12_345_678 }, []);
  await room.rows().end(runId);
  await go(`runs/${runId}`);

  await page.getByText('There was too much output: 12.3 MB after this were not kept.').waitFor();
});

test('the patch is a file to keep, and a run of the same command is one click away', async () => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id, 'make lint');
  await room.rows().store.saveDiff(runId, A_DIFF);
  await room.rows().end(runId);
  await go(`runs/${runId}`);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '패치 파일 받기' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`run-${runId}.patch`);

  await page.getByRole('button', { name: '다시 실행' }).click();
  await page.getByText('실행할 자리를 기다립니다.').waitFor();
  await page.getByRole('heading', { name: 'make lint' }).waitFor();
  expect(page.url()).not.toContain(runId);
  expect(await page.locator('.log-line').count()).toBe(0);
});

test('changes and proof that could not be had can be asked for again', async () => {
  const { page, go, user } = await room.visit({ language: 'en' });
  const runId = await startedRun(user.id);
  await room.rows().store.saveDiff(runId, A_DIFF);
  await room.rows().end(runId);
  await room.clean(runId);
  const away = /\/api\/runs\/[^/]+\/(diff|proof)$/;
  await page.route(away, (route) => route.fulfill({ status: 502 }));
  await go(`runs/${runId}`);
  const again = page.getByRole('button', { name: 'Try again' });
  await until('both can be asked for again', async () => ((await again.count()) === 2 ? true : null));
  await page.unroute(away);

  await again.first().click();
  await until('one is left', async () => ((await again.count()) === 1 ? true : null));
  await again.click();
  await page.getByText('Nothing is left of this run.').waitFor();
});

test('what could not be removed is not called gone', async () => {
  const { page, go, user } = await room.visit();
  const runId = await startedRun(user.id);
  await room.rows().end(runId);
  await room.clean(runId, false);
  await go(`runs/${runId}`);

  await page.getByText('치우지 못한 것이 있습니다.').waitFor();
  await page.getByText('빌려준 비밀이 남아 있음', { exact: true }).waitFor();
  await page.getByText('파일로 빌려준 비밀이 남아 있음').waitFor();
  expect(await page.getByText('이 실행에서 남은 것이 없습니다.').count()).toBe(0);
});

test('on a phone every target is at least 44 px high and wide', async () => {
  const { page, go, user } = await room.visit({ size: 'phone' });
  const projectId = await room.newProject(user.id);
  const runId = await room.newRun(user.id, projectId, 'make');
  await room.rows().store.saveDiff(runId, A_DIFF);
  await room.rows().begin(runId);
  await room.rows().end(runId);

  for (const place of ['projects', `projects/${projectId}`, `runs/${runId}`]) {
    await go(place);
    await page.getByRole('heading', { level: 3 }).last().waitFor();
    const small = await page.locator('button, a, input, summary').evaluateAll((targets) =>
      targets
        .filter((target) => target.checkVisibility())
        .map((target) => ({
          name: target.textContent || target.outerHTML,
          box: (target.closest('.card') ?? target).getBoundingClientRect(),
        }))
        .filter(({ box }) => box.width < 44 || box.height < 44)
        .map(({ name }) => name),
    );
    expect({ place, small }).toEqual({ place, small: [] });
  }
});

import { expect, test } from '@jest/globals';
import { projectTexts } from '../../src/domain/texts/projects.ts';
import { RUN_FAILURES } from '../../src/domain/runs.ts';
import type { RunAnswer } from '../../src/http/contract.ts';
import { commandWords, shellCommand } from '../../src/web/projects/command-words.ts';
import { newerRun } from '../../src/web/projects/run-progress.ts';
import { durationWords, runWords, sizeWords } from '../../src/web/projects/run-words.ts';
import { shownText } from '../../src/web/projects/shown-text.ts';

const QUEUED: RunAnswer = {
  id: 'b3f0c2a8-0000-4000-8000-000000000000',
  projectId: 'b3f0c2a8-0000-4000-8000-000000000001',
  kind: 'command',
  command: ['make'],
  status: 'queued',
  ending: null,
  exitCode: null,
  signal: null,
  failure: null,
  createdAt: '2026-11-24T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
  cleanedAt: null,
  leftToHost: false,
  logDroppedBytes: 0,
};
const RUNNING: RunAnswer = { ...QUEUED, status: 'running', startedAt: '2026-11-24T00:00:01.000Z' };
const STOPPING: RunAnswer = { ...RUNNING, status: 'stopping' };
const STOPPED: RunAnswer = { ...STOPPING, status: 'stopped', ending: 'stopped', endedAt: '2026-11-24T00:00:02.000Z' };
const CLEANED: RunAnswer = { ...STOPPED, cleanedAt: '2026-11-24T00:00:03.000Z' };

test('of two copies of a run the one that has got further stays, in whichever order they come', () => {
  const order = [QUEUED, RUNNING, STOPPING, STOPPED, CLEANED];
  for (const [at, earlier] of order.entries()) {
    for (const later of order.slice(at)) {
      expect(newerRun(earlier, later)).toBe(later);
      expect(newerRun(later, earlier)).toBe(at === order.indexOf(later) ? earlier : later);
    }
  }
  expect(newerRun(undefined, QUEUED)).toBe(QUEUED);
});

test('every failure has words of its own in each language', () => {
  for (const language of ['ko', 'en'] as const) {
    const words = RUN_FAILURES.map((failure) =>
      runWords({ ...STOPPED, ending: 'failed', failure }, projectTexts(language)),
    );
    expect(new Set(words).size).toBe(RUN_FAILURES.length);
  }
});

test('a clone that went well is not called a command', () => {
  const run: RunAnswer = { ...STOPPED, kind: 'import', command: [], status: 'done', ending: 'exited', exitCode: 0 };
  expect(runWords(run, projectTexts('en'))).toBe('The repository can be cloned.');
});

test.each<[command: string[], words: string]>([
  [shellCommand('npm test && echo "a b"'), 'npm test && echo "a b"'],
  [['node', '--version'], 'node --version'],
  [['echo', 'a b', '', "it's", '$HOME'], `echo 'a b' '' 'it'\\''s' '$HOME'`],
  [['/bin/sh', '-c', 'echo "$1"', 'sh', 'x'], `/bin/sh -c 'echo "$1"' sh x`],
])('the command %j is told as %s', (command, words) => {
  expect(commandWords(command)).toBe(words);
});

test.each([
  [0, '0초', '0 seconds'],
  [83_400, '1분 23초', '1 minute 23 seconds'],
  [3_600_000, '1시간', '1 hour'],
  [7_384_000, '2시간 3분', '2 hours 3 minutes'],
])('%d ms are told in the two largest units', (ms, ko, en) => {
  expect([durationWords(ms, 'ko'), durationWords(ms, 'en')]).toEqual([ko, en]);
});

test('sizes are told in units that people know', () => {
  expect([0, 999, 12_345_678, 5e12].map((bytes) => sizeWords(bytes, 'en'))).toEqual([
    '0 byte',
    '999 byte',
    '12.3 MB',
    '5,000 GB',
  ]);
});

test('controls and letters that turn others around are seen as replaced; lines and tabs stay', () => {
  expect(shownText('a\tb\r\nc\u202ed\u001b[31me\u0000')).toBe('a\tb\nc\ufffdd\ufffd[31me\ufffd');
});

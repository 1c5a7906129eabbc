import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { followLog } from '../../infra/local/processes/follow-log.ts';
import { readableLine } from '../../infra/local/processes/readable-line.ts';
import { usersOf } from '../../infra/local/watch-sources.ts';
import { isProductVariable } from '../../infra/local/settings/process-environment.ts';
import { startChild } from './support/child.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

test.each([
  ['src/web/main.tsx', ['page']],
  ['src/http/app.ts', ['gateway']],
  ['src/domain/texts.ts', ['gateway', 'orchestrator', 'sandbox', 'page']],
  ['workflows/request.ts', ['gateway', 'orchestrator']],
  ['workers/sandbox.ts', ['sandbox']],
  ['src/config.ts', ['gateway', 'orchestrator', 'sandbox']],
  ['src/http/.app.ts.swp', []],
])('saving %s restarts %j', (file, users) => {
  expect(usersOf(file)).toEqual(users);
});

test.each([
  ['{"level":30,"msg":"hello"}', undefined],
  ['{"level":40,"time":1,"pid":2,"hostname":"h","msg":"slow","ms":9}', 'warn: slow {"ms":9}'],
  ['{"level":"error","msg":"down"}', 'error: down'],
  ['    at file.ts:1', '    at file.ts:1'],
  ['{broken', '{broken'],
])('the terminal shows %s as %s', (line, shown) => {
  expect(readableLine(line)).toBe(shown);
});

test('a followed log gives each whole line once, however it is written', async () => {
  const folder = temporaryFolder();
  const file = join(folder.path, 'log');
  writeFileSync(file, 'before\n');
  const lines: string[] = [];
  const followed = followLog(file, 7, (line) => lines.push(line));
  const word = Buffer.from('안녕\n');
  appendFileSync(file, word.subarray(0, 4));
  followed.read();
  appendFileSync(file, word.subarray(4));
  appendFileSync(file, 'second\nthird');
  followed.read();
  writeFileSync(file, 'emptied\n');
  followed.end();
  expect(lines).toEqual(['안녕', 'second', 'emptied']);
  await folder.remove();
});

test('make help has one line for each command of the contract', async () => {
  const root = resolve(import.meta.dirname, '../..');
  const make = startChild(['-s', 'help'], { command: 'make', cwd: root });
  expect(await make.exitCode()).toBe(0);
  const commands = make
    .output()
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/)[1]);
  expect(commands.sort()).toEqual(['bench', 'demo', 'dev', 'down', 'help', 'reset', 'soak', 'test', 'up']);
});

test('.env.example names only variables that some process is given', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../.env.example'), 'utf8');
  const names = [...text.matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1] ?? '');
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !isProductVariable(name))).toEqual([]);
});

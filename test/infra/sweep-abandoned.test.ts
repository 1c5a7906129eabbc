import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startProcess } from '../../infra/local/process.ts';
import { lockDataFolder } from '../../infra/local/processes/data-lock.ts';
import { sweepAbandoned } from '../../infra/local/processes/sweep-abandoned.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test('a folder whose supervisor is gone is removed with what runs in it; a held, a young and a foreign one stay', async () => {
  const [abandoned, held, foreign] = ['run-a', 'run-b', 'other'].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  (await lockDataFolder(abandoned)).release();
  const left = await startProcess(abandoned, {
    name: 'left',
    command: 'sleep',
    args: ['60'],
    env: { PATH: '/usr/bin:/bin' },
  });
  const lock = await lockDataFolder(held);
  mkdirSync(foreign);

  await sweepAbandoned(folder.path, 'run-');
  expect(left.isAlive()).toBe(true);
  await sweepAbandoned(folder.path, 'run-', 0);
  expect(left.isAlive()).toBe(false);
  expect([abandoned, held, foreign].map((path) => existsSync(path))).toEqual([false, true, true]);
  lock.release();
});

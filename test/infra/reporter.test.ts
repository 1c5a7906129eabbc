import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild } from './support/child.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

const root = resolve(import.meta.dirname, '../..');
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function runJest(suites: Record<string, string>): Promise<{ lines: string[]; code: number | null }> {
  for (const [name, source] of Object.entries(suites)) writeFileSync(join(folder.path, `${name}.test.js`), source);
  const config = {
    rootDir: folder.path,
    testEnvironment: 'node',
    transform: {},
    reporters: ['default', join(root, 'test/support/reporter.ts')],
  };
  const jest = startChild([join(root, 'node_modules/jest/bin/jest.js'), '--config', JSON.stringify(config)], {
    cwd: root,
  });
  const code = await jest.exitCode(60_000);
  return { lines: jest.output().trimEnd().split('\n'), code };
}

test('the last line counts what passed, failed and was skipped, and a skipped test is named with its reason', async () => {
  const { lines, code } = await runJest({
    mixed: `test('adds', () => undefined);
      test('breaks', () => { throw new Error('broken'); });
      test.skip('walks in a browser (skipped: no Chromium here)', () => undefined);
      test.todo('is still to be written');`,
  });
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 2 skipped');
  expect(lines).toContain('skipped: walks in a browser (skipped: no Chromium here)');
  expect(code).toBe(1);
});

test('a suite that cannot load counts as failed', async () => {
  const { lines, code } = await runJest({ fine: "test('adds', () => undefined);", broken: "require('./nowhere');" });
  expect(lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped');
  expect(code).toBe(1);
});

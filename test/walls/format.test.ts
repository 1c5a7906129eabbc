import { expect, test } from '@jest/globals';
import { runTool } from './support/run-tool.ts';

const PRETTIER = 'node_modules/prettier/bin/prettier.cjs';

test('every file is formatted', async () => {
  const cache = ['--cache', '--cache-strategy=content', '--cache-location=node_modules/.cache/walls/prettier'];
  const { code, stderr } = await runTool(PRETTIER, ['--check', '--log-level=warn', ...cache, '.']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}, 240_000);

test('a file that is not formatted is noticed', async () => {
  const check = (input: string) => runTool(PRETTIER, ['--check', '--stdin-filepath', 'src/probe.ts'], { input });
  expect((await check('export const probe = { a: "b" }\n')).code).toBe(1);
  expect((await check("export const probe = { a: 'b' };\n")).code).toBe(0);
}, 240_000);

import { expect, test } from '@jest/globals';
import { ROOT, runTool } from './support/run-tool.ts';
import { withFolder } from './support/with-folder.ts';

const TSC = 'node_modules/typescript/bin/tsc';

test('every file is sound', async () => {
  const cache = ['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/walls/tsbuildinfo'];
  const { code, stdout } = await runTool(TSC, ['--noEmit', '--pretty', 'false', '-p', '.', ...cache]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
}, 240_000);

const FAULTS: Record<string, [string, string]> = {
  'a wrong type': ["export const probe: number = 'text';", 'TS2322'],
  'a possible absence': ['export const probe = (list: string[]): string => list[0];', 'TS2322'],
  'syntax that Node cannot strip': ['export enum Probe { A }', 'TS1294'],
  'an unused name': ['const probe = 1;\nexport {};', 'TS6133'],
  'a type imported as a value': [
    "import { URL } from 'node:url';\nimport { ParsedPath } from 'node:path';\nexport type A = [URL, ParsedPath];",
    'TS1484',
  ],
};

test('each kind of fault is noticed', async () => {
  const sources = Object.values(FAULTS).map(([source], index): [string, string] => [`probe-${index}.ts`, source]);
  const config = {
    extends: `${ROOT}tsconfig.json`,
    compilerOptions: { typeRoots: [`${ROOT}node_modules/@types`] },
    include: ['*.ts'],
  };
  const files = {
    ...Object.fromEntries(sources),
    'tsconfig.json': JSON.stringify(config),
    'package.json': '{"type":"module"}',
  };
  await withFolder(files, async (folder) => {
    const { stdout } = await runTool(TSC, ['--noEmit', '--pretty', 'false', '-p', '.'], { cwd: folder });
    for (const [index, [name, [, code]]] of Object.entries(FAULTS).entries()) {
      const found = stdout.split('\n').filter((line) => line.startsWith(`probe-${index}.ts`));
      expect([name, found.some((line) => line.includes(code))]).toEqual([name, true]);
    }
  });
}, 240_000);

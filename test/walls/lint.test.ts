import { beforeAll, expect, test } from '@jest/globals';
import { runTool } from './support/run-tool.ts';

/** What the rules are for, each as code that breaks one of them in a file of the product. */
const PROBES: [string, string][] = [
  ['@typescript-eslint/no-floating-promises', 'export const probe = (): void => { Promise.resolve(1); };'],
  ['@typescript-eslint/no-misused-promises', 'export const probe = [1].filter(async () => true);'],
  ['@typescript-eslint/await-thenable', 'export const probe = async (): Promise<number> => await 1;'],
  [
    '@typescript-eslint/switch-exhaustiveness-check',
    "export function probe(word: 'a' | 'b'): number { switch (word) { case 'a': return 1; } return 2; }",
  ],
  [
    '@typescript-eslint/consistent-type-imports',
    "import { Readable } from 'node:stream'; export type Probe = Readable;",
  ],
  [
    '@typescript-eslint/no-import-type-side-effects',
    "import { type Readable } from 'node:stream'; export type Probe = Readable;",
  ],
  ['@typescript-eslint/no-explicit-any', 'export const probe = (value: any): unknown => value;'],
  ['@typescript-eslint/no-unsafe-return', "export const probe = (): number => JSON.parse('1');"],
  ['@typescript-eslint/no-unused-vars', 'export const probe = (): void => { const unused = 1; };'],
  ['@typescript-eslint/only-throw-error', "export const probe = (): void => { throw 'text'; };"],
  ['@typescript-eslint/ban-ts-comment', '// @ts-ignore\nexport const probe = 1;'],
  ['no-restricted-syntax', 'export default 1;'],
  ['no-console', "export const probe = (): void => console.log('past the logger');"],
  ['no-console', "// eslint-disable-next-line no-console\nexport const probe = (): void => console.log('still');"],
];

let report: { tree: string; probes: string[][] };

beforeAll(async () => {
  const input = JSON.stringify([
    ...PROBES.map(([, source]) => ({ file: 'src/logger.ts', source })),
    { file: 'src/logger.ts', source: 'export const probe = 1;\n' },
  ]);
  const { stdout, stderr } = await runTool('test/walls/support/run-eslint.ts', [], { input });
  if (stdout === '') throw new Error(stderr);
  report = JSON.parse(stdout) as typeof report;
}, 180_000);

test('every file keeps the rules', () => {
  expect(report.tree).toBe('');
});

test.each(PROBES.map(([rule, source], index) => [rule, source, index] as const))('%s: %s', (rule, _source, index) => {
  expect(report.probes[index]).toContain(rule);
});

test('sound code is left alone', () => {
  expect(report.probes.at(-1)).toEqual([]);
});

import { expect, test } from '@jest/globals';
import { ROOT, runTool } from './support/run-tool.ts';
import { withFolder } from './support/with-folder.ts';

const ESLINT = 'node_modules/eslint/bin/eslint.js';

/** What the rules are for, each as code that breaks one of them in a file of the product. */
const PROBES: [string, string][] = [
  ['@typescript-eslint/no-floating-promises', 'export const probe = (): void => { Promise.resolve(1); };'],
  ['@typescript-eslint/no-misused-promises', 'export const probe = [1].filter(async () => true);'],
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

test('every file keeps the rules', async () => {
  const { stdout, stderr } = await runTool(ESLINT, ['.']);
  expect(`${stdout}${stderr}`).toBe('');
}, 240_000);

test('each rule notices its probe, comments that switch it off included, and leaves sound code alone', async () => {
  const sources = PROBES.map(([, source], index): [string, string] => [`src/probe-${index}.ts`, `${source}\n`]);
  const files = {
    ...Object.fromEntries(sources),
    'src/sound.ts': 'export const sound = 1;\n',
    'package.json': '{"type":"module"}',
    'tsconfig.json': JSON.stringify({
      extends: `${ROOT}tsconfig.json`,
      compilerOptions: { typeRoots: [`${ROOT}node_modules/@types`] },
      include: ['src'],
    }),
  };
  const { stdout } = await withFolder(files, (cwd) =>
    runTool(ESLINT, ['--config', `${ROOT}eslint.config.js`, '--format', 'json', 'src'], { cwd }),
  );
  const results = JSON.parse(stdout) as { filePath: string; messages: { ruleId: string }[] }[];
  const rulesOf = (file: string): string[] =>
    results.find(({ filePath }) => filePath.endsWith(`/${file}`))?.messages.map(({ ruleId }) => ruleId) ?? [
      'not linted',
    ];
  const missed = PROBES.filter(([rule], index) => !rulesOf(`probe-${index}.ts`).includes(rule));
  expect(missed).toEqual([]);
  expect(rulesOf('sound.ts')).toEqual([]);
}, 240_000);

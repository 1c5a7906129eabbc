import { expect, test } from '@jest/globals';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ROOT } from './support/run-tool.ts';
import { withFolder } from './support/with-folder.ts';

/** A waiting workflow that has loaded zod takes ten times the memory. */
const ZOD = /node_modules\/zod\//;

test('the workflows bundle for replay, without zod', async () => {
  const { code, said } = await bundle(`${ROOT}workflows/index.ts`);
  expect(said).toEqual('');
  expect(code).toContain('workflows/index.ts');
  expect(code).not.toMatch(ZOD);
}, 240_000);

const PROBES: [string, string, RegExp][] = [
  [
    'a Node built-in',
    "import { readFileSync } from 'node:fs';\nexport const probe = () => readFileSync('a');\n",
    /node:fs/,
  ],
  [
    'a package that does I/O',
    "import pg from 'pg';\nexport const probe = () => new pg.Client();\n",
    /disallowed modules/,
  ],
  ['zod', "import { z } from 'zod';\nexport const probe = () => z.string();\n", ZOD],
];

test.each(PROBES)(
  '%s in a workflow is noticed',
  async (_name, source, words) => {
    const files = { 'workflows/index.ts': source, 'package.json': '{"type":"module"}' };
    const { code, said } = await withFolder(files, (folder) => bundle(`${folder}/workflows/index.ts`));
    expect(`${code}\n${said}`).toMatch(words);
  },
  60_000,
);

/** The bundle, and what its maker reported as an error. */
async function bundle(workflowsPath: string): Promise<{ code: string; said: string }> {
  const errors: string[] = [];
  const ignore = () => undefined;
  const error = (message: string): void => void errors.push(message);
  const logger = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error };
  try {
    const { code } = await bundleWorkflowCode({ workflowsPath, logger });
    return { code, said: errors.join('\n') };
  } catch (thrown) {
    return { code: '', said: [...errors, String(thrown)].join('\n') };
  }
}

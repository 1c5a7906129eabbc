import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';

/*
 * Lints the tree, then each probe, a text, as if it stood in an existing file: so it is checked with that file's rules and
 * types, in the process that has loaded them already, and never lies in the tree.
 *
 * stdin: [{ file, source }]; stdout: { tree: string, probes: ruleId[][] }
 */
interface Probe {
  file: string;
  source: string;
}

const probes = JSON.parse(readFileSync(0, 'utf8')) as Probe[];
const eslint = new ESLint();
const results = await eslint.lintFiles(['.']);
const found: (string | null)[][] = [];
for (const { file, source } of probes) {
  const [result] = await eslint.lintText(source, { filePath: file });
  found.push((result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message));
}
const formatter = await eslint.loadFormatter('stylish');
process.stdout.write(JSON.stringify({ tree: await formatter.format(results), probes: found }));

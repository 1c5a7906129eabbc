import { beforeAll, expect, test } from '@jest/globals';
import * as hygiene from './support/hygiene.ts';
import { repositoryFiles } from './support/repository-files.ts';

let files: hygiene.Files;
beforeAll(async () => {
  files = await repositoryFiles();
});

/** Joined here, so that this file is clean itself. */
const join = (...parts: string[]): string => parts.join('');

const lock = (packages: object): [string, string] => ['package-lock.json', JSON.stringify({ packages })];
const PROTOBUF = { 'node_modules/protobufjs': { version: '8.8.1' } };

type Check = (files: hygiene.Files) => string[];
/** What must not be there, the check for it, files that have it (each alone), a file that only looks like it. */
const WALLS: [string, Check, [string, string][], [string, string]][] = [
  [
    'path of a machine',
    hygiene.machinePaths,
    [
      ['a.ts', join("open('", '/wor', "k/main/x')")],
      ['a.sh', join('cd ', '/roo', 't/panager')],
      ['a.md', join('see /', 'tmp/br', 'ief')],
      ['a.yml', join('/hom', 'e/minji/')],
    ],
    ['a.ts', "join(root, 'workflows/'); '/tmp/panager'; 'test/network/x'"],
  ],
  [
    'shape of a secret',
    hygiene.secretShapes,
    [
      ['a.ts', join('gh', 'p_', 'a1'.repeat(18))],
      ['a.env', join('KEY=sk-', 'ant-', 'api03-abcdefghijklmnop')],
      ['a.pem', join('-----BEGIN ', 'PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0').replace('\n', ' ')],
      ['a.json', join('"ey', 'JhbGciOiJSUzI1NiJ9', '.eyJzdWIiOiJjYW5hcnkifQ', '.c2ln"')],
    ],
    ['a.ts', "const token = ['gh', 'p_', 'x'].join(''); // ghp_ tokens, sk-ant- keys"],
  ],
  [
    'switched-off test',
    hygiene.switchedOffTests,
    [
      ['test/a.test.ts', join('test.', "only('a', () => {})")],
      ['test/b.test.ts', join('describe.', "skip('a', () => {})")],
      ['test/c.test.ts', join('xi', "t('a', () => {})")],
    ],
    [
      'test/a.test.ts',
      join('// skipped where there is no engine: it would prove nothing\ntest.', "skip('a', () => {})"),
    ],
  ],
  [
    'dead link',
    hygiene.deadLinks,
    [
      ['a.md', '[x](docs/missing.md)'],
      ['docs/a.md', '![x](../missing.png)'],
      ['b.md', '# One\n[x](#two)'],
      ['c.md', '<img src="missing.png">'],
    ],
    ['docs/a.md', '# Two words\n[x](#two-words) [y](../docs) [z](https://example.org)\n```\n[x](nothing.md)\n```'],
  ],
  [
    'document that is elsewhere',
    hygiene.unknownDocuments,
    [['a.ts', join('// as proto', 'col.m', 'd says')]],
    ['README.md', 'This is README.md; see *.md.'],
  ],
  [
    'gap between migrations',
    hygiene.migrationGaps,
    [
      ['infra/postgres/0002_second.sql', ''],
      ['infra/postgres/1_first.sql', ''],
    ],
    ['infra/postgres/0001_first.sql', ''],
  ],
  [
    'fault of the lock file',
    hygiene.lockFaults,
    [
      lock({ ...PROTOBUF, 'node_modules/a': { resolved: 'https://registry.internal/a.tgz' } }),
      lock({ ...PROTOBUF, 'node_modules/@temporalio/common/node_modules/protobufjs': { version: '7.0.0' } }),
      lock({ 'node_modules/protobufjs': { version: '7.5.0' } }),
      lock({
        ...PROTOBUF,
        'node_modules/@temporalio/client': { version: '1.24.0' },
        'node_modules/x/node_modules/@temporalio/common': { version: '1.23.0' },
      }),
    ],
    lock({ ...PROTOBUF, 'node_modules/@temporalio/client': { version: '1.24.0' } }),
  ],
  [
    'address of a registry',
    hygiene.registryHosts,
    [
      ['.npmrc', join('regis', 'try=https://npm.internal/')],
      ['infra/local/x.sh', join('pip download --index', '-url https://pypi.internal')],
    ],
    ['.npmrc', 'omit-lockfile-registry-resolved=true'],
  ],
];

test.each(WALLS)('there is no %s in the repository', (_name, check) => {
  expect(files.size).toBeGreaterThan(50);
  expect(check(files)).toEqual([]);
});

test.each(WALLS)('a %s is noticed', (_name, check, planted, harmless) => {
  for (const file of planted) expect([file[0], check(new Map([file])).length]).toEqual([file[0], 1]);
  expect(check(new Map([harmless]))).toEqual([]);
});

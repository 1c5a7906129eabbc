import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/*
 * `npm run lock:complete`, after each change of dependencies.
 * Where a registry lacks a build for another platform, `npm install` drops that optional package from the lock file
 * without a word, and `npm ci` then refuses the lock file as incomplete, on every platform. The missing entries are added
 * here with what npm needs to know in order to skip them.
 */

type Entry = {
  version?: string;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
};
type Lock = { packages: Record<string, Entry> };

/** The entries that the lock file names as optional dependencies of a package but does not describe, by their place. */
export function missingOptionals(packages: Lock['packages']): Map<string, { name: string; range: string }> {
  const missing = new Map<string, { name: string; range: string }>();
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isDescribed(packages, place, name)) missing.set(`node_modules/${name}`, { name, range });
    }
  }
  return missing;
}

/** As Node looks for it: in the package's own node_modules, then in each folder above. */
function isDescribed(packages: Lock['packages'], place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder}${folder ? '/' : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

/** Its entry: from the registry when it knows the package, else what its name says. */
function describe(name: string, range: string): Entry {
  const version = range.replace(/^[\^~=]/, '');
  const known = ask(name, version);
  const [os, cpu, libc] = platformOf(name);
  return {
    version,
    ...(known.license && { license: known.license }),
    ...((known.cpu ?? cpu) && { cpu: known.cpu ?? cpu }),
    ...((known.libc ?? libc) && { libc: known.libc ?? libc }),
    optional: true,
    ...((known.os ?? os) && { os: known.os ?? os }),
    ...(known.engines && { engines: known.engines }),
  };
}

type Known = { license?: string; os?: string[]; cpu?: string[]; libc?: string[]; engines?: Record<string, string> };

function ask(name: string, version: string): Known {
  try {
    const fields = ['name', 'license', 'os', 'cpu', 'libc', 'engines'];
    const answer = JSON.parse(
      execFileSync('npm', ['view', `${name}@${version}`, ...fields, '--json'], { encoding: 'utf8', stdio: 'pipe' }),
    ) as Record<string, unknown>;
    const listed = (value: unknown) => (value === undefined ? undefined : [value].flat().map(String));
    return { ...answer, os: listed(answer.os), cpu: listed(answer.cpu), libc: listed(answer.libc) } as Known;
  } catch {
    return {};
  }
}

const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'openbsd', 'netbsd', 'android', 'aix', 'sunos', 'openharmony'];
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** `@swc/core-linux-arm64-gnu` says all that npm needs to know. */
function platformOf(name: string): [os?: string[], cpu?: string[], libc?: string[]] {
  const words = name.split(/[-/]/);
  const os = words.map((word) => (word === 'windows' ? 'win32' : word)).find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  const libc =
    os === 'linux' ? (words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined) : undefined;
  return [os ? [os] : undefined, cpu ? [cpu] : undefined, libc ? [libc] : undefined];
}

if (import.meta.main) {
  const file = join(root, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const missing = missingOptionals(lock.packages);
  for (const [place, { name, range }] of missing) lock.packages[place] = describe(name, range);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  if (missing.size > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    missing.size > 0
      ? `Added ${[...missing.values()].map(({ name }) => name).join(', ')}.`
      : 'The lock file is complete.',
  );
}

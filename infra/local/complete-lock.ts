import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `npm run lock:complete`, after each change of dependencies.
 * Where a registry lacks a build for another platform, `npm install` drops that optional package from the lock file
 * without a word, and `npm ci` then refuses the lock file as incomplete, on every platform. The missing entries are added
 * here with what npm needs to know in order to skip them.
 */

type Entry = { version?: string; optionalDependencies?: Record<string, string>; [key: string]: unknown };
type Packages = Record<string, Entry>;

/** The optional dependencies that packages in the lock file name and the lock file does not describe: name to version. */
export function missingOptionals(packages: Packages): Map<string, string> {
  const missing = new Map<string, string>();
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isDescribed(packages, place, name)) missing.set(name, range.replace(/^[\^~=]/, ''));
    }
  }
  return missing;
}

/** As Node looks for a package: in the dependent's own node_modules, then in each folder above. */
function isDescribed(packages: Packages, place: string, name: string): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder}${folder ? '/' : ''}node_modules/${name}`]) return true;
    if (!folder) return false;
  }
}

const SYSTEMS = ['darwin', 'linux', 'win32', 'freebsd', 'openbsd', 'netbsd', 'android', 'aix', 'sunos', 'openharmony'];
const PROCESSORS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'];

/** `@swc/core-linux-arm64-gnu` says in its name all that npm needs to know. Throws when a name says no system. */
export function describeByName(name: string, version: string): Entry {
  const words = name.split(/[-/]/).map((word) => (word === 'windows' ? 'win32' : word));
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (!os) throw new Error(`${name} is missing from the lock file and its name says no system: add it by hand.`);
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return { version, ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), optional: true, os: [os] };
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '../../package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };
  const missing = missingOptionals(lock.packages);
  for (const [name, version] of missing) lock.packages[`node_modules/${name}`] = describeByName(name, version);
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  if (missing.size > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(missing.size > 0 ? `Added ${[...missing.keys()].join(', ')}.` : 'The lock file is complete.');
}

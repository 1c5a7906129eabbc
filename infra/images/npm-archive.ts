import { execFile } from 'node:child_process';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildEnvironment } from './build-environment.ts';

/** The CLI is close to 200 MB. */
const DOWNLOAD_MS = 20 * 60_000;
const ADVICE = 'Set SANDBOX_IMAGE to an image that is ready, or CLAUDE_VERSION to a version that exists.';

/** Brings a package's archive into this folder and returns its path. */
export type FetchPackage = (name: string, version: string, folder: string) => Promise<string>;

/**
 * Fetches by npm's own client, from whichever registry this machine is set up for; nothing of the package is run.
 * Throws in words for an operator.
 */
export async function npmArchive(
  name: string,
  version: string,
  folder: string,
  environment = buildEnvironment(),
): Promise<string> {
  const own = await mkdtemp(join(folder, 'package-'));
  const options = { cwd: own, env: environment, timeout: DOWNLOAD_MS };
  const why = await promisify(execFile)(
    'npm',
    ['pack', '--ignore-scripts', '--loglevel=error', `${name}@${version}`],
    options,
  ).then(() => 'npm brought nothing', whyOf);
  const [file] = await readdir(own);
  if (file === undefined) throw new Error(`${name} ${version} could not be fetched: ${why}. ${ADVICE}`);
  return join(own, file);
}

/** npm's code alone: what else it says may hold the address of a registry and its credentials. */
function whyOf(error: unknown): string {
  const property = (key: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  if (property('code') === 'ENOENT') return 'npm is missing here';
  if (property('killed') === true) return 'npm took too long';
  return `npm said ${/error code (\w+)/.exec(String(property('stderr')))?.[1] ?? 'nothing'}`;
}

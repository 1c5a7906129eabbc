import { hostname } from 'node:os';
import { isIP } from 'node:net';
import { z } from 'zod';
import { list, wholeNumber } from './formats.ts';
import type { CommonConfig, Mode, SandboxConfig } from './types.ts';
import type { Variables } from './variables.ts';

const MIB = 1024 * 1024;
const DEFAULT_SOCKET = '/var/run/docker.sock';
const DEFAULT_WORKSPACES = '/var/opt/panager/workspaces';
/** An image that tests make of this machine's own programs. */
const TEST_IMAGE = 'test';

/** Each with its least and its most, and what it is when it is unset. */
const LIMITS = {
  SANDBOX_CAPACITY: [1, 100, 2],
  SANDBOX_MEMORY_MB: [128, 1_000_000, 2048],
  SANDBOX_CPUS: [1, 256, 1],
  SANDBOX_PIDS: [32, 100_000, 512],
  SANDBOX_TMP_MB: [1, 100_000, 256],
  SANDBOX_DISK_MB: [16, 1_000_000, 2048],
  SANDBOX_LOG_MB: [1, 1_000, 10],
  SANDBOX_WALL_SECONDS: [1, 86_400, 1_800],
} as const satisfies Record<string, [number, number, number]>;

const OTHERS = ['SANDBOX_HOST', 'SANDBOX_IMAGE', 'SANDBOX_PRIVATE_ADDRESSES'];

const hostId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'is not a name of up to 40 small letters, digits and dashes.');
const socket = z
  .string()
  .regex(/^unix:\/\/\/[^\s]+$/, 'is not unix:///path of a socket on this machine.')
  .transform((value) => value.slice('unix://'.length));
const absolutePath = z.string().regex(/^\/[^\0]*$/, 'is not an absolute path.');
const imageName = z.string().regex(/^[a-z0-9][\w.:/@-]*$/i, 'is not the name of an image.');
const version = z.string().regex(/^\d+\.\d+\.\d+$/, 'is not a version of three numbers.');
const addresses = list.refine((all) => all.every((one) => isIP(one) !== 0), 'holds something that is no IP address.');

type SandboxPart = Omit<SandboxConfig, keyof CommonConfig | 'deployment'>;

/** What a container host is called, where its engine is, and what one run may use of it. */
export function readSandbox(variables: Variables, mode: Mode | null): SandboxPart {
  refuseUnknown(variables);
  const limit = (name: keyof typeof LIMITS): number => {
    const [least, most, unset] = LIMITS[name];
    return variables.optional(name, wholeNumber(least, most), `Leave it out for ${unset}.`) ?? unset;
  };
  const fixVersion = 'Set the version that the image must have, such as 2.1.0, or leave it out.';
  return {
    host: variables.optional('SANDBOX_HOST', hostId, 'Leave it out for the name of this machine.') ?? nameOfMachine(),
    engineSocket:
      variables.optional('DOCKER_HOST', socket, `Leave it out for unix://${DEFAULT_SOCKET}.`) ?? DEFAULT_SOCKET,
    image: readImage(variables, mode),
    baseImage: variables.optional('BASE_IMAGE', imageName, 'Set a name such as debian:bookworm-slim, or remove it.'),
    claudeVersion: variables.optional('CLAUDE_VERSION', version, fixVersion),
    workspacesRoot:
      variables.optional('WORKSPACES_ROOT', absolutePath, `Leave it out for ${DEFAULT_WORKSPACES}.`) ??
      DEFAULT_WORKSPACES,
    allowedPrivate: readPrivateAddresses(variables, mode),
    capacity: limit('SANDBOX_CAPACITY'),
    container: {
      memoryBytes: limit('SANDBOX_MEMORY_MB') * MIB,
      cpus: limit('SANDBOX_CPUS'),
      pids: limit('SANDBOX_PIDS'),
      tmpBytes: limit('SANDBOX_TMP_MB') * MIB,
    },
    workspaceBytes: limit('SANDBOX_DISK_MB') * MIB,
    logBytes: limit('SANDBOX_LOG_MB') * MIB,
    wallMs: limit('SANDBOX_WALL_SECONDS') * 1_000,
  };
}

/** MO-1: production runs on a real image. */
function readImage(variables: Variables, mode: Mode | null): SandboxConfig['image'] {
  const name = variables.raw('SANDBOX_IMAGE') ?? null;
  if (name === TEST_IMAGE && mode === 'production') {
    variables.fault('SANDBOX_IMAGE', 'names the image of tests, which production refuses.', 'Remove it.');
  }
  return name;
}

/** CO-2: runs reach no private address. Tests have their servers on one. */
function readPrivateAddresses(variables: Variables, mode: Mode | null): readonly string[] {
  const found = variables.optional('SANDBOX_PRIVATE_ADDRESSES', addresses, 'Only tests set it: remove it.') ?? [];
  if (found.length > 0 && mode !== null && mode !== 'test') {
    variables.fault('SANDBOX_PRIVATE_ADDRESSES', 'is set, which only tests may.', 'Remove it.');
  }
  return found;
}

/** The name of its queue, of its place in Vault and of its rows: it must stay the same over restarts. */
function nameOfMachine(): string {
  const fit = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40);
  return fit || 'host';
}

/** A misspelt limit must not silently mean its default. */
function refuseUnknown(variables: Variables): void {
  const known = [...Object.keys(LIMITS), ...OTHERS];
  for (const name of variables.names) {
    if (!name.startsWith('SANDBOX_') || known.includes(name)) continue;
    variables.fault(name, 'is not a setting of Panager.', `Set one of ${known.join(', ')}, or remove it.`);
  }
}

import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import { resolve, sep } from 'node:path';
import { KEEPER_FOLDER, KEEPER_UID, RUN_UID } from '../../domain/container-users.ts';
import type { ContainerLimits, ContainerSpec } from '../../ports/container-engine.ts';
import { containerLabels, type Owner } from './names.ts';

/** Where the folder with a socket of ours appears inside. */
export const LENDING_TARGET = '/run/lending';
/** Where folders of a run appear inside. Nothing else of the host does, in any container of a run. */
const TARGETS = ['/workspace', '/mirror', LENDING_TARGET];
const OPEN_FILES = 8192;
const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;
const HOME_BYTES = 256 * 1024 * 1024;
const LENT_FILES_BYTES = 1024 * 1024;

/**
 * How every container is made (CO-1, CO-2). Everything that a spec does not say is fixed here.
 * Throws when a mount is not a folder of this very run.
 */
export function containerSettings(
  spec: ContainerSpec,
  image: string,
  owner: Owner,
  workspacesRoot: string,
): ContainerCreateOptions {
  return {
    Image: image,
    Labels: containerLabels(owner, spec),
    User: `${KEEPER_UID}:${KEEPER_UID}`,
    Entrypoint: ['node', '--max-old-space-size=64', `${KEEPER_FOLDER}/keeper.js`],
    Cmd: [],
    WorkingDir: '/',
    Hostname: 'panager',
    Env: ['HOME=/home/run', 'LANG=C.UTF-8', 'NODE_OPTIONS=', 'UV_THREADPOOL_SIZE=1'],
    HostConfig: {
      ...hardening(spec.limits),
      Tmpfs: {
        '/tmp': tmpfs(spec.limits.tmpBytes, '1777'),
        '/home/run': tmpfs(HOME_BYTES, '0700', RUN_UID),
        '/run/panager': tmpfs(LENT_FILES_BYTES, '0711', KEEPER_UID),
        // For what is lent as a file: gone with the container, never on a disk (CO-3).
        '/run/lent': tmpfs(LENT_FILES_BYTES, '0700', RUN_UID),
      },
      Mounts: spec.mounts.map((mount) => ({
        Type: 'bind' as const,
        ...checkMount(mount, `${resolve(workspacesRoot, spec.runId)}${sep}`),
        BindOptions: { Propagation: 'rprivate' as const },
      })),
    },
  };
}

/** For whatever we start, be it for a moment only. */
export function hardening(limits: ContainerLimits): HostConfig {
  return {
    NetworkMode: 'none',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
    ReadonlyRootfs: true,
    PidsLimit: limits.pids,
    Memory: limits.memoryBytes,
    // Together with memory: no swap.
    MemorySwap: limits.memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    Ulimits: [
      { Name: 'nofile', Soft: OPEN_FILES, Hard: OPEN_FILES },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    ShmSize: SHARED_MEMORY_BYTES,
    IpcMode: 'private',
    // Output has its own way; what the engine kept of it would be a second copy that nobody masks.
    LogConfig: { Type: 'none', Config: {} },
    Init: true,
    RestartPolicy: { Name: 'no' },
  };
}

function tmpfs(bytes: number, mode: string, uid = 0): string {
  return `rw,noexec,nosuid,nodev,size=${bytes},mode=${mode},uid=${uid},gid=${uid}`;
}

function checkMount(mount: ContainerSpec['mounts'][number], runFolder: string) {
  if (!TARGETS.includes(mount.target)) throw new TypeError('A mount appears at a place that is not meant for one.');
  if (!resolve(mount.source).startsWith(runFolder)) throw new TypeError('A mount is not a folder of this run.');
  return { Source: resolve(mount.source), Target: mount.target, ReadOnly: mount.readOnly };
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { testImage } from '../../infra/images/test-image.ts';
import { startSystem, type System, type SystemOptions } from '../../infra/local/system.ts';
import type { Environment } from '../../infra/local/settings/process-environment.ts';
import type { ContainerEngine } from '../../src/ports/container-engine.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';
import { createDockerEngine } from '../../src/providers/docker/container-engine.ts';
import { createWorkspaces } from '../../src/providers/workspaces/create-workspaces.ts';
import { sharedEngine } from './shared-engine.ts';
import { until } from './until.ts';

/** What the sandbox of a whole system is told, so that it runs containers of the test image. */
export type ContainerPlace = {
  environment: Environment;
  /** Whose containers they are. */
  owner: { installation: string; host: string };
  /** What that sandbox makes, seen from outside. */
  engine: ContainerEngine;
  workspaces: Workspaces;
  /** Removes what is left of it. */
  clear(): Promise<void>;
};

/**
 * A place for runs on this engine, which nobody else's sandbox shares. In jest the engine is the shared one; elsewhere it is
 * one that was started with `startPrivateEngine`. `more` are SANDBOX_* variables, limits say.
 */
export async function containerPlace(
  more: Environment = {},
  on: { socketPath: string; workspacesRoot: string } | { missing: string } = sharedEngine(),
): Promise<ContainerPlace> {
  if ('missing' in on) throw new Error(`There is no container engine: ${on.missing}.`);
  const workspacesRoot = join(on.workspacesRoot, randomUUID().slice(0, 8));
  mkdirSync(workspacesRoot, { mode: 0o700 });
  // As workers/sandbox.ts names its own.
  const owner = {
    installation: createHash('sha256').update(workspacesRoot).digest('hex').slice(0, 12),
    host: more['SANDBOX_HOST'] ?? 'local',
  };
  const engine = createDockerEngine({
    socketPath: on.socketPath,
    owner,
    image: await testImage(),
    workspacesRoot,
  });
  const workspaces = await createWorkspaces({ root: workspacesRoot });
  return {
    environment: {
      DOCKER_HOST: `unix://${on.socketPath}`,
      WORKSPACES_ROOT: workspacesRoot,
      SANDBOX_IMAGE: 'test',
      // Git servers of tests are on this machine.
      SANDBOX_PRIVATE_ADDRESSES: '127.0.0.1',
      SANDBOX_MEMORY_MB: '512',
      SANDBOX_PIDS: '128',
      SANDBOX_DISK_MB: '32',
      ...more,
    },
    owner,
    engine,
    workspaces,
    clear: async () => {
      for (const container of await engine.list()) await engine.remove(container);
      for (const runId of await workspaces.list()) await workspaces.remove(runId);
    },
  };
}

export type SystemWithContainers = System & {
  containers: ContainerPlace;
  /** Waits until the sandbox that was started last can run containers. */
  canRun(): Promise<void>;
};

/**
 * The whole product with a sandbox that runs containers of the test image; use it inside `containerTest`, or after
 * `hasEngine()`. Waits until runs can be placed. `stop` also removes whatever containers and workspaces are left.
 */
export async function startSystemWithContainers(
  options: Omit<SystemOptions, 'mode'>,
  more: Environment = {},
): Promise<SystemWithContainers> {
  const containers = await containerPlace(more);
  const system = await startSystem({
    ...options,
    mode: 'test',
    environment: async (servers) => {
      const told = (await options.environment?.(servers)) ?? {};
      return { ...told, sandbox: { ...told.sandbox, ...containers.environment } };
    },
  });
  const said = () => system.output('sandbox').includes('sandbox can run containers');
  const canRun = async () => {
    await until('the sandbox can run containers', () => Promise.resolve(said() || null), 120_000);
  };
  const stop = async () => {
    await system.stop();
    await containers.clear();
  };
  await canRun().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { ...system, stop, containers, canRun };
}

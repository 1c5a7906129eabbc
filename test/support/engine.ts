import { test } from '@jest/globals';
import Docker from 'dockerode';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { testImage } from '../../infra/images/test-image.ts';
import type { ContainerEngine } from '../../src/ports/container-engine.ts';
import type { Workspaces } from '../../src/ports/workspaces.ts';
import { createDockerEngine, type DockerEngineOptions } from '../../src/providers/docker/container-engine.ts';
import { createWorkspaces } from '../../src/providers/workspaces/create-workspaces.ts';
import { sharedEngine } from './shared-engine.ts';

/** A test that needs a container engine. */
export function containerTest(name: string, body: () => Promise<void>, timeoutMs = 120_000): void {
  const shared = sharedEngine();
  // Without an engine nothing would be proven: it is skipped, and its name says why.
  if ('missing' in shared) test.skip(`${name} (skipped: ${shared.missing})`, body);
  else test(name, body, timeoutMs);
}

export type TestEngine = {
  engine: ContainerEngine;
  options: DockerEngineOptions;
  workspaces: Workspaces;
  /** The engine itself, to look at what the adapter did. */
  docker: Docker;
  /** Removes every container and workspace of this test file. */
  close(): Promise<void>;
};

/** The shared engine with the test image, as an installation of this test file's own: nobody sees another's containers. */
export async function openTestEngine(changes: Partial<DockerEngineOptions> = {}): Promise<TestEngine> {
  const shared = sharedEngine();
  if ('missing' in shared) throw new Error(`There is no container engine: ${shared.missing}.`);
  const workspacesRoot = join(shared.workspacesRoot, randomUUID());
  mkdirSync(workspacesRoot, { mode: 0o700 });
  const options: DockerEngineOptions = {
    socketPath: shared.socketPath,
    owner: { installation: randomUUID(), host: 'test' },
    image: await testImage(),
    workspacesRoot,
    ...changes,
  };
  const engine = createDockerEngine(options);
  await engine.ensureImage(() => undefined);
  const workspaces = await createWorkspaces({ root: workspacesRoot });
  return {
    engine,
    options,
    workspaces,
    docker: new Docker({ socketPath: options.socketPath }),
    close: async () => {
      for (const container of await engine.list()) await engine.remove(container);
      for (const runId of await workspaces.list()) await workspaces.remove(runId);
    },
  };
}

import type Docker from 'dockerode';
import type { Duplex, Readable } from 'node:stream';
import type { ImageCheck } from '../../ports/container-engine.ts';
import { KEEPER_FOLDER, RUN_UID } from '../../domain/container-users.ts';
import { hardening, LENDING_TARGET } from './container-settings.ts';
import { openCheckSocket, type CheckSocket } from './check-socket.ts';
import type { Call } from './engine-calls.ts';
import { followProgress } from './follow-progress.ts';
import type { ImageRecipe, ImageStep } from './image-recipe.ts';
import { checkName, ownerLabels, type Owner } from './names.ts';
import { readFrames } from './read-frames.ts';

/** A base of Debian and a compiler take minutes on a slow line. */
const BUILD_MS = 30 * 60_000;
const CHECK_MS = 60_000;
const CHECK_LIMITS = { memoryBytes: 512 * 1024 * 1024, cpus: 1, pids: 64, tmpBytes: 0 };
const MAX_ANSWER_BYTES = 10_000;
const NO_SOCKETS =
  'its containers cannot connect to sockets of this machine, through which everything reaches them: use an engine that runs on this machine itself, or a Docker Desktop that shares sockets';

/** The image of all containers: made when it is missing, looked into before anything is lent to it (CO-7). */
export function createImage(docker: Docker, call: Call, recipe: ImageRecipe, owner: Owner, workspacesRoot: string) {
  let making: Promise<void> | undefined;
  let looking: Promise<Record<string, unknown>> | undefined;
  let known: { id: string; check: ImageCheck } | undefined;
  let obstacles: string[] = [];

  const idOf = async (name: string): Promise<string | undefined> => {
    const filters = { reference: [name] };
    const found = await call((signal) => docker.listImages({ filters, abortSignal: signal }));
    return found[0]?.Id;
  };

  const make = async (progress: (line: string) => void) => {
    for (const [index, step] of recipe.steps.entries()) {
      if (await idOf(step.name)) continue;
      progress(`image: part ${index + 1} of ${recipe.steps.length}`);
      const content = await gather(step, progress);
      await call((signal) => runStep(docker, step, content, signal, progress), { timeoutMs: BUILD_MS }).catch(
        (error: unknown) => {
          if (step.kind === 'build' && step.whenFailed !== undefined) obstacles = [step.whenFailed];
          throw error;
        },
      );
    }
  };

  /** No question to the engine: what is wrong here is told in the recipe's own words. */
  const gather = async (step: ImageStep, progress: (line: string) => void): Promise<Readable> => {
    try {
      const content = await (step.kind === 'import' ? step.archive : step.context)(progress);
      obstacles = [];
      return content;
    } catch (error) {
      obstacles = error instanceof Error ? [error.message] : [];
      throw error;
    }
  };

  return {
    async ensure(progress: (line: string) => void): Promise<void> {
      if (await idOf(recipe.name)) return;
      making ??= make(progress).finally(() => {
        making = undefined;
      });
      await making;
    },

    async check(): Promise<ImageCheck> {
      const id = await idOf(recipe.name);
      if (!id) return { ok: false, problems: [`the image ${recipe.name} is missing`, ...obstacles] };
      // An image does not change under its id.
      if (known?.id === id && known.check.ok) return known.check;
      looking ??= call((signal) => askVersions({ docker, image: recipe.name, owner, workspacesRoot }, signal), {
        timeoutMs: CHECK_MS,
      }).finally(() => {
        looking = undefined;
      });
      const versions = await looking;
      known = { id, check: judge(recipe.wanted, versions) };
      return known.check;
    },
  };
}

async function runStep(
  docker: Docker,
  step: ImageStep,
  content: Readable,
  timeout: AbortSignal,
  progress: (line: string) => void,
) {
  // The engine would wait for the rest of what broke off.
  const broken = new AbortController();
  content.once('error', () => broken.abort());
  const signal = AbortSignal.any([timeout, broken.signal]);
  if (step.kind === 'import') {
    const [repo, tag] = step.name.split(':');
    const options = { repo, tag, abortSignal: signal };
    await followProgress(await docker.importImage(content, options), signal, progress);
  } else {
    const buildargs = step.arguments;
    const options = { t: step.name, buildargs, forcerm: true, abortSignal: signal };
    await followProgress(await docker.buildImage(content, options), signal, progress);
  }
}

interface Asked {
  docker: Docker;
  image: string;
  owner: Owner;
  workspacesRoot: string;
}

/**
 * Runs the image's own list of versions, and has it connect to a socket of ours, as the socket of a run will be mounted.
 * Whoever died in the middle of it left a container, which has one name so that the next to look finds it.
 */
async function askVersions(asked: Asked, signal: AbortSignal) {
  const socket = await openCheckSocket(asked.workspacesRoot);
  try {
    return await runVersions(asked, socket, signal);
  } finally {
    await socket?.close();
  }
}

async function runVersions({ docker, image, owner }: Asked, socket: CheckSocket | null, signal: AbortSignal) {
  const name = checkName(owner);
  await removeIfThere(docker, name);
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels: ownerLabels(owner),
    User: `${RUN_UID}:${RUN_UID}`,
    Entrypoint: ['node', `${KEEPER_FOLDER}/versions.js`],
    Cmd: socket ? [`${LENDING_TARGET}/${socket.name}`] : [],
    WorkingDir: '/',
    Env: ['HOME=/tmp', 'DISABLE_AUTOUPDATER=1'],
    HostConfig: {
      ...hardening(CHECK_LIMITS),
      Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=64m' },
      ...(socket && { Mounts: [{ Type: 'bind', Source: socket.folder, Target: LENDING_TARGET, ReadOnly: true }] }),
    },
    abortSignal: signal,
  });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true, hijack: true });
    // Whoever waits no longer must not be in the way of the next to look.
    signal.addEventListener('abort', () => (output as Duplex).destroy(), { once: true });
    await container.start({ abortSignal: signal });
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const { stream, bytes } of readFrames(output)) {
      length += bytes.length;
      if (stream === 'stdout' && length < MAX_ANSWER_BYTES) pieces.push(bytes);
    }
    return parseVersions(Buffer.concat(pieces).toString('utf8'));
  } finally {
    await removeIfThere(docker, container.id);
  }
}

async function removeIfThere(docker: Docker, name: string): Promise<void> {
  await docker
    .getContainer(name)
    .remove({ force: true, v: true })
    .catch((error: unknown) => {
      if (statusOf(error) !== 404) throw error;
    });
}

const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;

function parseVersions(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** What an operator is told about an image, and an engine, from what was found in a container of both. */
export function judge(wanted: ImageRecipe['wanted'], found: Record<string, unknown>): ImageCheck {
  const problems = Object.entries(wanted).flatMap(([name, version]) => {
    if (version === null) return [];
    const has = found[name];
    if (typeof has !== 'string') return [`${name} is missing in the image`];
    return version === 'any' || version === has ? [] : [`${name} is ${has} in the image, not ${version}`];
  });
  if (found['reachesSocket'] === false) problems.push(NO_SOCKETS);
  return { ok: problems.length === 0, problems };
}

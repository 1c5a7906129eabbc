import Docker from 'dockerode';
import { setTimeout as delay } from 'node:timers/promises';
import { KEEPER_UID, RUN_UID } from '../../domain/container-users.ts';
import {
  EngineUnavailable,
  type ContainerEngine,
  type ContainerRef,
  type ContainerUser,
  type FoundContainer,
} from '../../ports/container-engine.ts';
import { containerSettings } from './container-settings.ts';
import { createCall } from './engine-calls.ts';
import { createExecution } from './execution.ts';
import { createImage } from './image.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { containerName, identify, ownerLabels, type Owner } from './names.ts';

const USERS: Record<ContainerUser, number> = { keeper: KEEPER_UID, run: RUN_UID };
const CALL_MS = 15_000;
/** A machine under load takes its time to set up a container, and to take it down. */
const START_MS = 60_000;
const POLL_MS = 50;
/** Between a name that is taken and a container that has it. */
const NAMED_MS = 1_000;

export interface DockerEngineOptions {
  /** The engine's unix socket. Only the sandbox worker has it. */
  socketPath: string;
  owner: Owner;
  image: ImageRecipe;
  /** Folders of runs lie below it; nothing outside of it is ever mounted. */
  workspacesRoot: string;
  /** How long the engine may take to answer an ordinary question, in milliseconds. */
  callMs?: number;
  startMs?: number;
}

/** Containers by a Docker engine. Its words, types and errors end here. */
export function createDockerEngine(options: DockerEngineOptions): ContainerEngine {
  const { owner, image: recipe, workspacesRoot, startMs = START_MS } = options;
  const docker = new Docker({ socketPath: options.socketPath });
  const call = createCall(options.callMs ?? CALL_MS);
  const image = createImage(docker, call, recipe, owner, workspacesRoot);

  /** Ours by every label, or nothing: a container of somebody else's under this name is left alone. */
  const look = async (ref: ContainerRef) => {
    const name = containerName(ref);
    const found = await call((signal) => docker.getContainer(name).inspect({ abortSignal: signal }), {
      answers: { 404: null },
    });
    const is = found && identify(owner, found.Name, found.Config.Labels);
    return is?.runId === ref.runId && is.role === ref.role ? found : null;
  };

  /** A name is taken a moment before what has it can be looked at. */
  const lookUntilSeen = async (ref: ContainerRef) => {
    const deadline = Date.now() + NAMED_MS;
    for (;;) {
      const found = await look(ref);
      if (found || Date.now() > deadline) return found;
      await delay(POLL_MS);
    }
  };

  const find = async (ref: ContainerRef): Promise<FoundContainer | null> => {
    const found = await look(ref);
    if (!found) return null;
    const { Running: running, Status: status, ExitCode: code } = found.State;
    const exitCode = running || status === 'created' ? null : code;
    return { id: found.Id, name: containerName(ref), runId: ref.runId, role: ref.role, running, exitCode };
  };

  const startCreated = (id: string) =>
    call((signal) => docker.getContainer(id).start({ abortSignal: signal }), {
      answers: { 304: undefined },
      timeoutMs: startMs,
    });

  return {
    ping: async () => (await call((signal) => askVersion(docker, signal))).Version,
    ensureImage: image.ensure,
    checkImage: image.check,
    find,

    start: async (spec) => {
      const settings = containerSettings(spec, recipe.name, owner, workspacesRoot);
      const name = containerName(spec);
      const made = await call((signal) => docker.createContainer({ name, ...settings, abortSignal: signal }), {
        answers: { 409: null },
        timeoutMs: startMs,
      });
      if (made) {
        await startCreated(made.id);
        return 'started';
      }
      const existing = await lookUntilSeen(spec);
      if (!existing) throw new EngineUnavailable('failing');
      // One that has ended is never started again: its command may have run.
      if (existing.State.Status === 'created') await startCreated(existing.Id);
      return 'adopted';
    },

    execute: async (ref, { user, argv, environment = {} }) => {
      const found = await look(ref);
      if (!found) throw new EngineUnavailable('containerGone');
      const exec = await call((signal) =>
        docker.getContainer(found.Id).exec({
          User: `${USERS[user]}:${USERS[user]}`,
          Cmd: argv,
          Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
          AttachStdin: true,
          AttachStdout: true,
          AttachStderr: true,
          abortSignal: signal,
        }),
      );
      const connection = await call((signal) => exec.start({ hijack: true, stdin: true, abortSignal: signal }), {
        timeoutMs: startMs,
      });
      return createExecution(call, exec, connection);
    },

    kill: async (ref) => {
      const found = await look(ref);
      if (!found) return;
      await call((signal) => docker.getContainer(found.Id).kill({ signal: 'KILL', abortSignal: signal }), {
        answers: { 404: undefined, 409: undefined },
      });
    },

    remove: async (ref) => {
      const deadline = Date.now() + startMs;
      const first = await look(ref);
      // What is made under the same name meanwhile is not what was meant.
      for (let found = first; found && found.Id === first?.Id; found = await look(ref)) {
        const { Id } = found;
        // Somebody else may be removing it already, and what it used may be busy for a moment: then it is asked again.
        const isGone = await call(
          (signal) =>
            docker
              .getContainer(Id)
              .remove({ force: true, v: true, abortSignal: signal })
              .then(() => true),
          { answers: { 404: true, 409: false, 500: false }, timeoutMs: startMs },
        );
        if (isGone) return;
        if (Date.now() > deadline) throw new EngineUnavailable('failing');
        await delay(POLL_MS);
      }
    },

    list: async () => {
      const label = Object.entries(ownerLabels(owner)).map((pair) => pair.join('='));
      const listed = await call((signal) =>
        docker.listContainers({ all: true, filters: { label }, abortSignal: signal }),
      );
      const refs = listed.flatMap(({ Names, Labels }) => identify(owner, Names[0] ?? '', Labels) ?? []);
      const found = await Promise.all(refs.map(find));
      return found.filter((container) => container !== null);
    },
  };
}

/** Its types do not know that this call can be given up, too. */
function askVersion(docker: Docker, abortSignal: AbortSignal): Promise<Docker.DockerVersion> {
  const version = docker.version.bind(docker) as (options: object) => Promise<Docker.DockerVersion>;
  return version({ abortSignal });
}

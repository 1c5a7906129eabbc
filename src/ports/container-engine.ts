/**
 * Containers in our words. Only the sandbox worker has an engine. Everything made here carries labels of ours, has no
 * network, no capability and a read-only root (CO-1, CO-2); nothing else can be asked for.
 */

/** What a container is for. One of each at most for a run, with a name that follows from both. */
export const CONTAINER_ROLES = ['prepare', 'run', 'diff', 'clear'] as const;
export type ContainerRole = (typeof CONTAINER_ROLES)[number];

export interface ContainerRef {
  runId: string;
  role: ContainerRole;
}

export interface ContainerLimits {
  memoryBytes: number;
  cpus: number;
  pids: number;
  /** Of the memory-backed /tmp. */
  tmpBytes: number;
}

export interface ContainerSpec extends ContainerRef {
  limits: ContainerLimits;
  /** Bind mounts: folders of this run and nothing else. */
  mounts: { source: string; target: string; readOnly: boolean }[];
}

export interface FoundContainer {
  id: string;
  name: string;
  runId: string;
  role: ContainerRole;
  running: boolean;
  /** Exit code of its main process; null while it runs or before it ran. */
  exitCode: number | null;
}

/** Who executes: the keeper that a command cannot touch, or the command's own user. */
export type ContainerUser = 'keeper' | 'run';

export interface Execution {
  /** Raw frames are taken apart; each side is read with backpressure. */
  output: AsyncIterable<{ stream: 'stdout' | 'stderr'; bytes: Uint8Array }>;
  /** Waits while the container does not read. */
  write(bytes: Uint8Array | string): Promise<void>;
  endInput(): void;
  /** Exit code, once the output has ended. Throws `EngineUnavailable` when the engine forgot it or is gone. */
  exitCode(): Promise<number>;
  /** Lets go of the connection. What was executed goes on: killing a client kills nothing. */
  detach(): void;
}

/** Versions of what a run needs, for CO-7. */
export interface ImageCheck {
  ok: boolean;
  /** What is missing or of another version than wanted, in words for an operator. */
  problems: string[];
}

/** Every method is bounded in time. Throws `EngineUnavailable` when there is no engine or it does not answer. */
export interface ContainerEngine {
  /** The engine's version. */
  ping(): Promise<string>;
  /**
   * Builds or imports the image when it is missing; `progress` gets one line now and then. Throws in words for an operator
   * when something that it is made of is missing; `checkImage` repeats them.
   */
  ensureImage(progress: (line: string) => void): Promise<void>;
  /** Git, Node and the CLI are there in the wanted versions (CO-7). Nothing secret is lent to this container. */
  checkImage(): Promise<ImageCheck>;
  /** Makes and starts it. One that exists under this name is adopted: the name follows from run and role. */
  start(spec: ContainerSpec): Promise<'started' | 'adopted'>;
  /** Null when it does not exist. */
  find(ref: ContainerRef): Promise<FoundContainer | null>;
  execute(
    ref: ContainerRef,
    options: { user: ContainerUser; argv: string[]; environment?: Record<string, string> },
  ): Promise<Execution>;
  /** SIGKILL for everything in it. Done is done: one that has ended or is gone is no error. */
  kill(ref: ContainerRef): Promise<void>;
  /** Kills and removes it with its anonymous volumes. One that is gone is no error. */
  remove(ref: ContainerRef): Promise<void>;
  /** All containers of this installation and host, whatever their state. Never anybody else's. */
  list(): Promise<FoundContainer[]>;
}

export type EngineTrouble = 'missing' | 'unreachable' | 'timeout' | 'imageMissing' | 'containerGone' | 'failing';

/** Never the engine's own words: they hold paths and command lines. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
  readonly trouble: EngineTrouble;
  constructor(trouble: EngineTrouble) {
    super(`the container engine is ${trouble}`);
    this.trouble = trouble;
  }
}

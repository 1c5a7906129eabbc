import type { LogStream, RunEnding, RunFailure, RunKind, RunStatus } from '../domain/runs.ts';

/** A project is a repository that a person imported. */
export interface ProjectView {
  id: string;
  name: string;
  cloneUrl: string;
  /** Null until it was cloned for the first time. */
  defaultBranch: string | null;
  /** Commit that was cloned last. */
  head: string | null;
  createdAt: Date;
  /** The newest run that clones it, to see that it can be cloned. */
  importRun: { id: string; status: RunStatus; failure: RunFailure | null } | null;
}

/** Everything is scoped to its person: somebody else's id is not found. */
export interface Projects {
  /** With the run that clones it, in one transaction. */
  create(project: { userId: string; name: string; cloneUrl: string }): Promise<ProjectView | 'duplicateName'>;
  list(userId: string): Promise<ProjectView[]>;
  find(userId: string, projectId: string): Promise<ProjectView | null>;
  /** Its runs are asked to stop. */
  delete(userId: string, projectId: string): Promise<'deleted' | 'notFound'>;
}

export interface RunView {
  id: string;
  projectId: string;
  kind: RunKind;
  command: string[];
  status: RunStatus;
  ending: RunEnding | null;
  exitCode: number | null;
  signal: string | null;
  failure: RunFailure | null;
  host: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  cleanedAt: Date | null;
  /** Its host did not clean up in time, and does so when it is back. */
  leftToHost: boolean;
  log: {
    /** Characters (UTF-16 units) that are stored. */
    length: number;
    /** Bytes after them that were not stored because there was too much of it. */
    droppedBytes: number;
  };
}

/** Starting runs and reading them, for pages and platforms. */
export interface Runs {
  /**
   * Stores the run with its outbox row.
   * @throws RunCapReached when this would be more than a person may have at once or in a day; nothing is stored then
   */
  start(run: { userId: string; projectId: string; command: readonly string[] }): Promise<RunView | 'notFound'>;
  /** A run that has ended stays as it is. */
  stop(userId: string, runId: string): Promise<'asked' | 'ended' | 'notFound'>;
  list(userId: string, projectId: string, limit: number): Promise<RunView[]>;
  find(userId: string, runId: string): Promise<RunView | null>;
  findMany(userId: string, runIds: readonly string[]): Promise<RunView[]>;
  /**
   * Pieces of the log from this position on, in order; the first may begin before it. At most `limit` of them, fewer when
   * they are long, and none only when there is nothing more.
   */
  log(runId: string, from: number, limit: number): Promise<LogPiece[]>;
  diff(runId: string): Promise<RunDiff | null>;
  proof(runId: string): Promise<RemovalProof | null>;
}

/** Says when the log of a run has grown. */
export interface RunLogFeed {
  /** Calls `onChange` after each time (a hint: read `log`). Returns the way to stop. */
  subscribe(runId: string, onChange: () => void): () => void;
}

/** MO-3. What they say to it: `runCapText`. */
export class RunCapReached extends Error {
  override readonly name = 'RunCapReached';
  readonly which: 'atOnce' | 'daily' | 'minutes';
  readonly cap: number;
  constructor(which: 'atOnce' | 'daily' | 'minutes', cap: number) {
    super('the number of runs is reached');
    this.which = which;
    this.cap = cap;
  }
}

export interface LogPiece {
  /** Characters (UTF-16 units) of the whole log before this piece. */
  position: number;
  stream: LogStream;
  text: string;
}

export interface DiffFile {
  path: string;
  added: number;
  removed: number;
  binary: boolean;
}

export interface RunDiff {
  patch: string;
  /** It was larger than is kept: `patch` is its beginning. */
  cut: boolean;
  files: DiffFile[];
}

/** What was looked at after a run, and found gone. */
export interface RemovalProof {
  /** ISO 8601. */
  checkedAt: string;
  host: string;
  /** Names of the containers that were asked for, each no longer known to the engine. */
  containersGone: string[];
  folderGone: boolean;
  /** The secrets lent to it are destroyed in Vault; null when none were lent. */
  secretsGone: boolean | null;
  /** What was lent as a file is no longer in the container's memory; null when nothing was. */
  filesGone: boolean | null;
  proxyGone: boolean;
}

/** What a run is, as its activities need it. */
export interface RunFacts {
  id: string;
  userId: string;
  kind: RunKind;
  command: string[];
  cloneUrl: string;
  host: string | null;
  startedAt: Date | null;
  stopAsked: boolean;
  ending: RunEnding | null;
  /** Commit that the command began on; null before the clone, and for an empty repository. */
  baseCommit: string | null;
  /** Whether what was lent as a file was seen gone after the execution; null when nothing was. */
  filesGone: boolean | null;
}

export interface RunEnd {
  ending: RunEnding;
  exitCode?: number | null;
  signal?: string | null;
  failure?: RunFailure | null;
}

/** Where the log of a run has got to. Raw bytes are counted for each stream. */
export interface LogCursor {
  position: number;
  stdout: number;
  stderr: number;
  /** Raw bytes that were not stored because there was too much of it. */
  dropped: number;
}

/** The progress of runs, for the workers. A row is only ever moved forward: whoever comes second changes nothing. */
export interface RunStore {
  find(runId: string): Promise<RunFacts | null>;
  /** Gives the run to the host with the most room that was seen within `aliveMs`; a run that has a host keeps it. */
  place(runId: string, aliveMs: number): Promise<{ host: string } | 'noHost' | 'noRoom' | 'stopped'>;
  /** Secrets are handed over as files from now on. */
  filesLent(runId: string): Promise<void>;
  /** They were seen gone. */
  filesRemoved(runId: string): Promise<void>;
  began(runId: string): Promise<void>;
  /** The first end counts. */
  end(runId: string, end: RunEnd): Promise<RunEnding>;
  /** Nobody but the reaper of its host cleans it up from now on. One that is cleaned, or has no host, stays as it is. */
  leaveToHost(runId: string): Promise<void>;
  cloned(runId: string, repository: { defaultBranch: string | null; head: string | null }): Promise<void>;
  cursor(runId: string): Promise<LogCursor>;
  /** Stores pieces and moves the cursor, in one transaction. Refuses ('stale') when somebody else moved it meanwhile. */
  append(runId: string, from: LogCursor, to: LogCursor, pieces: readonly LogPiece[]): Promise<'stored' | 'stale'>;
  stopAsked(runId: string): Promise<boolean>;
  saveDiff(runId: string, diff: RunDiff): Promise<void>;
  cleaned(runId: string, proof: RemovalProof): Promise<void>;
  /** Of these runs, the ones of which nothing may be on any host any more. Ids that are no run of ours are among them. */
  finished(runIds: readonly string[]): Promise<string[]>;
  /** Runs of this host that were not cleaned and will not be by their workflow. */
  leftBehind(host: string): Promise<string[]>;
}

/** A host says that it is there. */
export interface SandboxHosts {
  seen(host: { id: string; capacity: number; trouble: 'noEngine' | 'noImage' | null }): Promise<void>;
}

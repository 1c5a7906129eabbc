/** Folders of a run on this host: `workspace` (what the command works on), `mirror` (a bare clone), `socket`. */
export interface RunFolders {
  workspace: string;
  mirror: string;
  socket: string;
}

/** Bounded disk for each run, and nothing left of it afterwards. Idempotent: a second call finds what the first made. */
export interface Workspaces {
  /** Makes and mounts what is missing. Throws `NoRoom`. */
  open(runId: string, limits: { workspaceBytes: number }): Promise<RunFolders>;
  /**
   * Bytes that are still free in the run's folders; none when they can take no more files. Less than none where the limit
   * is not the kernel's and was passed. Looks for some seconds at most.
   */
  freeBytes(runId: string): Promise<number>;
  /** False when what the host keeps for everything else is touched. */
  hasRoom(): Promise<boolean>;
  /**
   * Unmounts and deletes. Containers of the run must be gone. One that is gone is no error.
   * @returns `notOurs` when something is left that only a user of the container may delete
   */
  remove(runId: string): Promise<'removed' | 'notOurs'>;
  /** Runs that have anything on this host's disk. */
  list(): Promise<string[]>;
}

/** The host has no room for another workspace: nothing was made. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
  constructor() {
    super('This host has no room for another workspace: nothing was made. Free disk space, or lower the limit.');
  }
}

/** What a run may reach through its own socket. Everything else is refused (CO-2). */
export interface LendingTerms {
  /** The one repository it may fetch; null for none. */
  git: { remote: string; credential: { username: string; password: string } | null } | null;
}

/** One proxy process for each run: it holds the owner's secrets, and the container holds none. */
export interface Lending {
  /** Where git finds the repository, seen from inside a container. */
  remote: string;
  /** Starts the proxy of this run on a socket in this folder, or finds it running. Throws when it does not become ready. */
  open(runId: string, socketFolder: string, terms: LendingTerms): Promise<void>;
  /** Ends it and waits until it is gone. One that does not run is no error. */
  close(runId: string): Promise<void>;
  /** True when no proxy of this run is there any more. */
  isClosed(runId: string): boolean;
}

/** Secrets that were copied for one run, at a place that its host may read, and nobody's elsewhere (MO-4). */
export interface RunSecrets {
  /** Null when nothing was lent. Throws `VaultUnavailable`. */
  read(host: string, runId: string): Promise<LentSecrets | null>;
  /** Destroys them. */
  destroy(host: string, runId: string): Promise<'destroyed' | 'nothing'>;
}

export interface LentSecrets {
  git: { username: string; password: string } | null;
}

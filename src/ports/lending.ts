/** What a run may reach through its own socket. Everything else is refused (CO-2). */
export interface LendingTerms {
  /** The one repository it may fetch; null for none. */
  git: { remote: string; credential: GitCredential | null } | null;
  /** The model it may ask; null for none. */
  model: ModelCredential | null;
}

export interface GitCredential {
  username: string;
  password: string;
}

export interface ModelCredential {
  baseUrl: string;
  apiKey: string;
  models: string[];
  /** Of the whole run. */
  budget: { requests: number; inputBytes: number; outputTokens: number };
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
  /** Runs whose proxies were started by this process and are still there. */
  list(): string[];
}

/** For a tool that insists on a file: the command finds it at `/run/lent/<name>`, and nobody does afterwards (CO-3). */
export interface LentFile {
  name: string;
  content: string;
}

/** What a person lends to their runs. */
export interface LentSecrets {
  git: GitCredential | null;
  model: ModelCredential | null;
  files: LentFile[];
}

/** Secrets that were copied for one run, at a place that its host may read, and nobody's elsewhere (MO-4). */
export interface RunSecrets {
  /** Null when nothing was lent. Throws `VaultUnavailable`. */
  read(host: string, runId: string): Promise<LentSecrets | null>;
  /** Destroys them. Done is done: once destroyed, it says so again. */
  destroy(host: string, runId: string): Promise<'destroyed' | 'nothing'>;
}

/** Gives a run what its person lends, at the place that its host may read. */
export interface SecretLender {
  /** Copied once, however often it is asked. Throws `VaultUnavailable`. */
  lendTo(host: string, run: { id: string; userId: string }): Promise<'lent' | 'nothing'>;
  /** Destroys the copy, unread. Nothing there, or destroyed by now, is no error. Throws `VaultUnavailable`. */
  takeBack(host: string, runId: string): Promise<void>;
}

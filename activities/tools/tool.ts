/** What a tool acts with. The token lives only as long as the call. */
export interface ToolContext {
  accessToken: string;
  /** How the person knows the account: told with the answer (OA-11). */
  account: string;
  signal: AbortSignal;
}

/** Acts once. The arguments are the stored ones; the result is stored as JSON. @throws ProviderFailure */
export type ReadTool = { writes: false; run(stored: unknown, context: ToolContext): Promise<unknown> };

export interface WriteContext extends ToolContext {
  /** Hex SHA-256 of request and call: the same over retries, rounds and crashes. The provider gets something made of it. */
  effectKey: string;
}

/** Changes something at a provider. `find` and `send` are called by the effect ledger only. */
export interface WriteTool {
  writes: true;
  /**
   * True when sending twice with one key is one effect, because the provider refuses or ignores the second. Otherwise an
   * uncertain effect is asked about, never repeated.
   */
  takesOurKey: boolean;
  /** Reads the provider: the result, if this very effect is there already; null when it is not. @throws ProviderFailure */
  find(stored: unknown, context: WriteContext): Promise<unknown>;
  /** Sends it. @throws ProviderFailure; a failure that leaves open whether it happened is not a definite refusal */
  send(stored: unknown, context: WriteContext): Promise<unknown>;
}

/** Stores work that outlasts a call. The request's workflow starts it and waits for its end. */
export interface StartTool {
  writes: true;
  /** Idempotent: what this very call stored before is found by its key. */
  start(stored: unknown, call: StartContext): Promise<Started>;
}

export interface StartContext {
  requestId: string;
  userId: string;
  effectKey: string;
}

/** `details` of a refusal are for the words of the answer. Nothing was stored then. */
export type Started = { kind: 'started'; runId: string } | { kind: 'refused'; code: string; details?: unknown };

export type Tool = ReadTool | WriteTool | StartTool;

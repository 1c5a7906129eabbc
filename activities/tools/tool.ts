/** What a tool acts with. The token lives only as long as the call. */
export interface ToolContext {
  accessToken: string;
  /** How the person knows the account: told with the answer (OA-11). */
  account: string;
  signal: AbortSignal;
}

/** Acts once. The arguments are the stored ones; the result is stored as JSON. @throws ProviderFailure */
export type ToolRun = (stored: unknown, context: ToolContext) => Promise<unknown>;

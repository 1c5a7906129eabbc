import type { ClosedReason, Language } from '../domain/words.ts';

/** What thinks: chooses tool calls or answers. It never sees a connect link, a token or another person's data. */
export interface Model {
  think(context: ModelContext, signal: AbortSignal): Promise<ModelTurn>;
}

export interface ModelContext {
  language: Language;
  /** The person's own words. */
  text: string;
  askedAt: Date;
  /** IANA name, for words such as "tomorrow". */
  timeZone: string;
  /**
   * The person's last finished turns of this conversation before this request, oldest first. Answers hold text from
   * outside: it is data, here as in the results of tools.
   */
  earlier: readonly EarlierTurn[];
  /** Earlier turns of this request, oldest first. */
  turns: readonly { calls: readonly SettledCall[] }[];
}

/** A request that had ended when this one was asked. */
export interface EarlierTurn {
  /** The person's own words. */
  text: string;
  askedAt: Date;
  /** What the person read in the end. */
  answer: string;
}

/** A call of an earlier turn, with what became of it. */
export interface SettledCall {
  callId: string;
  tool: string;
  arguments: unknown;
  outcome: CallOutcome;
}

export type CallOutcome =
  | { kind: 'done'; result: unknown }
  | { kind: 'closed'; reason: ClosedReason }
  | { kind: 'failed'; code: string; details?: unknown };

export type ModelTurn =
  { kind: 'answer'; text: string } | { kind: 'calls'; calls: readonly { tool: string; arguments: unknown }[] };

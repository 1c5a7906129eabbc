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
  /** Earlier turns of this request, oldest first. */
  turns: readonly { calls: readonly SettledCall[] }[];
}

/** A call of an earlier turn, with what became of it. */
export interface SettledCall {
  callId: string;
  tool: string;
  arguments: unknown;
  outcome: CallOutcome;
}

export type CallOutcome =
  { kind: 'done'; result: unknown } | { kind: 'closed'; reason: ClosedReason } | { kind: 'failed'; code: string };

export type ModelTurn =
  { kind: 'answer'; text: string } | { kind: 'calls'; calls: readonly { tool: string; arguments: unknown }[] };

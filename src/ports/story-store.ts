import type { CancelledWrites } from '../domain/texts/endings.ts';
import type { Language, Platform, Provider } from '../domain/words.ts';
import type { EarlierTurn, SettledCall } from './model.ts';

/** The story of a request: what was asked, what the model said and chose, what became of it. */
export interface StoryStore {
  /** Claims the request for its workflow and reads its story. Null when there is no such request. */
  claim(requestId: string): Promise<Story | null>;
  /**
   * The last turns of the request's conversation that had ended when its words were written, oldest first, at most
   * `limit`: the same at each look, whatever ends meanwhile.
   */
  earlierTurns(requestId: string, limit: number): Promise<EarlierTurn[]>;
  /** Notes failures of calls that have no other trace (an outage outlasted the retries). */
  recordFailures(requestId: string, failures: readonly { callId: string; code: string }[]): Promise<void>;
  /** Stores a turn once. A turn that is already there is returned instead: a retry must not think differently. */
  saveTurn(requestId: string, turn: NewTurn): Promise<StoredTurn>;
}

export interface Story {
  requestId: string;
  userId: string;
  platform: Platform;
  text: string;
  language: Language;
  timeZone: string;
  askedAt: Date;
  cancelled: boolean;
  /** What is known of its writes, for the words of a cancellation. */
  writes: CancelledWrites;
  turns: { step: number; answer: string | null; calls: SettledCall[] }[];
}

export interface NewTurn {
  step: number;
  answer: string | null;
  calls: NewCall[];
}

export interface NewCall {
  tool: string;
  arguments: unknown;
  provider: Provider | null;
  needs: readonly string[];
  writes: boolean;
}

export interface StoredTurn {
  answer: string | null;
  calls: { callId: string; tool: string; provider: Provider | null }[];
}

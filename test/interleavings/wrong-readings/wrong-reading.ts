import type { Happening, Hold, Story } from '../story.ts';
import type { Difference } from '../system.ts';

/** A reading of the protocol that looks natural and is wrong, as code, with a story that shows it. */
export interface WrongReading {
  name: string;
  /** The rules of which one is broken. */
  breaks: string[];
  difference: Difference;
  /** On the product itself nothing is broken by it. */
  story: Story;
}

/** A story whose order is given by its holds. */
export function told(name: string, happenings: Happening[], holds: Hold[], more: Partial<Story> = {}): Story {
  return {
    name,
    seed: 1,
    takesOurKey: true,
    times: { waitMs: 600_000, sendMs: 2_000, confirmMs: 600_000, repairAfterMs: 0 },
    happenings,
    holds,
    crossings: 0,
    duplicates: 0,
    lostAnswers: [],
    patience: 1,
    // The order never depends on it: every hold ends by what it waits for.
    idleMs: 10_000,
    ...more,
  };
}

export const ask = (request: string, ...calls: ('read' | 'create')[]): Happening => ({ kind: 'ask', request, calls });

export const tab = (
  name: string,
  grants: 'asked' | 'read' | 'everything',
  more: Partial<Extract<Happening, { kind: 'tab' }>> = {},
): Happening => ({ kind: 'tab', tab: name, account: 'first', answer: 'approve', grants, confirms: true, ...more });

/** Keeps an actor at one of its barriers until all of `lines` are in the log. */
export const hold = (actor: string, barrier: string, ...lines: string[]): Hold => ({
  actor,
  barrier,
  until: { after: lines },
});

/** Begins only after all of `lines`. */
export const begins = (actor: string, ...lines: string[]): Hold => hold(actor, 'begin 1', ...lines);

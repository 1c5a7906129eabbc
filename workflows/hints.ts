import { setHandler } from '@temporalio/workflow';
import { approvalDecided, authCompleted, choiceMade, runEnded } from './messages.ts';

/**
 * Signals only hint that something may have changed; the call itself looks at the level. So all of them are counted,
 * whatever flow they name, and each once: a waiting call goes on when the count is larger than when it last looked.
 */
export interface Hints {
  readonly count: number;
  /** Whether this run was said to have its end. */
  hasEnded(runId: string): boolean;
}

export function countHints(): Hints {
  const seen = new Set<string>();
  const ended = new Set<string>();
  setHandler(authCompleted, ({ eventId }) => void seen.add(eventId));
  setHandler(choiceMade, ({ eventId }) => void seen.add(eventId));
  setHandler(approvalDecided, ({ eventId }) => void seen.add(eventId));
  setHandler(runEnded, ({ runId }) => void ended.add(runId));
  return {
    get count() {
      return seen.size;
    },
    hasEnded: (runId) => ended.has(runId),
  };
}

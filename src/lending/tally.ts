import type { Logger } from '../logger.ts';
import type { RefusalCode } from './refusals.ts';

export interface Tally {
  served(): void;
  refused(code: RefusalCode): void;
  counts(): { served: number; refused: Partial<Record<RefusalCode, number>> };
}

/**
 * Counts what happens and says little: a line for the first refusal of a kind, the tenth, the hundredth. Whoever is
 * refused a million times must not fill the log, and nothing of what was asked is in it.
 */
export function createTally(logger: Logger): Tally {
  let served = 0;
  const refused = new Map<RefusalCode, number>();
  return {
    served: () => void served++,
    refused(code) {
      const times = (refused.get(code) ?? 0) + 1;
      refused.set(code, times);
      if (/^10*$/.test(String(times))) logger.warn({ refusal: code, times }, 'a run was refused something');
    },
    counts: () => ({ served, refused: Object.fromEntries(refused) }),
  };
}

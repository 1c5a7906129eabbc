import type { RunAnswer } from '../../http/contract.ts';

const BEFORE_END = ['queued', 'preparing', 'running', 'stopping'];

/** Of two copies of a run the one that has got further is newer, however late it arrives. */
export function newerRun(known: RunAnswer | undefined, incoming: RunAnswer): RunAnswer {
  return known && progressOf(known) > progressOf(incoming) ? known : incoming;
}

function progressOf(run: RunAnswer): number {
  if (run.cleanedAt !== null) return BEFORE_END.length + 1;
  if (run.endedAt !== null) return BEFORE_END.length;
  return BEFORE_END.indexOf(run.status);
}

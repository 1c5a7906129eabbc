import type { PlacementParts } from '../../activities/runs/placement.ts';
import { createRunStore } from '../../src/providers/postgres/run-store.ts';
import type { Heart } from './heart.ts';

type Placement = NonNullable<PlacementParts['placement']>;

/** Real placement, by an orchestrator whose people lend nothing. */
export function placementOf({ pools }: Heart, changes: Partial<Placement> = {}): { placement: Placement } {
  return {
    placement: {
      runs: createRunStore(pools.orchestrator),
      lender: { lendTo: () => Promise.resolve('nothing'), takeBack: () => Promise.resolve() },
      hostAliveMs: 60_000,
      hostSilenceMs: 60_000,
      ...changes,
    },
  };
}

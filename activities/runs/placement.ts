import type { RunEnding, RunFailure } from '../../src/domain/runs.ts';
import type { SecretLender } from '../../src/ports/lending.ts';
import type { RunStore } from '../../src/ports/runs.ts';
import { lookAgain, refused } from '../failures.ts';
import { assertOwnRow } from '../own-row.ts';

export interface PlacementParts {
  /** Absent where no containers are served: no run is ever started then. */
  placement?: {
    runs: RunStore;
    lender: SecretLender;
    /** A host that was not heard of for longer takes nothing new, in milliseconds. */
    hostAliveMs: number;
    /** A host that does not take its work for longer is told as lost, in milliseconds. */
    hostSilenceMs: number;
  };
}

/** Where a run executes, and the end that its host could not say. No engine is needed: any orchestrator does this. */
export function createPlacementActivities({ placement }: PlacementParts) {
  const served = () => {
    if (!placement) throw refused('runsNotServed');
    return placement;
  };
  return {
    /**
     * The host that a run executes on, which may read what its person lends from then on; once given it stays. Throws
     * `noRoom` or `noHost`, to be tried again for as long as the workflow finds worth waiting for.
     */
    async placeRun({ runId }: { runId: string }): Promise<{ host: string; silenceMs: number } | 'stopped'> {
      assertOwnRow(`run-${runId}`);
      const { runs, lender, hostAliveMs, hostSilenceMs } = served();
      const place = await runs.place(runId, hostAliveMs);
      if (place === 'noRoom' || place === 'noHost') throw lookAgain(place, 1_000);
      const run = await runs.find(runId);
      if (place === 'stopped' || run === null) return 'stopped';
      await lender.lendTo(place.host, run);
      return { host: place.host, silenceMs: hostSilenceMs };
    },

    /**
     * The host did not clean up, and does so when it is back: noted for its reaper. What was lent there is destroyed from
     * here, because it may never be back.
     */
    async leaveToHost({ runId }: { runId: string }): Promise<void> {
      assertOwnRow(`run-${runId}`);
      const { runs, lender } = served();
      await runs.leaveToHost(runId);
      const run = await runs.find(runId);
      if (run?.host) await lender.takeBack(run.host, runId);
    },

    /** The first end of a run counts, and is returned. */
    async endRun(input: { runId: string; ending: RunEnding; failure: RunFailure | null }): Promise<RunEnding> {
      assertOwnRow(`run-${input.runId}`);
      return served().runs.end(input.runId, input);
    },
  };
}

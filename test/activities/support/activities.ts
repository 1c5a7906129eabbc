import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, type ActivityParts } from '../../../activities/index.ts';
import type { ModelTurn } from '../../../src/ports/model.ts';
import type { Heart } from '../../support/heart.ts';

/** The orchestrator's activities over the heart, with a model that says what it is told to say. */
export function activitiesOf(heart: Heart, parts: Partial<ActivityParts> = {}) {
  const turns: ModelTurn[] = [];
  const unexpected: unknown[] = [];
  const activities = createActivities({
    store: heart.store,
    vault: heart.vaults.orchestrator,
    index: heart.vaults.orchestrator,
    oauth: heart.oauth,
    stories: heart.stories,
    credentials: heart.credentials,
    calendar: heart.calendar,
    model: {
      async think() {
        const turn = turns.shift();
        if (turn === undefined) throw new Error('the model was asked once too often');
        return turn;
      },
    },
    onUnexpected: (_activity, error) => unexpected.push(error),
    ...parts,
  });
  return { activities, turns, unexpected };
}

const quiet = new DefaultLogger('ERROR', () => undefined);

/** Runs `work` as an activity of this workflow. */
export function runAs<T>(
  workflowId: string,
  work: () => Promise<T>,
  info: { attempt?: number; scheduledTimestampMs?: number } = {},
): Promise<T> {
  const workflowExecution = { workflowId, runId: '00000000-0000-4000-8000-000000000000' };
  return new MockActivityEnvironment({ workflowExecution, ...info }, { logger: quiet }).run(work);
}

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestTheatre } from './open-test-theatre.ts';
import { playStories } from './play-stories.ts';
import type { Theatre } from './theatre.ts';

/** The soak plays two thousand others. */
const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await openTestTheatre();
}, 90_000);
afterAll(() => theatre.close());

test('in whatever order the steps of sixty fixed stories are made, what must hold holds', async () => {
  const verdicts = await playStories(theatre, SEEDS);
  const broken = verdicts.filter(({ violations }) => violations.length > 0);
  expect(broken.map(({ story, violations, log }) => ({ name: story.name, violations, log }))).toEqual([]);
  // Stories that were cut short would hold too.
  const steps = verdicts.reduce((sum, each) => sum + each.steps, 0);
  expect([verdicts.length, steps > 1_500]).toEqual([60, true]);
}, 600_000);

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silenceTemporal } from '../support/panager.ts';
import { temporalAddress, temporalNamespace, testDatabase, type TestDatabase } from '../support/servers.ts';
import { playStories } from './play-stories.ts';
import { openTheatre, type Theatre } from './theatre.ts';

let database: TestDatabase;
let theatre: Theatre;
beforeAll(async () => {
  silenceTemporal();
  database = await testDatabase();
  theatre = await openTheatre({
    database,
    temporal: { address: temporalAddress(), namespace: temporalNamespace() },
  });
}, 90_000);
afterAll(async () => {
  await theatre.close();
  await database.drop();
});

const SEEDS = Array.from(
  { length: Number(process.env.SEEDS ?? 60) },
  (_, index) => Number(process.env.FROM ?? 1) + index,
);

test('whatever the order of the steps, what must hold holds: sixty fixed stories', async () => {
  const t0 = Date.now();
  const verdicts = await playStories(theatre, SEEDS, {});
  const failed = verdicts.filter(({ violations }) => violations.length > 0);
  for (const { story, violations, log } of (process.env.ALL ? verdicts : failed).slice(
    0,
    Number(process.env.SHOW ?? 0),
  ))
    process.stderr.write(`${JSON.stringify(story, null, 1)}\n${violations.join('\n')}\n${log.join('\n')}\n`);
  process.stderr.write(
    `${verdicts.length} stories, ${verdicts.reduce((s, v) => s + v.steps, 0)} steps, longest ${Math.max(...verdicts.map((v) => v.ms))}, mean ${verdicts.reduce((s, v) => s + v.ms, 0) / verdicts.length} total ${Date.now() - t0}\n`,
  );
  expect(failed.map(({ story, violations }) => [story.name, violations])).toEqual([]);
}, 240_000);

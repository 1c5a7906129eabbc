import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestTheatre } from './open-test-theatre.ts';
import { playStory, type Verdict } from './play.ts';
import type { Story } from './story.ts';
import { playable, type Playable } from './system.ts';
import type { Theatre } from './theatre.ts';
import { WRONG_READINGS } from './wrong-readings/index.ts';

let theatre: Theatre;
const verdicts = new Map<string, { onProduct: Verdict; onReading: Verdict }>();

beforeAll(async () => {
  theatre = await openTestTheatre();
  const [withKey, withoutKey] = [await playable({ takesOurKey: true }, {}), await playable({ takesOurKey: false }, {})];
  // Before the first story: loading and bundling would stop all the others.
  const scenes: { name: string; story: Story; system: Playable }[] = [];
  for (const { name, difference, story } of WRONG_READINGS) {
    scenes.push({ name, story, system: await playable(story, difference) });
  }
  const systems = [withKey, withoutKey, ...scenes.map(({ system }) => system)];
  for (const system of systems) await theatre.prepare(system);
  const playOn = async () => {
    for (let scene = scenes.shift(); scene !== undefined; scene = scenes.shift()) {
      const { name, story, system } = scene;
      const [onProduct, onReading] = await Promise.all([
        playStory(theatre, story.takesOurKey ? withKey : withoutKey, story),
        // What it breaks has happened already when nothing more comes.
        playStory(theatre, system, story, { patienceMs: 5_000 }),
      ]);
      verdicts.set(name, { onProduct, onReading });
    }
  };
  try {
    // Side by side, because they mostly wait.
    await Promise.all(Array.from({ length: 6 }, playOn));
  } finally {
    for (const system of systems) system.drop();
  }
}, 600_000);
afterAll(() => theatre.close());

test.each(WRONG_READINGS)('caught, where the product holds: $name', ({ name, breaks }) => {
  const played = verdicts.get(name);
  expect(played?.onProduct.violations).toEqual([]);
  const caught = played?.onReading.violations.filter((each) => breaks.some((rule) => each.startsWith(`${rule}: `)));
  expect({ caught, log: caught?.length === 0 ? played?.onReading.log : [] }).toEqual({
    caught: expect.arrayContaining([expect.any(String)]),
    log: [],
  });
});

test('each of the eleven wrong readings is among them', () => {
  const numbers = WRONG_READINGS.flatMap(({ name }) => /^(\d+): /.exec(name)?.[1] ?? []);
  expect([...new Set(numbers)].map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestTheatre } from './open-test-theatre.ts';
import { playStory, type Verdict } from './play.ts';
import { playable } from './system.ts';
import type { Theatre } from './theatre.ts';
import { WRONG_READINGS } from './wrong-readings/index.ts';
import type { WrongReading } from './wrong-readings/wrong-reading.ts';

let theatre: Theatre;
const verdicts = new Map<string, { onProduct: Verdict; onReading: Verdict }>();

async function playBoth({ name, difference, story }: WrongReading): Promise<void> {
  const [product, reading] = [await playable(story, {}), await playable(story, difference)];
  try {
    const [onProduct, onReading] = await Promise.all([
      playStory(theatre, product, story),
      // What it breaks has happened already when nothing more comes.
      playStory(theatre, reading, story, { patienceMs: 5_000 }),
    ]);
    verdicts.set(name, { onProduct, onReading });
  } finally {
    product.drop();
    reading.drop();
  }
}

beforeAll(async () => {
  theatre = await openTestTheatre();
  // Side by side, because they mostly wait; and here, because modules may be loaded only while a hook or a test runs.
  const left = [...WRONG_READINGS];
  const playOn = async () => {
    for (let reading = left.shift(); reading !== undefined; reading = left.shift()) await playBoth(reading);
  };
  await Promise.all(Array.from({ length: 8 }, playOn));
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

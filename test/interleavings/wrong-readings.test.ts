import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestTheatre } from './open-test-theatre.ts';
import { playStory, type Verdict } from './play.ts';
import { loadSystem } from './system.ts';
import type { Theatre } from './theatre.ts';
import { WRONG_READINGS } from './wrong-readings/index.ts';
import type { WrongReading } from './wrong-readings/wrong-reading.ts';

let theatre: Theatre;
const verdicts = new Map<WrongReading, { product: Verdict; reading: Verdict }>();

async function playBoth(reading: WrongReading): Promise<void> {
  const [product, wrong] = await Promise.all([loadSystem({}), loadSystem(reading.difference)]);
  try {
    const [onProduct, onReading] = await Promise.all([
      playStory(theatre, product, reading.story),
      playStory(theatre, wrong, reading.story, { patienceMs: 5_000 }),
    ]);
    verdicts.set(reading, { product: onProduct, reading: onReading });
  } finally {
    wrong.drop();
  }
}

beforeAll(async () => {
  theatre = await openTestTheatre();
  // Modules of a copy can be loaded while a hook or a test runs, and side by side they take a quarter of the time.
  await Promise.all(WRONG_READINGS.map(playBoth));
}, 180_000);
afterAll(() => theatre.close());

const isOneOf = (rules: string[]) => (violation: string) => rules.some((rule) => violation.startsWith(`${rule}: `));

test.each(WRONG_READINGS)('the wrong reading is caught, and the product holds: $name', (reading) => {
  const played = verdicts.get(reading);
  if (
    process.env.SHOW &&
    played &&
    (played.product.violations.length > 0 || !played.reading.violations.some(isOneOf(reading.breaks)))
  )
    process.stderr.write(
      `${reading.name}\nRIGHT ${played.product.violations.join('\n')}\n${played.product.log.join('\n')}\nWRONG ${played.reading.violations.join('\n')}\n${played.reading.log.join('\n')}\n`,
    );
  expect(played?.product.violations).toEqual([]);
  expect(played?.reading.violations.filter(isOneOf(reading.breaks))).not.toEqual([]);
});

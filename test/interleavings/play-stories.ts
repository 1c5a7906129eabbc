import { generateStory } from './generate-story.ts';
import { playStory, type Verdict } from './play.ts';
import { playable } from './system.ts';
import type { Theatre } from './theatre.ts';

/** Enough to keep two processors busy while stories wait for workflows. */
const SIDE_BY_SIDE = 12;

/** Plays the stories of some seeds on the product, a few side by side. */
export async function playStories(
  theatre: Theatre,
  seeds: readonly number[],
  { enough, onVerdict }: { enough?: AbortSignal; onVerdict?: (verdict: Verdict) => void } = {},
): Promise<Verdict[]> {
  const [withKey, withoutKey] = [await playable({ takesOurKey: true }, {}), await playable({ takesOurKey: false }, {})];
  await theatre.prepare(withKey);
  const left = [...seeds];
  const verdicts: Verdict[] = [];
  const playOn = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined && !enough?.aborted; seed = left.shift()) {
      const story = generateStory(seed);
      const verdict = await playStory(theatre, story.takesOurKey ? withKey : withoutKey, story);
      verdicts.push(verdict);
      onVerdict?.(verdict);
    }
  };
  try {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, playOn));
  } finally {
    withKey.drop();
    withoutKey.drop();
  }
  return verdicts;
}

import { generateStory } from './generate-story.ts';
import { playStory, type Verdict } from './play.ts';
import { loadSystem, WITHOUT_KEY, type Difference } from './system.ts';
import type { Theatre } from './theatre.ts';

/** Plays the stories of some seeds, a few side by side, on the product or on a wrong reading of it. */
export async function playStories(
  theatre: Theatre,
  seeds: readonly number[],
  {
    difference = {},
    sideBySide = 12,
    patienceMs = 20_000,
    enough,
    onVerdict,
  }: {
    difference?: Difference;
    sideBySide?: number;
    patienceMs?: number;
    enough?: AbortSignal;
    onVerdict?: (verdict: Verdict) => void;
  },
): Promise<Verdict[]> {
  const [withKey, withoutKey] = await Promise.all([
    loadSystem(difference),
    loadSystem({ ...difference, edits: [...(difference.edits ?? []), WITHOUT_KEY] }),
  ]);
  const left = [...seeds];
  const verdicts: Verdict[] = [];
  const playOn = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined && !enough?.aborted; seed = left.shift()) {
      const story = generateStory(seed);
      const verdict = await playStory(theatre, story.takesOurKey ? withKey : withoutKey, story, { patienceMs });
      verdicts.push(verdict);
      onVerdict?.(verdict);
    }
  };
  try {
    await Promise.all(Array.from({ length: sideBySide }, playOn));
  } finally {
    withKey.drop();
    withoutKey.drop();
  }
  return verdicts;
}

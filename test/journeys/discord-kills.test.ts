import { expect, test } from '@jest/globals';
import { soakDiscord } from '../soak/discord.ts';

/** A fixed share of the soak: the same choices each time, on the whole product. */
test('kills, lost networks and lost answers in the middle of conversations: each direct message is answered once', async () => {
  const {
    messages,
    repeatedPresses: _,
    ...report
  } = await soakDiscord({
    seed: 4,
    kills: 8,
    enough: AbortSignal.timeout(240_000),
    log: () => undefined,
  });
  expect(messages).toBeGreaterThan(8);
  expect(report).toEqual({ kills: 8, lost: [], twice: [], faults: [] });
}, 600_000);

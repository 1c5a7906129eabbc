import { expect, test } from '@jest/globals';
import { soakKills } from '../soak/kills.ts';

/** A fixed share of the soak: the same choices each time, on the whole product. */
test('ten SIGKILLs of processes and servers lose no request, repeat no event and leave nothing behind', async () => {
  const { requests, slowestSeconds, ...report } = await soakKills({
    seed: 1,
    kills: 10,
    people: 2,
    enough: AbortSignal.timeout(240_000),
    log: () => undefined,
  });
  expect(requests).toBeGreaterThan(5);
  expect(slowestSeconds).toBeLessThan(480);
  expect(report).toEqual({ kills: 10, lost: [], twice: [], asked: [], orphans: [] });
}, 480_000);

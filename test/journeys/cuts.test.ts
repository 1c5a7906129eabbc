import { expect, test } from '@jest/globals';
import { allCases, soakCuts } from '../soak/soak-cuts.ts';

/** Places that are reached by holding a message of the product; the soak has all of them. */
const CHOSEN = [
  // Nothing has to be repaired here, so nobody waits for it.
  ['callback', 'finished, before the poke', 'gateway'],
  ['create', 'thought, before it is written down', 'orchestrator'],
  ['create', 'the provider did it, before we know', 'orchestrator'],
  ['create', 'sent, and arrives after somebody else sent it', 'orchestrator'],
];

test('SIGKILL at a few places of a callback and of an effect: done once, nothing lost, and nobody waits a minute', async () => {
  const cases = allCases().filter(
    ({ kind, cut, victims, isPatient }) =>
      !isPatient && CHOSEN.some(([of, name, victim]) => of === kind && name === cut.name && victim === victims.join()),
  );
  expect(cases).toHaveLength(CHOSEN.length);
  const { cuts, slowestSeconds, ...report } = await soakCuts({
    enough: AbortSignal.timeout(240_000),
    log: () => undefined,
    cases,
  });
  expect(cuts.map(({ findings }) => findings)).toEqual(CHOSEN.map(() => []));
  expect(report).toMatchObject({ lost: [], twice: [], asked: [], orphans: [], kills: CHOSEN.length });
  expect(slowestSeconds).toBeLessThan(100);
}, 480_000);

import { seeded, type Random } from '../soak/random.ts';
import { nameOf, type Happening, type Hold, type PlannedCall, type Story } from './story.ts';

/** A story of one person, from a seed: what happens, what is late, and who freezes where. */
export function generateStory(seed: number): Story {
  const random = seeded(seed);
  const chance = (percent: number) => random.integer(100) < percent;

  const requests = ['r1', 'r2', 'r3'].slice(0, 1 + random.integer(3));
  const asks: Happening[] = requests.map((request) => ({ kind: 'ask', request, calls: plan(random) }));
  const tabs: Happening[] = ['A', 'B', 'C'].slice(0, 1 + random.integer(3)).map((tab) => ({
    kind: 'tab',
    tab,
    account: chance(85) ? 'first' : 'second',
    answer: chance(85) ? 'approve' : random.pick(['deny', 'leave']),
    grants: random.pick(['asked', 'asked', 'read', 'everything']),
    confirms: chance(70),
  }));
  const some: Happening[] = [];
  const maybe = (percent: number, happening: Happening) => chance(percent) && some.push(happening);
  maybe(35, { kind: 'cancel', request: random.pick(requests) });
  maybe(25, { kind: 'skip', request: random.pick(requests) });
  maybe(10, { kind: 'snooze', request: random.pick(requests) });
  maybe(15, { kind: 'deadline', request: random.pick(requests) });
  maybe(15, { kind: 'decline' });
  maybe(25, { kind: 'disconnect' });
  maybe(30, { kind: 'revokeAtProvider' });
  maybe(30, { kind: 'refuseTokens' });
  maybe(20, { kind: 'sweep' });
  const happenings = [...asks, ...tabs, ...some];

  return {
    name: `seed ${seed}`,
    seed,
    takesOurKey: chance(75),
    times: {
      // A deadline that comes in the middle of a story, or one that does not come.
      waitMs: chance(25) ? 400 + random.integer(1_600) : 600_000,
      sendMs: 200 + random.integer(400),
      confirmMs: chance(20) ? 100 : 600_000,
      repairAfterMs: 0,
    },
    happenings,
    holds: [...delays(random, happenings), ...freezes(random, happenings)],
    crossings: chance(60) ? 0.15 : 0,
    duplicates: chance(40) ? 0.3 : 0,
    lostAnswers: chance(20) ? [1] : [],
    patience: random.pick([0, 0.5, 0.9, 1]),
    idleMs: 120,
  };
}

function plan(random: Random): PlannedCall[] {
  return random.pick<PlannedCall[]>([['read'], ['create'], ['create'], ['read', 'create'], ['create', 'create']]);
}

/** When each thing begins, counted in steps of everybody. */
function delays(random: Random, happenings: Happening[]): Hold[] {
  return happenings.flatMap((happening, index) => {
    const steps = index === 0 ? 0 : random.integer(happening.kind === 'ask' ? 25 : 60);
    return steps === 0 ? [] : [{ actor: nameOf(happening), barrier: 'begin 1', until: { steps } }];
  });
}

/** Where processes freeze, and whose worker counts as lost meanwhile. */
function freezes(random: Random, happenings: Happening[]): Hold[] {
  const candidates = happenings.flatMap((happening): [string, string[]][] => {
    switch (happening.kind) {
      case 'ask':
        return happening.calls.flatMap((_, index): [string, string[]][] =>
          [1, 2, 3].map((attempt) => [
            `callTool ${happening.request}/1.${index + 1} #${attempt}`,
            ['transact 1', 'read 1', 'maySend 1', 'createEvent 1', 'transact 2', 'return 1', 'refresh 1', 'replace 1'],
          ]),
        );
      case 'tab':
        return [[nameOf(happening), ['burnAttempt 1', 'exchange 1', 'recordAccount 1', 'create 1', 'transact 2']]];
      case 'cancel':
      case 'skip':
      case 'snooze':
      case 'deadline':
      case 'decline':
      case 'disconnect':
      case 'revokeAtProvider':
      case 'refuseTokens':
      case 'sweep':
        return [];
    }
  });
  return Array.from({ length: random.integer(5) }, (): Hold => {
    const [actor, barriers] = random.pick(candidates);
    const hold: Hold = { actor, barrier: random.pick(barriers), until: { steps: 5 + random.integer(50) } };
    return actor.startsWith('callTool') && random.integer(2) === 0 ? { ...hold, lost: true } : hold;
  });
}

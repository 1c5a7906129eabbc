import { setTimeout as delay } from 'node:timers/promises';
import type { System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import type { SoakPerson } from './person.ts';
import { titleOf, type Phrases } from './phrases.ts';
import { seeded, type Random } from './random.ts';
import { isBack, killAndRestart, SERVERS } from './steered-system.ts';

/** A machine that takes longer to start things is killed in the middle of that, too. */
const BACK_MS = 15_000;
const TARGETS = ['gateway', 'orchestrator', ...SERVERS] as const;

/**
 * People ask for events, move and delete them, while processes and servers are killed with SIGKILL, alone and in pairs, at
 * random moments. Returns when everybody's requests have ended, or their people have given up.
 * @returns how often it killed
 */
export async function killWhileBusy(options: {
  system: System;
  people: readonly SoakPerson[];
  phrases: Phrases;
  seed: number;
  kills: number;
  /** Ends the killing early. */
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<number> {
  const { system, people, phrases, seed, kills, enough, log } = options;
  const random = seeded(seed);
  const finished = new AbortController();
  // Who gives up is found by the judge, and no reason for others to stop.
  const busy = people.map((person, index) =>
    keepAsking(person, phrases, seeded(seed + 1 + index), finished.signal).catch(() => undefined),
  );
  let killed = 0;
  for (let round = 1; round <= kills && !enough.aborted; round++) {
    // Mostly in the middle of work, which needs a product that works; now and then in the middle of a start.
    const isWorking = async () => system.isReady('orchestrator') && (await isBack(system));
    if (random.integer(5) > 0) await waitFor(isWorking, BACK_MS, 100);
    await delay(300 + random.integer(2_500));
    const targets = new Set([random.pick(TARGETS), ...(random.integer(4) === 0 ? [random.pick(TARGETS)] : [])]);
    log(`kill ${round}/${kills}: ${[...targets].join(' and ')}`);
    await Promise.all([...targets].map((target) => killAndRestart(system, target)));
    killed += 1;
  }
  finished.abort();
  await Promise.all(busy);
  return killed;
}

/** One person, several requests at a time, two changes of one event never. */
async function keepAsking(person: SoakPerson, phrases: Phrases, random: Random, finished: AbortSignal): Promise<void> {
  await person.signIn();
  const going: Promise<void>[] = [];
  const seeThrough = (requestId: string, then: () => void = () => undefined) =>
    going.push(person.seeThrough(requestId).then(then, () => undefined));
  let made: string[] = [];
  let moved: string[] = [];
  for (let number = 1; number === 1 || !finished.aborted; number++) {
    const choice = random.integer(5);
    if (choice === 0 && made.length > 0) {
      const [title = '', ...others] = made;
      made = others;
      const requestId = await person.ask(phrases.update(title));
      seeThrough(requestId, () => moved.push(title));
    } else if (choice === 1 && moved.length + made.length > 1) {
      const [title = '', ...others] = [...moved, ...made];
      moved = others.filter((each) => moved.includes(each));
      made = others.filter((each) => made.includes(each));
      seeThrough(await person.ask(phrases.delete(title)));
    } else {
      const isRecurring = random.integer(8) === 0;
      const title = titleOf(isRecurring ? '정기' : '회의', number);
      const requestId = await person.ask(isRecurring ? phrases.recurring(title) : phrases.create(title));
      seeThrough(requestId, () => {
        if (!isRecurring) made.push(title);
      });
    }
    // Far below the rate limits, retries included.
    await delay(500 + random.integer(1_500));
  }
  await Promise.all(going);
}

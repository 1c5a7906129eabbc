import { AsyncLocalStorage } from 'node:async_hooks';
import { chanceOf } from './chance.ts';
import type { Pace } from './pace.ts';
import type { Hold, Story } from './story.ts';

/** A story that takes more steps than this goes in circles. */
const MAX_STEPS = 400;

interface Actor {
  name: string;
  /** How often it came to each barrier. */
  visits: Map<string, number>;
  lose(): void;
}

interface Standing {
  actor: Actor;
  barrier: string;
  /** Number of the step after which it came. */
  since: number;
  hold: Hold | null;
  go: () => void;
}

/** Thrown to Temporal in place of what a lost attempt would have said. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/**
 * The scheduler of one story. Everything that acts is an actor and stands still at barriers, which lie in front of every
 * call of a port; one of those that stand is let go at a time, by priorities that the seed gives. Between two barriers an
 * actor runs on real parts.
 */
export function createSteering(story: Story, pace: Pace) {
  const current = new AsyncLocalStorage<Actor>();
  const log: string[] = [];
  const standing = new Set<Standing>();
  /** Actors on their way to the next barrier, with the time when they were let go. */
  const running = new Map<Actor, number>();
  const alive = new Set<Actor>();
  const expected = new Map<string, number>();
  const holds = [...story.holds];
  /** Nobody has come to them yet. */
  const unmet = new Set(holds);
  let steps = 0;
  let free = false;
  let changed = Promise.withResolvers<void>();

  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  const note = (line: string): void => {
    log.push(line);
    change();
  };

  const isHeld = ({ hold, since }: Standing): boolean => {
    if (hold === null || !holds.includes(hold)) return false;
    return 'steps' in hold.until
      ? steps < since + hold.until.steps
      : !hold.until.after.every((line) => log.includes(line));
  };

  const isBusy = (now: number): boolean =>
    [...running.values()].some((since) => now - since < pace.slowMs()) ||
    (chanceOf(story.seed, 'patience', String(steps)) < story.patience &&
      [...expected.values()].some((since) => now - since < pace.expectedMs()));

  /** Who holds locks goes on as soon as one other has come near them. */
  const choose = (ready: Standing[]): Standing | undefined => {
    const crossing = ready.find(({ barrier }) => barrier.startsWith('commit'));
    const others = ready.filter((each) => each !== crossing);
    if (crossing !== undefined && (others.length === 0 || crossing.since < steps)) return crossing;
    const priority = ({ actor, barrier }: Standing) => {
      // The same for a few barriers in a row: an actor that is ahead stays ahead for a while.
      const stretch = Math.floor([...actor.visits.values()].reduce((sum, each) => sum + each, 0) / 3);
      return chanceOf(story.seed, actor.name, String(stretch), barrier.startsWith('begin') ? 'begin' : '');
    };
    return others.sort((a, b) => priority(b) - priority(a))[0];
  };

  /** Who found nothing to do yet looks again when something has happened. */
  const lookAgain = (actor: Actor, barrier: string): Hold | null => {
    if (!barrier.startsWith('not yet')) return null;
    const hold: Hold = { actor: actor.name, barrier, until: { steps: 5 } };
    holds.push(hold);
    return hold;
  };

  const waitForChange = async (ms: number): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)));
    try {
      return await Promise.race([changed.promise.then(() => true), late]);
    } finally {
      clearTimeout(timer);
    }
  };

  const release = (step: Standing): void => {
    steps += 1;
    standing.delete(step);
    running.set(step.actor, Date.now());
    log.push(`${step.actor.name}: ${step.barrier}`);
    step.go();
  };

  return {
    log,
    get steps() {
      return steps;
    },
    /** How many actors have not come to their end. */
    underWay: () => alive.size,
    note,

    /** Runs `work` as an actor. @throws WorkerLost when a hold loses it; `work` then lives on */
    async run<T>(name: string, work: () => Promise<T>): Promise<T> {
      const lost = Promise.withResolvers<never>();
      const actor: Actor = { name, visits: new Map(), lose: () => lost.reject(new WorkerLost()) };
      running.set(actor, Date.now());
      alive.add(actor);
      const body = current.run(actor, work).finally(() => {
        running.delete(actor);
        alive.delete(actor);
        note(`${name}: over`);
      });
      body.catch(() => undefined);
      return Promise.race([body, lost.promise]);
    },

    /** Stands still until the story lets this actor go on. */
    async barrier(call: string): Promise<void> {
      const actor = current.getStore();
      if (actor === undefined) return;
      const visit = (actor.visits.get(call) ?? 0) + 1;
      actor.visits.set(call, visit);
      const barrier = `${call} ${visit}`;
      const hold =
        holds.find((each) => each.actor === actor.name && each.barrier === barrier) ?? lookAgain(actor, barrier);
      running.delete(actor);
      if (hold !== null) unmet.delete(hold);
      if (hold?.lost === true && !free) {
        note(`${actor.name}: lost`);
        actor.lose();
      }
      if (free) {
        log.push(`${actor.name}: ${barrier}`);
        return;
      }
      if (call === 'commit') log.push(`${actor.name}: holds its locks`);
      await new Promise<void>((go) => {
        standing.add({ actor, barrier, since: steps, hold, go });
        change();
      });
    },

    /** True when this transaction is to keep its locks for a while. */
    isCrossing(): boolean {
      const actor = current.getStore();
      if (actor === undefined || free) return false;
      if ([...standing].some(({ barrier }) => barrier.startsWith('commit'))) return false;
      const visit = actor.visits.get('transact') ?? 0;
      // Named after the transaction that it is the end of.
      actor.visits.set('commit', visit - 1);
      const isWanted = holds.some((hold) => hold.actor === actor.name && hold.barrier === `commit ${visit}`);
      return isWanted || chanceOf(story.seed, 'crossing', actor.name, String(visit)) < story.crossings;
    },

    /** A workflow will do something for `whom`. */
    expect(whom: string): void {
      expected.set(whom, Date.now());
    },
    met(whom: string): void {
      const since = expected.get(whom);
      if (since !== undefined) pace.observe(Date.now() - since);
      expected.delete(whom);
    },

    /** Lets one after the other go, until nothing stands any more and nothing comes. */
    async steer(): Promise<void> {
      while (steps < MAX_STEPS) {
        if (isBusy(Date.now())) {
          await waitForChange(10);
          continue;
        }
        const step = choose([...standing].filter((each) => !isHeld(each)));
        if (step !== undefined) {
          release(step);
          continue;
        }
        const isDone = standing.size === 0 && unmet.size === 0;
        if (await waitForChange(isDone ? pace.expectedMs() : Math.max(story.idleMs, pace.slowMs()))) continue;
        const oldest = [...standing].sort((a, b) => a.since - b.since)[0];
        if (oldest === undefined) return;
        // Nothing else can go on: whatever it waited for does not come any more.
        log.push(`(loosened ${oldest.actor.name}: ${oldest.barrier})`);
        if (oldest.hold !== null) holds.splice(holds.indexOf(oldest.hold), 1);
      }
      log.push(`(more than ${MAX_STEPS} steps)`);
    },

    /** From here on nobody stands still. */
    letGo(): void {
      free = true;
      for (const step of [...standing]) release(step);
    },
  };
}

export type Steering = ReturnType<typeof createSteering>;

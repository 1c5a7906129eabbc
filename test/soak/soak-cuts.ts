import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../infra/local/wait-for.ts';
import { CALLBACK_CUTS, EFFECT_CUTS, REPAIR_CUTS, type Change, type Cut, type Trip } from './cuts.ts';
import type { Held } from './held.ts';
import { judge, type Verdict } from './judge.ts';
import type { ChangeKind } from './phrases.ts';
import { createStories } from './stories.ts';
import { isBack, SERVERS, startSteeredSystem, type SteeredSystem, type Victim } from './steered-system.ts';

export interface CutCase {
  kind: 'callback' | 'repair' | ChangeKind;
  cut: Cut<Trip> | Cut<Change>;
  victims: readonly Victim[];
  /** After a callback: the person looks at their page until it is repaired, instead of pressing the button again. */
  isPatient: boolean;
}

/** One place, one way to die there, and what became of the request. */
export interface CutOutcome {
  kind: CutCase['kind'];
  cut: string;
  victims: string;
  requestId: string;
  /** What the judge found about it; nothing when it went well. */
  findings: string[];
}

export interface CutsReport extends Verdict {
  kills: number;
  cuts: CutOutcome[];
}

/** Longer than a callback is left alone before it is repaired. */
const PATIENT_MS = 110_000;

/**
 * Every case: all victims at the cuts of callbacks and of creates, the process itself at those of other changes. Where a
 * gateway died alone in a callback, its person once presses the button again at once, and once waits for repair.
 */
export function allCases(): CutCase[] {
  const of = (kind: CutCase['kind'], cuts: readonly (Cut<Trip> | Cut<Change>)[], howMany = Infinity): CutCase[] =>
    cuts.flatMap((cut) => cut.victims.slice(0, howMany).map((victims) => ({ kind, cut, victims, isPatient: false })));
  const callbacks = of('callback', CALLBACK_CUTS);
  return [
    ...callbacks,
    ...callbacks.filter(({ victims }) => victims.join() === 'gateway').map((each) => ({ ...each, isPatient: true })),
    ...of('repair', REPAIR_CUTS),
    ...of('create', EFFECT_CUTS),
    ...of('recurring', EFFECT_CUTS, 1),
    ...of('update', EFFECT_CUTS, 1),
    ...of('delete', EFFECT_CUTS, 1),
  ];
}

/**
 * Brings people to each cut, kills there, and lets them go on as people do: at once, or after they have waited. Every place
 * is reached by holding a message of the product outside of it; a place that is not reached counts as lost.
 */
export async function soakCuts(options: {
  enough: AbortSignal;
  log: (line: string) => void;
  cases?: readonly CutCase[];
}): Promise<CutsReport> {
  const { enough, log, cases = allCases() } = options;
  const world = await startSteeredSystem();
  try {
    const run = createRun(world);
    for (const kind of ['callback', 'repair', 'create', 'recurring', 'update', 'delete'] as const) {
      const ofKind = cases.filter((each) => each.kind === kind);
      for (const [index, each] of ofKind.entries()) {
        if (enough.aborted) break;
        log(`cut ${index + 1}/${ofKind.length} of ${kind}: ${each.cut.name}; SIGKILL of ${each.victims.join(' and ')}`);
        await run.one(each, index);
      }
      await run.settle();
    }
    return await run.verdict();
  } finally {
    await world.stop();
  }
}

function createRun(world: SteeredSystem) {
  const { system, google } = world;
  const stories = createStories(world);
  const outcomes: (CutOutcome & { tokens: string[] })[] = [];
  /** How trips must have ended, and where it is noted that one has not. */
  const expected: { attemptId: string; leaves: string; findings: string[] }[] = [];
  let going: Promise<unknown>[] = [];
  /** Who gives up is found by the judge, and no reason for others to stop. */
  const goOn = (work: Promise<unknown>) => void going.push(work.catch(() => undefined));
  let late: Held[] = [];
  let striking = Promise.resolve();
  let kills = 0;

  /** Somebody who gives up on the way is a finding too, and no reason to stop. */
  const one = (each: CutCase, index: number): Promise<void> =>
    bring(each, index).catch((error: unknown) => {
      const { kind, cut, victims } = each;
      const findings = [error instanceof Error ? error.message : String(error)];
      outcomes.push({ kind, cut: cut.name, victims: victims.join(' and '), requestId: '', tokens: [], findings });
    });

  async function bring(each: CutCase, index: number): Promise<void> {
    const { kind, cut, victims, isPatient } = each;
    if (kind === 'repair') return bringToRepair(each);
    const isCallback = kind === 'callback';
    const way = isCallback ? await stories.trip() : await stories.change(kind, index);
    const held = await (cut as Cut<Trip | Change>).arm(world, way.subject);
    const requestId = await way.go();
    const findings = await strike(each, held);
    const { tokens, person } = way;
    outcomes.push({ kind, cut: cut.name, victims: victims.join(' and '), requestId, tokens, findings });
    if (isCallback && !isPatient) await person.seeThrough(requestId);
    else goOn(person.seeThrough(requestId, isPatient ? PATIENT_MS : 0));
    if (isPatient && cut.leaves && 'attemptId' in way.subject) {
      expected.push({ attemptId: way.subject.attemptId, leaves: cut.leaves, findings });
    }
  }

  /** Its gateway dies first; repair comes much later, when other people's has been prepared, and dies in its turn. */
  async function bringToRepair(each: CutCase): Promise<void> {
    const { kind, cut, victims } = each;
    const { after } = REPAIR_CUTS.find(({ name }) => name === cut.name) ?? { after: '' };
    const first = CALLBACK_CUTS.find(({ name }) => name === after);
    if (!first) throw new Error(`there is no cut "${after}"`);
    const { subject, tokens, person, go } = await stories.trip();
    const stored = await first.arm(world, subject);
    const requestId = await go();
    const findings = await strike({ cut: first, victims: ['gateway'] }, stored);
    const held = await (cut as Cut<Trip>).arm(world, subject);
    outcomes.push({ kind, cut: cut.name, victims: victims.join(' and '), requestId, tokens, findings });
    if (cut.leaves) expected.push({ attemptId: subject.attemptId, leaves: cut.leaves, findings });
    const struck = held.reached
      .catch(() => undefined)
      .then(async () => {
        // One at a time: what is dead cannot be killed.
        striking = striking.then(async () => void findings.push(...(await strike(each, held))));
        await striking;
        await person.seeThrough(requestId);
      });
    goOn(struck);
  }

  /** Waits until the place is reached, and kills. @returns what went wrong with that */
  async function strike({ cut, victims }: Pick<CutCase, 'cut' | 'victims'>, held: Held): Promise<string[]> {
    try {
      await held.reached;
    } catch {
      held.goOn('deliver');
      return ['this place was not reached'];
    }
    kills += victims.length;
    const servers = SERVERS.filter((server) => victims.includes(server));
    const before = servers.map((server) => system[server]?.pid());
    for (const server of servers) system[server]?.signal('SIGKILL');
    const process = (['gateway', 'orchestrator'] as const).find((each) => victims.includes(each));
    if (process) await system.killProcess(process);
    if (process && cut.then === 'deliverAfterTheEnd') late.push(held);
    else held.goOn(process && cut.then === 'drop' ? 'drop' : 'deliver');
    if (process) await system.startProcess(process);
    const cameBack = await waitFor(async () => {
      const again = servers.every((server, index) => system[server]?.pid() !== before[index]);
      return again && (await isBack(system));
    }, 120_000);
    return cameBack ? [] : ['the product did not come back within two minutes'];
  }

  return {
    one,

    /** Everybody's requests have ended; only then does arrive what was to come too late. */
    async settle(): Promise<void> {
      await Promise.all(going);
      going = [];
      for (const held of late) held.goOn('deliver');
      if (late.length > 0) await delay(2_000);
      late = [];
    },

    async verdict(): Promise<CutsReport> {
      for (const { attemptId, leaves, findings } of expected) {
        const status = await stories.attemptStatus(attemptId);
        if (status !== leaves) findings.push(`its trip ended as ${status}, not ${leaves}`);
      }
      const verdict = await judge(system, google, stories.requestIds);
      const found = [...verdict.lost, ...verdict.twice, ...verdict.orphans];
      const cuts = outcomes.map(({ tokens, ...outcome }) => ({
        ...outcome,
        findings: [
          ...outcome.findings,
          ...found.filter((finding) => tokens.some((token) => token !== '' && finding.includes(token))),
          ...(verdict.asked.includes(outcome.requestId) ? ['the person was asked to look'] : []),
        ],
      }));
      const wrong = outcomes.flatMap(({ findings, cut, victims }) =>
        findings.map((finding) => `${cut} (${victims}): ${finding}`),
      );
      return { ...verdict, lost: [...verdict.lost, ...wrong], kills, cuts };
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:net';
import { eventIdOf } from '../../activities/tools/calendar-create-event.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { effectKey } from '../../src/connections/effect-key.ts';
import { CALLBACK_CUTS, EFFECT_CUTS, type Change, type Cut, type Trip } from './cuts.ts';
import { createHeld, type Held } from './held.ts';
import { connectOwner, judge, type Verdict } from './judge.ts';
import { createSoakPerson, type SoakPerson } from './person.ts';
import { CALL_ID, createPhrases, type ChangeKind } from './phrases.ts';
import { seeded } from './random.ts';
import { SERVERS, startSteeredSystem, type SteeredSystem, type Victim } from './steered-system.ts';

export interface CutCase {
  kind: 'callback' | ChangeKind;
  cut: Cut<Trip> | Cut<Change>;
  victims: readonly Victim[];
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

const EVENTS = '/calendar/v3/calendars/primary/events';
/** Longer than a callback is left alone before it is repaired. */
const PATIENT_MS = 110_000;

/** Every case: all victims at the cuts of callbacks and of creates, the process itself at those of other changes. */
export function allCases(): CutCase[] {
  const of = (kind: CutCase['kind'], cuts: readonly (Cut<Trip> | Cut<Change>)[], every: boolean) =>
    cuts.flatMap((cut) => (every ? cut.victims : cut.victims.slice(0, 1)).map((victims) => ({ kind, cut, victims })));
  return [
    ...of('callback', CALLBACK_CUTS, true),
    ...of('create', EFFECT_CUTS, true),
    ...of('recurring', EFFECT_CUTS, false),
    ...of('update', EFFECT_CUTS, false),
    ...of('delete', EFFECT_CUTS, false),
  ];
}

/**
 * Brings people to each cut, kills there, and lets them go on as people do: at once, or after they have waited. Every place
 * is reached by holding a message of the product outside of it; a place that is not reached counts as lost.
 */
export async function soakCuts(options: {
  seed: number;
  enough: AbortSignal;
  log: (line: string) => void;
  cases?: readonly CutCase[];
}): Promise<CutsReport> {
  const { seed, enough, log, cases = allCases() } = options;
  const world = await startSteeredSystem();
  try {
    const run = createRun(world, seed);
    for (const kind of ['callback', 'create', 'recurring', 'update', 'delete'] as const) {
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

interface Story {
  person: SoakPerson;
  userId: string;
  /** The event that this person's changes are about. */
  title: string;
  eventId: string;
}

function createRun(world: SteeredSystem, seed: number) {
  const { system, google } = world;
  const random = seeded(seed);
  const phrases = createPhrases();
  const stories: Story[] = [];
  const outcomes: (CutOutcome & { tokens: string[] })[] = [];
  const requestIds: string[] = [];
  let going: Promise<unknown>[] = [];
  let late: Held[] = [];
  let kills = 0;

  /** A person, and their first request, which asks for an event and waits for consent. */
  async function newStory(): Promise<{ story: Story; requestId: string }> {
    const number = String(stories.length + 1).padStart(3, '0');
    const account = `person-${number}@example.com`;
    await google.addPerson(account);
    const person = createSoakPerson(system.publicUrl, account);
    await person.signIn();
    const title = `회의C${number}`;
    const requestId = await ask(person, phrases.create(title));
    const eventId = eventIdOf(effectKey({ requestId, callId: CALL_ID.create }));
    const [row] = await query<{ userId: string }>('SELECT user_id AS "userId" FROM request WHERE id = $1', [requestId]);
    const story = { person, userId: row?.userId ?? '', title, eventId };
    stories.push(story);
    return { story, requestId };
  }

  async function storyAt(index: number): Promise<Story> {
    while (stories.length <= index) {
      const { story, requestId } = await newStory();
      await story.person.seeThrough(requestId);
    }
    return stories[index]!;
  }

  async function ask(person: SoakPerson, text: string): Promise<string> {
    const requestId = await person.ask(text);
    requestIds.push(requestId);
    return requestId;
  }

  async function callback(each: CutCase): Promise<void> {
    const { story, requestId } = await newStory();
    const { person, userId } = story;
    const link = await person.link(requestId);
    const back = await person.consent(link);
    const [attempt] = await query<{ attemptId: string; flowId: string }>(
      'SELECT id AS "attemptId", flow_id AS "flowId" FROM attempt WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1',
      [userId],
    );
    if (!attempt) throw new Error('a browser that was sent to the provider is an attempt');
    const answering = createHeld('the answer to the callback');
    const trip: Trip = { userId, code: back.searchParams.get('code') ?? '', answering: answering.held, ...attempt };
    const cut = each.cut as Cut<Trip>;
    const held = await cut.arm(world, trip);
    const opened = person.open(back.href, answering.arrive);
    note(each, requestId, [requestId, attempt.attemptId, story.eventId], await strike(each, held));
    await opened;
    // Half of the people press the button again at once, the others look at their page for a while.
    if (random.integer(2) === 0) await person.seeThrough(requestId);
    else going.push(person.seeThrough(requestId, PATIENT_MS));
  }

  async function change(each: CutCase, kind: ChangeKind, index: number): Promise<void> {
    const story = await storyAt(index);
    const isNew = kind === 'create' || kind === 'recurring';
    const title = isNew ? `${kind === 'create' ? '점검' : '정기'}C${String(index + 1).padStart(3, '0')}` : story.title;
    const method = isNew ? 'POST' : kind === 'update' ? 'PATCH' : 'DELETE';
    const subject: Change = {
      userId: story.userId,
      earlier: [...requestIds],
      callId: CALL_ID[kind],
      method,
      path: isNew ? EVENTS : `${EVENTS}/${story.eventId}`,
      ...(isNew ? { body: title } : {}),
    };
    const held = await (each.cut as Cut<Change>).arm(world, subject);
    const requestId = await ask(story.person, phrases[kind](title));
    const eventId = isNew ? eventIdOf(effectKey({ requestId, callId: CALL_ID[kind] })) : story.eventId;
    note(each, requestId, [requestId, eventId], await strike(each, held));
    going.push(story.person.seeThrough(requestId));
  }

  /** Waits until the place is reached, and kills. @returns what went wrong with that */
  async function strike({ cut, victims }: CutCase, held: Held): Promise<string[]> {
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
    const isBack = await waitFor(async () => {
      const again = servers.every((server, index) => system[server]?.pid() !== before[index]);
      return (
        again && (await Promise.all(SERVERS.map((server) => answers(system[server]?.ports[0] ?? 0)))).every(Boolean)
      );
    }, 60_000);
    const isReady = await waitFor(async () => (await fetch(`${system.publicUrl}/readyz`)).ok, 60_000);
    return isBack && isReady ? [] : ['the product did not come back within a minute'];
  }

  function note({ kind, cut, victims }: CutCase, requestId: string, tokens: string[], findings: string[]): void {
    outcomes.push({ kind, cut: cut.name, victims: victims.join(' and '), requestId, tokens, findings });
  }

  async function query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    const sql = await connectOwner(system);
    try {
      return (await sql.query<Row>(text, values)).rows;
    } finally {
      await sql.end();
    }
  }

  return {
    one: (each: CutCase, index: number) => (each.kind === 'callback' ? callback(each) : change(each, each.kind, index)),

    /** Everybody's requests have ended; only then does arrive what was to come too late. */
    async settle(): Promise<void> {
      // Who gave up is found by the judge.
      await Promise.allSettled(going);
      going = [];
      for (const held of late) held.goOn('deliver');
      if (late.length > 0) await delay(2_000);
      late = [];
    },

    async verdict(): Promise<CutsReport> {
      const verdict = await judge(system, google, requestIds);
      const found = [...verdict.lost, ...verdict.twice, ...verdict.orphans];
      const cuts = outcomes.map(({ tokens, ...outcome }) => ({
        ...outcome,
        findings: [
          ...outcome.findings,
          ...found.filter((finding) => tokens.some((token) => token !== '' && finding.includes(token))),
          ...(verdict.asked.includes(outcome.requestId) ? ['the person was asked to look'] : []),
        ],
      }));
      const notReached = outcomes.flatMap(({ findings, cut, victims }) =>
        findings.map((finding) => `${cut} (${victims}): ${finding}`),
      );
      return { ...verdict, lost: [...verdict.lost, ...notReached], kills, cuts };
    },
  };
}

/** Somebody listens there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

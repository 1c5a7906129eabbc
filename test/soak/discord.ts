import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { startSystem, type System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { discordCommandTexts } from '../../src/domain/texts/discord-commands.ts';
import { startDiscordPeer, type DiscordPeer, type DiscordPerson } from '../support/discord/peer.ts';
import { connectOwner, SETTLE_MS } from './judge.ts';
import { seeded, type Random } from './random.ts';

export interface DiscordReport {
  kills: number;
  /** Direct messages that people wrote. */
  messages: number;
  /** Presses of buttons that Discord could not hand over, or nobody acknowledged: their people pressed again. */
  repeatedPresses: number;
  /** Direct messages without their one answer, answers that do not say how it ended. */
  lost: string[];
  /** Messages that were answered twice, and messages of ours that no row knows. */
  twice: string[];
  /** What the official schemas have against our requests, and too many refused ones. */
  faults: string[];
}

/** A press that shows no effect is repeated after this long, as a person would. */
const PRESS_AGAIN_MS = 10_000;
const ANSWER_MS = 120_000;
const PEOPLE = 3;
/** Of one person at once. */
const MOST_UNANSWERED = 4;
const TARGETS = ['gateway', 'orchestrator', 'network', 'session', 'resume', 'answers'] as const;
/** Everything that a request may have been refused for while processes die: far from the 10,000 in 10 minutes of a ban. */
const MOST_REFUSED = 50;

type Ending = 'answered' | 'withoutAccount' | 'cancelled';
interface Presses {
  repeated: number;
  /** Why somebody gave up. */
  inVain: string[];
}
interface Said {
  id: string;
  person: DiscordPerson;
  ending: Ending;
}

/**
 * People talk to the bot, several at once; some of their requests wait for an account and are ended with a button. Meanwhile
 * gateway and orchestrator are killed, the network between us and Discord is lost, sessions cannot be resumed, and answers
 * of Discord do not arrive. Then every direct message has one answer.
 */
export async function soakDiscord(options: {
  seed: number;
  kills: number;
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<DiscordReport> {
  const { seed, kills, enough, log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const peer = await startDiscordPeer();
  const bot = { DISCORD_TOKEN: peer.token, DISCORD_API_URL: peer.apiUrl };
  const client = { DISCORD_CLIENT_ID: peer.botUserId, DISCORD_CLIENT_SECRET: 'unused' };
  const environment = () => Promise.resolve({ gateway: { ...bot, ...client }, orchestrator: bot });
  const system = await startSystem({ dataDir, mode: 'test', log: () => undefined, environment });
  try {
    await need('the bot connects', () => peer.gateway.ready() > 0);
    const random = seeded(seed);
    const finished = new AbortController();
    const said: Said[] = [];
    const presses: Presses = { repeated: 0, inVain: [] };
    const people = await Promise.all(
      Array.from({ length: PEOPLE }, async (_, index) => {
        const person = await peer.addPerson(`person${index}`);
        // A bot learns of a conversation by its first message.
        said.push({ id: await peer.say(person, '안녕'), person, ending: 'answered' });
        await need('the first answer', () => peer.ledger.fromBot(person.channelId).length > 0);
        return person;
      }),
    );
    const talking = people.map((person, index) =>
      talk({ peer, person, said, presses, random: seeded(seed + 1 + index), finished: finished.signal }),
    );
    let killed = 0;
    while (killed < kills && !enough.aborted) {
      await delay(100 + random.integer(2_000));
      const target = random.pick(TARGETS);
      log(`cut ${killed + 1}/${kills}: ${target}`);
      await cut(system, peer, target, random);
      killed += 1;
    }
    finished.abort();
    await Promise.all(talking);
    const verdict = await judgeAnswers(system, peer, said);
    const lost = [...verdict.lost, ...presses.inVain];
    return { kills: killed, messages: said.length, repeatedPresses: presses.repeated, ...verdict, lost };
  } finally {
    await system.stop();
    await peer.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function cut(system: System, peer: DiscordPeer, target: (typeof TARGETS)[number], random: Random): Promise<void> {
  switch (target) {
    case 'gateway':
    case 'orchestrator':
      await system.killProcess(target);
      await delay(random.integer(1_500));
      await system.startProcess(target);
      return;
    case 'network':
      peer.loseNetwork();
      await delay(random.integer(3_000));
      peer.restoreNetwork();
      return;
    case 'session':
      peer.gateway.disconnect();
      return;
    case 'resume':
      peer.gateway.refuseResumes(true);
      peer.gateway.disconnect();
      await delay(random.integer(3_000));
      peer.gateway.refuseResumes(false);
      return;
    case 'answers':
      peer.faults.next({ method: 'POST', path: /^\/channels\//, fault: { kind: 'lostAnswer' } });
      peer.faults.next({ method: 'PATCH', path: /^\/channels\//, fault: { kind: 'lostAnswer' } });
  }
}

/** One person: says something, does what the answer asks for, goes on without waiting for everything to end. */
async function talk(given: {
  peer: DiscordPeer;
  person: DiscordPerson;
  said: Said[];
  presses: Presses;
  random: Random;
  finished: AbortSignal;
}): Promise<void> {
  const { peer, person, said, presses, random, finished } = given;
  const going = new Set<Promise<void>>();
  while (!finished.aborted) {
    // Discord takes about one message or edit a second in one conversation. Who has not been answered says no more.
    if (going.size >= MOST_UNANSWERED) {
      await Promise.race(going);
      continue;
    }
    const ending = random.pick(['answered', 'withoutAccount', 'cancelled'] as const);
    const id = await peer.say(person, ending === 'answered' ? '안녕' : '이번 주 일정 보여줘');
    said.push({ id, person, ending });
    const answered =
      ending === 'answered' ? untilAnswered(peer, person, id) : pressUntilGone(peer, person, id, ending, presses);
    // Who waited in vain is found by the judge, too.
    const told: Promise<void> = answered
      .catch((reason: unknown) => void presses.inVain.push(String(reason)))
      .finally(() => going.delete(told));
    going.add(told);
    // As much as somebody types who is in a hurry.
    await delay(1_000 + random.integer(3_000));
  }
  await Promise.all(going);
}

async function untilAnswered(peer: DiscordPeer, person: DiscordPerson, id: string): Promise<void> {
  await need('an answer', () => answersTo(peer, person, id).length > 0, ANSWER_MS + SETTLE_MS);
}

async function pressUntilGone(
  peer: DiscordPeer,
  person: DiscordPerson,
  id: string,
  ending: Ending,
  presses: Presses,
): Promise<void> {
  const button = () => {
    const reply = answersTo(peer, person, id)[0];
    const action = ending === 'cancelled' ? 'cancel' : 'skip';
    const [, customId] = new RegExp(`"custom_id":"(${action}:[^"]*)"`).exec(JSON.stringify(reply?.components)) ?? [];
    // Both stand below a prompt: until then a request is still being thought about.
    const asks = JSON.stringify(reply?.components ?? []).includes('skip:');
    return reply && customId !== undefined && asks ? { replyId: reply.id, customId } : null;
  };
  await need('a prompt with a button', () => button() !== null, ANSWER_MS + SETTLE_MS);
  for (let times = 0; ; times++) {
    const found = button();
    if (found === null) return;
    if (times > 0) presses.repeated += 1;
    if (times === 120) throw new Error('nobody hears the button');
    await peer.press(person, found.replyId, found.customId, true);
    await waitFor(() => Promise.resolve(button() === null), PRESS_AGAIN_MS, 100);
  }
}

const answersTo = (peer: DiscordPeer, person: DiscordPerson, id: string) =>
  peer.ledger.fromBot(person.channelId).filter(({ repliesTo }) => repliesTo === id);

interface Row {
  clientId: string;
  outcome: string | null;
  delivered: boolean;
  answer: string | null;
  messages: string[];
}

/** Waits until everything is delivered, and compares what Discord shows with what the rows say. */
async function judgeAnswers(
  system: System,
  peer: DiscordPeer,
  said: readonly Said[],
): Promise<Pick<DiscordReport, 'lost' | 'twice' | 'faults'>> {
  const sql = await connectOwner(system);
  try {
    // A busy machine is slow: time is up when nothing more gets better.
    const open = async () => {
      const delivered = new Set(
        (await readReplies(sql)).filter((row) => row.delivered).map(({ clientId }) => clientId),
      );
      return said.filter(({ id }) => !delivered.has(id)).length;
    };
    for (let left = await open(); left > 0;) {
      const before = left;
      await waitFor(async () => (left = await open()) < before, SETTLE_MS, 500);
      if (left === before) break;
    }
    const rows = await readReplies(sql);
    const lost: string[] = [];
    const twice: string[] = [];
    for (const { id, person, ending } of said) {
      const found = rows.filter(({ clientId }) => clientId === id);
      const [row] = found;
      const answers = answersTo(peer, person, id);
      const what = `message ${id} (${ending})`;
      if (row === undefined) lost.push(`${what} became no request`);
      else if (!row.delivered) lost.push(`${what} ended as ${row.outcome}, and its answer was not delivered`);
      if (row !== undefined && (row.outcome === 'cancelled') !== (ending === 'cancelled')) {
        lost.push(`${what} ended as ${row.outcome}`);
      }
      if (found.length > 1) twice.push(`${what} became ${found.length} requests`);
      if (answers.length === 0) lost.push(`${what} has no answer`);
      if (answers.length > 1) twice.push(`${what} has ${answers.length} answers`);
      if (answers.some(({ components }) => components.length > 0)) lost.push(`${what} ended, and still has buttons`);
    }
    const late = Object.values(discordCommandTexts).map((texts) => texts.late);
    const known = new Set(rows.flatMap(({ messages }) => messages));
    const channels = new Set(said.map(({ person }) => person.channelId));
    const unknown = [...channels]
      .flatMap((channel) => peer.ledger.fromBot(channel))
      .filter(({ id, content }) => !known.has(id) && !late.includes(content));
    twice.push(...unknown.map(({ id, content }) => `message ${id} is known to no row: ${content.slice(0, 40)}`));
    const refused = peer.ledger.invalidRequests();
    const faults = [...peer.ledger.violations(), ...(refused > MOST_REFUSED ? [`${refused} refused requests`] : [])];
    return { lost, twice, faults };
  } finally {
    await sql.end();
  }
}

async function readReplies(sql: pg.Client): Promise<Row[]> {
  const { rows } = await sql.query<Row>(
    `SELECT r.client_id AS "clientId", r.outcome, r.answer, p.delivered_at IS NOT NULL AS delivered,
            ARRAY(SELECT m.message_id FROM reply_message m WHERE m.request_id = r.id AND m.message_id IS NOT NULL)
              AS messages
     FROM request r LEFT JOIN reply p ON p.request_id = r.id WHERE r.platform = 'discord'`,
  );
  return rows;
}

async function need(what: string, look: () => boolean, timeoutMs = ANSWER_MS): Promise<void> {
  if (!(await waitFor(() => Promise.resolve(look()), timeoutMs, 100))) throw new Error(`not in time: ${what}`);
}

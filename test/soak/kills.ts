import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createHttpPerson, type HttpPerson } from '../../infra/local/http-person.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { eventIdOf } from '../../activities/tools/calendar-create-event.ts';
import { effectKey } from '../../src/connections/effect-key.ts';
import { seeded, type Random } from './random.ts';

export interface KillsReport {
  requests: number;
  kills: number;
  /** Requests that did not end, or ended otherwise than done. */
  lost: number;
  /** Events that the provider made more than once, or that no request knows of. */
  twice: number;
  /** Effects of which nobody can know; their people were asked to look. */
  asked: number;
}

const TARGETS = ['gateway', 'orchestrator', 'temporal', 'postgres', 'openBao'] as const;
type Target = (typeof TARGETS)[number];

const PEOPLE = ['minji@example.com', 'alex@example.com'];
/** After the last kill everything must have ended within this. */
const SETTLE_MS = 180_000;

/**
 * People ask for new events while processes and servers are killed with SIGKILL, alone and in pairs, at random moments. The
 * provider's own ledger then says what really happened.
 */
export async function soakKills(options: {
  seed: number;
  kills: number;
  /** Ends the killing early; what runs is still settled and judged. */
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<KillsReport> {
  const { seed, kills, enough, log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined });
  try {
    const random = seeded(seed);
    const finished = new AbortController();
    const asking = PEOPLE.map((account, index) =>
      keepAsking(system, account, seeded(seed + 1 + index), finished.signal),
    );
    let killed = 0;
    while (killed < kills && !enough.aborted) {
      killed += 1;
      await delay(300 + random.integer(2_500));
      const targets = new Set([random.pick(TARGETS), ...(random.integer(4) === 0 ? [random.pick(TARGETS)] : [])]);
      log(`kill ${killed}/${kills}: ${[...targets].join(' and ')}`);
      await Promise.all([...targets].map((target) => killTarget(system, target)));
    }
    finished.abort();
    const requestIds = (await Promise.all(asking)).flat();
    return { kills: killed, ...(await judge(system, requestIds)) };
  } finally {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function killTarget(system: System, target: Target): Promise<void> {
  if (target === 'gateway' || target === 'orchestrator') {
    await system.killProcess(target);
    await system.startProcess(target);
  } else {
    // A server that ends by itself is started again on the same port.
    system[target]?.signal('SIGKILL');
  }
}

/** One person: asks, waits for consent the first time, asks again; every fault of the way is tried again. */
async function keepAsking(system: System, account: string, random: Random, finished: AbortSignal): Promise<string[]> {
  const person = createHttpPerson(system.publicUrl);
  await insist(() => person.signIn(account));
  const requestIds: string[] = [];
  let isConnected = false;
  while (!finished.aborted || !isConnected) {
    const clientId = randomUUID();
    const text = `내일 ${1 + random.integer(6)}시에 회의 ${requestIds.length + 1} 추가해줘`;
    const requestId = await insist(() => ask(person, clientId, text));
    requestIds.push(requestId);
    if (!isConnected) {
      await insist(() => connect(person, requestId, account));
      isConnected = true;
    }
    // Six a minute and person stay far below the rate limits, retries included.
    await delay(500 + random.integer(1_500));
  }
  return requestIds;
}

/** The same client id each time: however often it is sent, it is one request. */
async function ask(person: HttpPerson, clientId: string, text: string): Promise<string> {
  const answer = await person.send('/api/messages', { method: 'POST', json: { text, clientId } });
  if (answer.status !== 202) throw new Error(`the message answered ${answer.status}`);
  return (JSON.parse(answer.text) as { requestId: string }).requestId;
}

async function connect(person: HttpPerson, requestId: string, account: string): Promise<void> {
  const { status, waitingFor } = await person.look(requestId);
  if (status === 'done' || status === 'running') return;
  const link = waitingFor[0]?.link;
  if (link === undefined) throw new Error('no link yet');
  await person.connect(link, { account });
  throw new Error('look again whether it connected');
}

async function insist<T>(work: () => Promise<T>): Promise<T> {
  const answer = await waitFor(async () => ({ value: await work() }), SETTLE_MS, 300);
  if (!answer) throw new Error('a person gave up after three minutes of trying');
  return answer.value;
}

interface RequestRow {
  id: string;
  outcome: string | null;
  failures: string[];
}

async function judge(system: System, requestIds: string[]): Promise<Omit<KillsReport, 'kills'>> {
  // The last kill may have been the database's.
  const client = await insist(() => connected(system));
  try {
    const read = async () =>
      (
        await client.query<RequestRow>(
          `SELECT r.id, r.outcome, ARRAY(SELECT e.failure FROM effect e
                                         WHERE e.request_id = r.id AND e.failure IS NOT NULL) AS failures
           FROM request r WHERE r.id = ANY ($1)`,
          [requestIds],
        )
      ).rows;
    await waitFor(async () => (await read()).every(({ outcome }) => outcome !== null), SETTLE_MS, 500);
    const rows = await read();
    const { rows: creates } = await client.query<{ requestId: string; callId: string; done: boolean }>(
      `SELECT c.request_id AS "requestId", c.call_id AS "callId", e.done_at IS NOT NULL AS done
       FROM tool_call c JOIN effect e USING (request_id, call_id) WHERE c.tool = 'calendar_create_event'`,
    );
    const made = await insertsByEvent(system);
    const known = new Map(creates.map((call) => [eventIdOf(effectKey(call)), call.done]));
    const twice = [...made].filter(([eventId, count]) => count > 1 || !known.has(eventId)).length;
    const missing = [...known].filter(([eventId, done]) => done && !made.has(eventId)).length;
    const unfinished = rows.filter(
      ({ outcome, failures }) => outcome !== 'done' || failures.some((code) => code !== 'uncertain'),
    );
    return {
      requests: rows.length,
      lost: unfinished.length + missing + (requestIds.length - rows.length),
      twice,
      asked: rows.filter(({ failures }) => failures.includes('uncertain')).length,
    };
  } finally {
    await client.end();
  }
}

async function connected(system: System): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: system.postgres?.urls('panager').owner });
  await client.connect();
  return client;
}

/** How often the provider made each event, by its own ledger. */
async function insertsByEvent(system: System): Promise<Map<string, number>> {
  const answer = await fetch(new URL('/_emulator/ledger', system.env.gateway.GOOGLE_BASE_URL));
  const { effects } = (await answer.json()) as { effects: { kind: string; eventId: string | null }[] };
  const made = new Map<string, number>();
  for (const { kind, eventId } of effects) {
    if (kind === 'insert' && eventId !== null) made.set(eventId, (made.get(eventId) ?? 0) + 1);
  }
  return made;
}

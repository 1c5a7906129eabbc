import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from '../../bench/statistics.ts';
import { createHttpPerson, type HttpPerson } from '../../infra/local/http-person.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { createPool, many, type Pool } from '../../src/providers/postgres/pool.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { createGoogleControl } from './google-control.ts';
import { seeded, type Random } from './random.ts';

export interface WaitingReport {
  people: number;
  /** Requests that waited for consent when everything was killed. */
  waiting: number;
  answered: number;
  /** Requests that waited and did not end as done. */
  lost: number;
  /** Milliseconds from the commit of a consent, each over all requests. */
  wakeToTool: Spread;
  wakeToAnswer: Spread;
  /** A question that needs no account, of somebody who never waited: from stored to answered, in milliseconds. */
  newRequest: { alone: Spread; besideWaiting: Spread; besideWaking: Spread };
  /** Megabytes in memory. */
  memory: Record<'idle' | 'allWaiting' | 'afterRestart' | 'afterWaking', Memory>;
}

interface Spread {
  p50: number;
  p95: number;
}

interface Memory {
  orchestrator: number;
  temporal: number;
}

/** People who consent at the same time, each in a browser of their own. */
const AT_ONCE = 8;
const MOST_REQUESTS_OF_ONE = 8;
/** A machine that is short of everything still gets there. */
const PATIENCE_MS = 20 * 60_000;
const SERVERS = ['temporal', 'postgres', 'openBao', 'google'] as const;
/** The gateway takes one message a second and person; one browser more or less makes no difference here. */
const STRANGER_PAUSE_MS = 1_100;

/**
 * Many requests of many people wait; every process and server is killed and comes back; each person gives one consent;
 * every request must be answered. Meanwhile somebody else keeps asking, to see what it costs them.
 */
export async function soakWaiting(options: {
  seed: number;
  waiting: number;
  /** Ends the asking early; what waits by then is still seen through. */
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<WaitingReport> {
  const { seed, waiting, enough, log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const system = await startSystem({
    dataDir,
    mode: 'dev',
    log: () => undefined,
    // Everybody comes from an address of their own, as people do: limits by address stay as they are.
    environment: () => Promise.resolve({ gateway: { TRUST_PROXY: '1' } }),
  });
  const sql = createPool(system.postgres?.urls('panager').owner ?? '', { max: 2, onIdleError: () => undefined });
  try {
    const memory = () => memoryOf(system);
    const stranger = await createStranger(system, sql);
    const idle = memory();
    const alone = await stranger.askTimes(20);

    const people = await askThenWait(system, sql, { waiting, random: seeded(seed), enough, log });
    const asked = people.flatMap(({ requestIds }) => requestIds);
    const allWaiting = memory();
    log(`${asked.length} requests of ${people.length} people wait; ${inWords(allWaiting)}`);
    const besideWaiting = await stranger.askTimes(20);

    await restartEverything(system, log);
    const afterRestart = memory();

    const woken = new AbortController();
    const beside = stranger.askUntil(woken.signal);
    // It is waited for below; until then its failure must not end this process, and with it the servers' supervisor.
    beside.catch(() => undefined);
    await inParallel(people, AT_ONCE, (person, index) => {
      if (index % 100 === 99) log(`${index + 1} people have consented`);
      return consent(person);
    });
    await settle(sql, asked);
    woken.abort();
    const besideWaking = await beside;
    const afterWaking = memory();

    const rows = await readWoken(sql, asked);
    const answered = rows.filter(({ outcome }) => outcome === 'done').length;
    const report: WaitingReport = {
      people: people.length,
      waiting: asked.length,
      answered,
      lost: asked.length - answered,
      wakeToTool: spread(rows.map(({ toTool }) => toTool)),
      wakeToAnswer: spread(rows.map(({ toAnswer }) => toAnswer)),
      newRequest: { alone, besideWaiting, besideWaking },
      memory: { idle, allWaiting, afterRestart, afterWaking },
    };
    for (const line of reportLines(report)) log(line);
    return report;
  } finally {
    await sql.end();
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface WaitingPerson {
  visitor: HttpPerson;
  account: string;
  requestIds: string[];
}

/** Signs people in and lets each ask a few times, until `waiting` requests wait. */
async function askThenWait(
  system: System,
  sql: Pool,
  {
    waiting,
    random,
    enough,
    log,
  }: { waiting: number; random: Random; enough: AbortSignal; log: (line: string) => void },
): Promise<WaitingPerson[]> {
  const shares: number[] = [];
  for (let left = waiting; left > 0; left -= shares.at(-1) ?? left) {
    shares.push(Math.min(left, 1 + random.integer(MOST_REQUESTS_OF_ONE)));
  }
  const google = createGoogleControl(system.google?.address ?? '');
  const people: WaitingPerson[] = [];
  await inParallel(shares, AT_ONCE, async (share, index) => {
    if (enough.aborted) return;
    const account = `person-${index}@example.com`;
    await google.addPerson(account);
    const visitor = await newVisitor(system, sql, account, index);
    const requestIds: string[] = [];
    for (let asked = 0; asked < share; asked++) requestIds.push(await visitor.ask('이번 주 일정 보여줘'));
    people.push({ visitor, account, requestIds });
    if (people.length % 100 === 0) log(`${people.length} people have asked`);
  });
  const asked = people.reduce((sum, { requestIds }) => sum + requestIds.length, 0);
  await reached('every request waits', async () => (await count(sql, `waiter WHERE status = 'open'`)) === asked);
  return people;
}

async function consent({ visitor, account, requestIds }: WaitingPerson): Promise<void> {
  // Any of their requests has the one link; a browser that finds the gateway busy is reloaded.
  const done = await waitFor(
    async () => {
      const { status, waitingFor } = await visitor.look(requestIds[0] ?? '');
      if (status !== 'waiting') return true;
      const answer = await visitor.connect(waitingFor[0]?.link ?? '', { account, typed: true });
      return answer.status === 200;
    },
    PATIENCE_MS,
    500,
  );
  if (!done) throw new Error(`${account} could not connect`);
}

/** SIGKILL for all of it at once. Servers come back by themselves, and processes when they are started. */
async function restartEverything(system: System, log: (line: string) => void): Promise<void> {
  const at = performance.now();
  for (const name of SERVERS) system[name]?.signal('SIGKILL');
  for (const name of ['gateway', 'orchestrator'] as const) await system.killProcess(name);
  // A worker that finds no Temporal at its start ends, and whoever runs it starts it again.
  await reached('Temporal is back', async () => (await fetch(system.temporal?.uiUrl ?? '')).ok);
  for (const name of ['gateway', 'orchestrator'] as const) await system.startProcess(name);
  await reached('the gateway is ready', async () => (await fetch(`${system.publicUrl}/readyz`)).ok);
  log(`everything was killed and is back after ${((performance.now() - at) / 1000).toFixed(1)} s`);
}

/** Somebody with no account and nothing that waits. */
async function createStranger(system: System, sql: Pool) {
  const visitor = await newVisitor(system, sql, 'stranger', 60_000);
  const times = async (requestIds: string[]): Promise<Spread> => {
    const rows = await many<{ ms: number }>(
      sql,
      `SELECT extract(epoch FROM ended_at - created_at)::float8 * 1000 AS ms FROM request WHERE id = ANY ($1::uuid[])`,
      [requestIds],
    );
    return spread(rows.map(({ ms }) => ms));
  };
  const askOnce = async (): Promise<string> => {
    const requestId = await visitor.ask('안녕하세요');
    await visitor.until(requestId, 'done', PATIENCE_MS);
    await delay(STRANGER_PAUSE_MS);
    return requestId;
  };
  return {
    async askTimes(wanted: number): Promise<Spread> {
      const requestIds: string[] = [];
      while (requestIds.length < wanted) requestIds.push(await askOnce());
      return times(requestIds);
    },
    async askUntil(ended: AbortSignal): Promise<Spread> {
      const requestIds: string[] = [];
      while (!ended.aborted) requestIds.push(await askOnce());
      return times(requestIds);
    },
  };
}

/**
 * Somebody who is signed in and comes from an address of their own. By name one signs in on this machine only, never
 * through a proxy, so that their session is opened beside the gateway.
 */
async function newVisitor(system: System, sql: Pool, name: string, index: number): Promise<HttpPerson> {
  const identity = { issuer: 'local', subject: name, displayName: name, language: 'ko' } as const;
  const { token } = await createSessions(sql).signIn(identity);
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  return createHttpPerson(system.publicUrl, () => undefined, { session: token, address });
}

async function settle(sql: Pool, requestIds: string[]): Promise<void> {
  await reached('every request has ended', async () => {
    const rows = await many(sql, 'SELECT 1 FROM request WHERE id = ANY ($1::uuid[]) AND ended_at IS NOT NULL', [
      requestIds,
    ]);
    return rows.length === requestIds.length;
  });
}

/** When the gate let each call through after its person's consent, and when its request ended. */
function readWoken(sql: Pool, requestIds: string[]) {
  return many<{ outcome: string | null; toTool: number; toAnswer: number }>(
    sql,
    `SELECT r.outcome,
            extract(epoch FROM w.updated_at - c.connected_at)::float8 * 1000 AS "toTool",
            extract(epoch FROM r.ended_at - c.connected_at)::float8 * 1000 AS "toAnswer"
     FROM request r JOIN waiter w ON w.request_id = r.id
     JOIN connection c ON c.user_id = r.user_id AND c.provider = w.provider
     WHERE r.id = ANY ($1::uuid[])`,
    [requestIds],
  );
}

function memoryOf(system: System): Memory {
  return {
    orchestrator: residentMegabytes(system.pid('orchestrator')),
    temporal: residentMegabytes(system.temporal?.pid()),
  };
}

function residentMegabytes(pid: number | undefined): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

async function count(sql: Pool, what: string): Promise<number> {
  const { rows } = await sql.query<{ count: string }>(`SELECT count(*) FROM ${what}`);
  return Number(rows[0]?.count);
}

async function inParallel<T>(items: readonly T[], limit: number, work: (item: T, index: number) => Promise<void>) {
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) await work(item, index);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}

async function reached(what: string, probe: () => Promise<boolean>): Promise<void> {
  if (!(await waitFor(probe, PATIENCE_MS, 250))) throw new Error(`not within ${PATIENCE_MS / 60_000} minutes: ${what}`);
}

function spread(values: readonly number[]): Spread {
  return { p50: Math.round(percentile(values, 0.5)), p95: Math.round(percentile(values, 0.95)) };
}

const inWords = ({ orchestrator, temporal }: Memory) => `orchestrator ${orchestrator} MB, Temporal ${temporal} MB`;
const inMs = ({ p50, p95 }: Spread) => `p50 ${p50} ms, p95 ${p95} ms`;

function reportLines({ memory, newRequest, ...report }: WaitingReport): string[] {
  return [
    `${report.answered} of ${report.waiting} answered, ${report.people} people, lost ${report.lost}`,
    `consent to the tool: ${inMs(report.wakeToTool)}; to the answer: ${inMs(report.wakeToAnswer)}`,
    `a new request of somebody else: alone ${inMs(newRequest.alone)}; while all wait ${inMs(newRequest.besideWaiting)}; while they wake ${inMs(newRequest.besideWaking)}`,
    ...Object.entries(memory).map(([when, megabytes]) => `memory, ${when}: ${inWords(megabytes)}`),
  ];
}

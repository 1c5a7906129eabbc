import pg from 'pg';
import { eventIdOf } from '../../activities/tools/calendar-create-event.ts';
import type { System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { effectKey } from '../../src/connections/effect-key.ts';
import { createLogger } from '../../src/logger.ts';
import { createCredentialVault } from '../../src/providers/vault.ts';
import type { GoogleControl } from './google-control.ts';

/** Everything must have ended this long after the last fault. */
export const SETTLE_MS = 180_000;

export interface Verdict {
  /** Requests that people made; each asked for one change. */
  requests: number;
  /** Of the request that took longest from question to answer. */
  slowestSeconds: number;
  /** What did not end, ended otherwise than done, or says done although the provider never did it. */
  lost: string[];
  /** What the provider did more than once, or without a call that wanted it. */
  twice: string[];
  /** Effects of which nobody can know; their people were asked to look. */
  asked: string[];
  /** Secrets without a row that points to them, rows that point to nothing, trips and messages that never ended. */
  orphans: string[];
}

interface RequestRow {
  id: string;
  outcome: string | null;
  failures: string[];
  changes: number;
  seconds: number;
}
interface WriteRow {
  requestId: string;
  callId: string;
  tool: string;
  eventId: string | null;
  done: boolean;
}
interface AttemptRow {
  id: string;
  userId: string;
  status: string;
}

/**
 * Waits until all these requests have ended, and compares what the rows say with what the provider's own ledger says and
 * with what is in the secret store. Each finding names its request, attempt or event.
 */
export async function judge(system: System, google: GoogleControl, requestIds: readonly string[]): Promise<Verdict> {
  const sql = await connectOwner(system);
  try {
    const requests = () => readRequests(sql, requestIds);
    await waitFor(async () => (await requests()).every(({ outcome }) => outcome !== null), SETTLE_MS, 500);
    const rows = await requests();
    const known = new Set(rows.map(({ id }) => id));
    const effects = await compareEffects(sql, google);
    return {
      requests: requestIds.length,
      slowestSeconds: Math.round(Math.max(0, ...rows.map(({ seconds }) => seconds))),
      lost: [
        ...requestIds.filter((id) => !known.has(id)).map((id) => `request ${id} was never stored`),
        ...rows.filter(({ outcome }) => outcome !== 'done').map(({ id, outcome }) => `request ${id} is ${outcome}`),
        ...rows
          .filter(({ failures }) => failures.some((code) => code !== 'uncertain'))
          .map(({ id, failures }) => `request ${id} failed: ${failures.join(' ')}`),
        ...rows
          .filter(({ outcome, failures, changes }) => outcome === 'done' && failures.length === 0 && changes !== 1)
          .map(({ id, changes }) => `request ${id} changed ${changes} things, not one`),
        ...effects.missing,
      ],
      twice: effects.tooMany,
      asked: rows.filter(({ failures }) => failures.includes('uncertain')).map(({ id }) => id),
      orphans: await findOrphans(system, sql),
    };
  } finally {
    await sql.end();
  }
}

/** As the owner of the tables; the database may just be starting again. */
export async function connectOwner(system: System): Promise<pg.Client> {
  const connected = await waitFor(async () => {
    const client = new pg.Client({ connectionString: system.postgres?.urls('panager').owner });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }, 60_000);
  if (!connected) throw new Error('the database did not come back within a minute');
  return connected;
}

async function readRequests(sql: pg.Client, ids: readonly string[]): Promise<RequestRow[]> {
  const { rows } = await sql.query<RequestRow>(
    `SELECT r.id, CASE WHEN r.ended_at IS NULL THEN NULL ELSE r.outcome END AS outcome,
            ARRAY(SELECT e.failure FROM effect e WHERE e.request_id = r.id AND e.failure IS NOT NULL) AS failures,
            (SELECT count(*)::integer FROM effect e JOIN tool_call c USING (request_id, call_id)
             WHERE c.request_id = r.id AND c.writes AND (e.done_at IS NOT NULL OR e.failure = 'uncertain')) AS changes,
            extract(epoch FROM coalesce(r.ended_at, now()) - r.created_at)::double precision AS seconds
     FROM request r WHERE r.id = ANY ($1)`,
    [ids],
  );
  return rows;
}

/** Each write that says done happened once at the provider; nothing else happened there. */
async function compareEffects(
  sql: pg.Client,
  google: GoogleControl,
): Promise<{ missing: string[]; tooMany: string[] }> {
  const { rows: writes } = await sql.query<WriteRow>(
    `SELECT c.request_id AS "requestId", c.call_id AS "callId", c.tool, c.arguments ->> 'eventId' AS "eventId",
            e.done_at IS NOT NULL AS done
     FROM tool_call c JOIN effect e USING (request_id, call_id) WHERE c.writes`,
  );
  const happened = new Map<string, number>();
  for (const { kind, eventId } of await google.ledger()) {
    if (eventId !== null) happened.set(`${kind} ${eventId}`, (happened.get(`${kind} ${eventId}`) ?? 0) + 1);
  }
  const wanted = new Map<string, { done: number; all: number }>();
  for (const write of writes) {
    const key = effectOf(write);
    const counted = wanted.get(key) ?? { done: 0, all: 0 };
    wanted.set(key, { done: counted.done + (write.done ? 1 : 0), all: counted.all + 1 });
  }
  const missing = [...wanted].filter(([key, { done }]) => (happened.get(key) ?? 0) < done);
  const tooMany = [...happened].filter(([key, count]) => count > (wanted.get(key)?.all ?? 0));
  return {
    missing: missing.map(([key]) => `says done, and never happened: ${key}`),
    tooMany: tooMany.map(([key, count]) => `happened ${count} times: ${key}`),
  };
}

function effectOf({ tool, requestId, callId, eventId }: WriteRow): string {
  switch (tool) {
    case 'calendar_create_event':
      return `insert ${eventIdOf(effectKey({ requestId, callId }))}`;
    case 'calendar_update_event':
      return `patch ${eventId}`;
    case 'calendar_delete_event':
      return `delete ${eventId}`;
    default:
      throw new Error(`the judge does not know what ${tool} does`);
  }
}

/** S5 and L1, in the end: what is delivered later, such as the end of a secret, is waited for. */
async function findOrphans(system: System, sql: pg.Client): Promise<string[]> {
  let found: string[] = [];
  await waitFor(async () => (found = await lookForOrphans(system, sql)).length === 0, SETTLE_MS, 1_000);
  return found;
}

async function lookForOrphans(system: System, sql: pg.Client): Promise<string[]> {
  const { rows: attempts } = await sql.query<AttemptRow>('SELECT id, user_id AS "userId", status FROM attempt');
  const { rows: connections } = await sql.query<{ credential: string }>(
    `SELECT credential FROM connection WHERE status <> 'gone'`,
  );
  const { rows: outbox } = await sql.query<{ kind: string; id: string }>(
    'SELECT kind, subject_id AS id FROM outbox WHERE created_at < now() - make_interval(secs => 5)',
  );
  const pointedTo = new Set(connections.map(({ credential }) => credential));
  const vault = orchestratorVault(system);
  try {
    const found: string[] = [];
    for (const { id: attemptId, userId, status } of attempts) {
      if (status === 'burnt' || status === 'confirm') found.push(`attempt ${attemptId} is ${status}`);
      const { kind } = await vault.read({ userId, provider: 'google', attemptId });
      if (kind === 'credential' && !pointedTo.has(attemptId)) found.push(`secret of attempt ${attemptId} (${status})`);
      if (kind !== 'credential' && pointedTo.has(attemptId)) found.push(`connection to ${kind} ${attemptId}`);
    }
    return [...found, ...outbox.map(({ kind, id }) => `outbox row ${kind} of ${id}`)];
  } finally {
    vault.close();
  }
}

/** The secret store as the orchestrator sees it. */
export function orchestratorVault(system: System) {
  const { VAULT_ADDR: addr = '', VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '' } = system.env.orchestrator;
  return createCredentialVault({ addr, roleId, secretId, logger: createLogger({ name: 'soak', level: 'silent' }) });
}

import type { ApprovalStatus } from '../../domain/words.ts';
import type { EarlierTurn, SettledCall } from '../../ports/model.ts';
import type { StoredTurn, Story, StoryStore } from '../../ports/story-store.ts';
import { many, one, type Pool, type Queryable } from './pool.ts';

type StoryRow = Omit<Story, 'turns'> & { justClaimed: boolean };

interface CallRow {
  step: number;
  answer: string | null;
  callId: string | null;
  tool: string;
  arguments: unknown;
  done: boolean;
  result: unknown;
  failure: string | null;
  /** It was handed to an attempt, and nobody knows what became of it. */
  mayHaveHappened: boolean;
  waiter: 'open' | 'released' | 'resumed' | 'expired' | 'skipped' | 'cancelled' | 'insufficient' | null;
  approval: ApprovalStatus | null;
}

/** Characters. An answer of an earlier turn is there to be referred to, not to be read again in full. */
const MAX_EARLIER_ANSWER = 4_000;
/** A platform's clock and ours may differ by this much: who answers at once has read the question. */
const CLOCK_MARGIN_S = 10;

/** Transcripts and tool calls. A turn is written once and never changed. */
export function createStoryStore(pool: Pool): StoryStore {
  return {
    async claim(requestId) {
      const [story, turns] = await Promise.all([claim(pool, requestId), readTurns(pool, requestId)]);
      if (story === null) return null;
      const { justClaimed, ...facts } = story;
      return { ...facts, turns: justClaimed ? [] : turns };
    },

    async earlierTurns(requestId, limit) {
      const turns = await many<EarlierTurn>(
        pool,
        `SELECT e.text, e.asked_at AS "askedAt", left(e.answer, $3::integer) AS answer
         FROM request r JOIN request e ON e.conversation_id = r.conversation_id
         WHERE r.id = $1::uuid AND e.answer IS NOT NULL
           AND e.ended_at <= LEAST(r.created_at, r.asked_at + make_interval(secs => $4::integer))
         ORDER BY e.ended_at DESC LIMIT $2::integer`,
        [requestId, limit, MAX_EARLIER_ANSWER, CLOCK_MARGIN_S],
      );
      return turns.reverse();
    },

    async recordFailures(requestId, failures) {
      await pool.query(
        `INSERT INTO effect (request_id, call_id, failure)
         SELECT $1::uuid, f."callId", f.code FROM jsonb_to_recordset($2::jsonb) AS f("callId" text, code text)
         ON CONFLICT (request_id, call_id) DO UPDATE SET failure = excluded.failure
           WHERE effect.done_at IS NULL AND effect.failure IS NULL`,
        [requestId, JSON.stringify(failures)],
      );
    },

    async saveTurn(requestId, { step, answer, calls }) {
      const rows = calls.map((call, index) => ({ ...call, position: index + 1, callId: `${step}.${index + 1}` }));
      const stored = await one(
        pool,
        `WITH stored AS (
           INSERT INTO transcript (request_id, step, answer) VALUES ($1::uuid, $2::integer, $3::text)
           ON CONFLICT DO NOTHING RETURNING request_id, step
         ), chosen AS (
           INSERT INTO tool_call (request_id, call_id, step, position, tool, arguments, provider, needs, writes)
           SELECT stored.request_id, c."callId", stored.step, c.position, c.tool, c.arguments, c.provider, c.needs,
                  c.writes
           FROM stored CROSS JOIN jsonb_to_recordset($4::jsonb) AS c(
             "callId" text, position integer, tool text, arguments jsonb, provider text, needs text[], writes boolean)
         )
         SELECT publish_event(r.user_id, 'request', r.id) FROM stored JOIN request r ON r.id = stored.request_id`,
        [requestId, step, answer, JSON.stringify(rows)],
      );
      if (stored === null) return readTurn(pool, requestId, step);
      return { answer, calls: rows.map(({ callId, tool, provider }) => ({ callId, tool, provider })) };
    },
  };
}

function claim(db: Queryable, requestId: string): Promise<StoryRow | null> {
  return one<StoryRow>(
    db,
    `WITH claimed AS (
       UPDATE request SET claimed_at = now() WHERE id = $1::uuid AND claimed_at IS NULL RETURNING id, user_id
     ), published AS (
       SELECT publish_event(user_id, 'request', id) FROM claimed
     )
     SELECT r.id AS "requestId", r.user_id AS "userId", r.platform, r.text, r.language, r.time_zone AS "timeZone",
            r.asked_at AS "askedAt", r.cancelled_at IS NOT NULL AS cancelled,
            EXISTS (SELECT 1 FROM published) AS "justClaimed",
            CASE WHEN effects.done THEN 'alreadyDone' WHEN effects.open THEN 'underWay'
                 WHEN EXISTS (SELECT 1 FROM run WHERE request_id = r.id) THEN 'ran' ELSE 'nothingSent' END AS writes
     FROM request r
     CROSS JOIN LATERAL (
       SELECT coalesce(bool_or(e.done_at IS NOT NULL), false) AS done,
              coalesce(bool_or(e.done_at IS NULL AND (e.started_at IS NOT NULL OR e.uncertain)), false) AS open
       FROM tool_call c JOIN effect e USING (request_id, call_id)
       WHERE c.request_id = r.id AND c.writes AND c.provider IS NOT NULL
     ) effects
     WHERE r.id = $1::uuid`,
    [requestId],
  );
}

async function readTurn(db: Queryable, requestId: string, step: number): Promise<StoredTurn> {
  const turn = await one<StoredTurn>(
    db,
    `SELECT t.answer, coalesce((
       SELECT json_agg(json_build_object('callId', c.call_id, 'tool', c.tool, 'provider', c.provider)
                       ORDER BY c.position)
       FROM tool_call c WHERE c.request_id = t.request_id AND c.step = t.step), '[]') AS calls
     FROM transcript t WHERE t.request_id = $1::uuid AND t.step = $2::integer`,
    [requestId, step],
  );
  if (turn === null) throw new Error('a turn that was not stored is stored already');
  return turn;
}

async function readTurns(db: Queryable, requestId: string): Promise<Story['turns']> {
  const rows = await many<CallRow>(
    db,
    `SELECT t.step, t.answer, c.call_id AS "callId", c.tool, c.arguments, e.done_at IS NOT NULL AS done, e.result,
            e.failure, coalesce(e.started_at IS NOT NULL OR (e.uncertain AND e.failure IS NULL), false)
              AS "mayHaveHappened", w.status AS waiter, p.status AS approval
     FROM transcript t
     LEFT JOIN tool_call c ON c.request_id = t.request_id AND c.step = t.step
     LEFT JOIN effect e ON e.request_id = c.request_id AND e.call_id = c.call_id
     LEFT JOIN waiter w ON w.request_id = c.request_id AND w.call_id = c.call_id
     LEFT JOIN approval p ON p.request_id = c.request_id AND p.call_id = c.call_id AND p.status <> 'replaced'
     WHERE t.request_id = $1::uuid ORDER BY t.step, c.position`,
    [requestId],
  );
  const turns = new Map<number, Story['turns'][number]>();
  for (const row of rows) {
    const turn = turns.get(row.step) ?? { step: row.step, answer: row.answer, calls: [] };
    turns.set(row.step, turn);
    if (row.callId !== null) turn.calls.push(toSettledCall(row, row.callId));
  }
  return [...turns.values()];
}

function toSettledCall(row: CallRow, callId: string): SettledCall {
  return { callId, tool: row.tool, arguments: row.arguments, outcome: outcomeOf(row) };
}

function outcomeOf({ done, result, failure, mayHaveHappened, waiter, approval }: CallRow): SettledCall['outcome'] {
  if (done) return { kind: 'done', result };
  // Whatever closed it later, it is not told as if nothing had happened (S2).
  if (mayHaveHappened || failure === 'uncertain') return { kind: 'failed', code: 'uncertain' };
  if (approval === 'denied' || approval === 'expired') return { kind: 'closed', reason: approval };
  switch (waiter) {
    case 'expired':
    case 'skipped':
    case 'cancelled':
    case 'insufficient':
      return { kind: 'closed', reason: waiter };
    default:
      return { kind: 'failed', code: failure ?? 'unfinished', ...(result === null ? {} : { details: result }) };
  }
}

import type { ConsentWait, RequestReader, RequestView } from '../../ports/requests.ts';
import type { Pool } from './pool.ts';

/** One row per request with all that a page shows of it: no second query, whatever the number of requests. */
const VIEW = `
  SELECT r.id, coalesce(ev.seq, 0)::int AS revision, r.text, r.language, r.time_zone AS "timeZone", s.status, r.answer,
         r.created_at AS "createdAt", r.ended_at AS "finishedAt",
         coalesce(waits.list, '[]') AS "waitingFor", coalesce(calls.list, '[]') AS calls
  FROM request r
  JOIN request_status s ON s.request_id = r.id
  LEFT JOIN event ev ON ev.user_id = r.user_id AND ev.kind = 'request' AND ev.subject_id = r.id
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('provider', w.provider, 'reason', w.reason, 'flowId', w.flow_id,
                                      'publicId', f.public_id, 'deadline', w.deadline,
                                      'lastOutcome', w.last_outcome, 'missingScopes', w.missing,
                                      'openedByStranger', f.stranger_at IS NOT NULL) ORDER BY w.provider) AS list
    FROM (SELECT DISTINCT ON (w.flow_id) w.*, ARRAY(
            SELECT DISTINCT scope
            FROM waiter o CROSS JOIN unnest(o.needs) AS scope
            LEFT JOIN connection c ON c.user_id = o.user_id AND c.provider = o.provider AND c.status = 'active'
            WHERE o.request_id = w.request_id AND o.flow_id = w.flow_id AND o.status = 'open'
              AND NOT scope = ANY (coalesce(c.scopes, '{}')) ORDER BY scope) AS missing
          FROM waiter w WHERE w.request_id = r.id AND w.status = 'open' ORDER BY w.flow_id, w.deadline) w
    JOIN flow f ON f.id = w.flow_id
  ) waits ON true
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', c.call_id, 'tool', c.tool, 'status', CASE
             WHEN e.done_at IS NOT NULL THEN 'done'
             WHEN w.status IN ('skipped', 'expired', 'cancelled') THEN w.status
             WHEN e.failure IS NOT NULL OR w.status = 'insufficient' THEN 'failed'
             WHEN r.ended_at IS NOT NULL OR r.cancelled_at IS NOT NULL THEN 'cancelled'
             WHEN w.status = 'open' THEN 'waiting'
             ELSE 'running' END) ORDER BY c.step, c.position) AS list
    FROM tool_call c
    LEFT JOIN effect e USING (request_id, call_id)
    LEFT JOIN waiter w USING (request_id, call_id)
    WHERE c.request_id = r.id
  ) calls ON true`;

type Row = Omit<RequestView, 'waitingFor'> & { waitingFor: (Omit<ConsentWait, 'deadline'> & { deadline: string })[] };

/** The projection that pages read. Everything is scoped to its person. */
export function createRequestReader(pool: Pool): RequestReader {
  const read = async (rest: string, values: unknown[]): Promise<RequestView[]> => {
    const { rows } = await pool.query<Row>(`${VIEW} ${rest}`, values);
    return rows.map((row) => ({
      ...row,
      waitingFor: row.waitingFor.map((wait) => ({ ...wait, deadline: new Date(wait.deadline) })),
    }));
  };

  return {
    list: (userId, { before, limit }) =>
      read(
        `WHERE r.user_id = $1::uuid AND ($2::timestamptz IS NULL OR r.created_at < $2::timestamptz)
         ORDER BY r.created_at DESC LIMIT $3::integer`,
        [userId, before, limit],
      ),
    findMany: (userId, requestIds) =>
      read('WHERE r.user_id = $1::uuid AND r.id = ANY ($2::uuid[])', [userId, requestIds]),
    async find(userId, requestId) {
      const [view] = await read('WHERE r.user_id = $1::uuid AND r.id = $2::uuid', [userId, requestId]);
      return view ?? null;
    },
    waiting: (userId) =>
      read(`WHERE r.user_id = $1::uuid AND r.ended_at IS NULL AND s.status = 'waiting' ORDER BY r.created_at`, [
        userId,
      ]),
  };
}

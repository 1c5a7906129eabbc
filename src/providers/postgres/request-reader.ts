import type { ApprovalWait, ConsentWait, RequestReader, RequestView } from '../../ports/requests.ts';
import type { Pool } from './pool.ts';

/** One row per request with all that a page shows of it: no second query, whatever the number of requests. */
const VIEW = `
  SELECT r.id, coalesce(ev.seq, 0)::int AS revision, r.text, r.language, r.time_zone AS "timeZone", s.status, r.answer,
         r.created_at AS "createdAt", r.ended_at AS "finishedAt",
         coalesce(waits.list, '[]') AS "waitingFor", coalesce(asked.list, '[]') AS approvals, coalesce(calls.list, '[]') AS calls
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
    SELECT json_agg(json_build_object('approvalId', p.id, 'provider', c.provider, 'reason', p.reason, 'tool', c.tool,
                                      'preview', p.preview, 'deadline', p.deadline, 'expiresAt', p.expires_at)
                    ORDER BY p.created_at, p.id) AS list
    FROM approval p JOIN tool_call c USING (request_id, call_id)
    WHERE p.request_id = r.id AND p.status = 'pending' AND r.ended_at IS NULL AND r.cancelled_at IS NULL
  ) asked ON true
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', c.call_id, 'tool', c.tool, 'status', CASE
             WHEN e.done_at IS NOT NULL THEN 'done'
             WHEN e.failure = 'uncertain' THEN 'failed'
             WHEN w.status IN ('skipped', 'expired', 'cancelled') THEN w.status
             WHEN p.status = 'denied' THEN 'skipped'
             WHEN p.status = 'expired' THEN 'expired'
             WHEN e.failure IS NOT NULL OR w.status = 'insufficient' THEN 'failed'
             WHEN r.ended_at IS NOT NULL OR r.cancelled_at IS NOT NULL THEN 'cancelled'
             WHEN w.status = 'open' OR p.status = 'pending' THEN 'waiting'
             ELSE 'running' END) ORDER BY c.step, c.position) AS list
    FROM tool_call c
    LEFT JOIN effect e USING (request_id, call_id)
    LEFT JOIN waiter w USING (request_id, call_id)
    LEFT JOIN approval p ON p.request_id = c.request_id AND p.call_id = c.call_id AND p.status <> 'replaced'
    WHERE c.request_id = r.id
  ) calls ON true`;

/** JSON holds times as text. */
type Row = Omit<RequestView, 'waitingFor' | 'approvals'> & {
  waitingFor: (Omit<ConsentWait, 'deadline'> & { deadline: string })[];
  approvals: (Omit<ApprovalWait, 'deadline' | 'expiresAt'> & { deadline: string; expiresAt: string })[];
};

/** The projection that pages read. Everything is scoped to its person. */
export function createRequestReader(pool: Pool): RequestReader {
  const read = async (rest: string, values: unknown[]): Promise<RequestView[]> => {
    const { rows } = await pool.query<Row>(`${VIEW} ${rest}`, values);
    return rows.map((row) => ({
      ...row,
      waitingFor: row.waitingFor.map((wait) => ({ ...wait, deadline: new Date(wait.deadline) })),
      approvals: row.approvals.map((asked) => ({
        ...asked,
        deadline: new Date(asked.deadline),
        expiresAt: new Date(asked.expiresAt),
      })),
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

import type { ReplyView, WaitView } from '../../domain/discord/reply-view.ts';
import type { Reply, ReplyStore } from '../../ports/replies.ts';
import type { RequestReader } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';

interface Facts extends Omit<Reply, 'view' | 'revision' | 'posted'> {
  userId: string;
  accounts: string[];
  runs: string[];
  messages: Record<string, string>;
  /** How many requests wait on each flow. */
  waiters: Record<string, number>;
}

const FACTS = `
  SELECT r.user_id AS "userId", c.channel, r.client_id AS "askedId", clock_timestamp() AS now,
         r.ended_at IS NOT NULL AS ended, p.delivered_at IS NOT NULL AS delivered, p.undeliverable, p.shown,
         p.reminded_for AS "remindedFor",
         coalesce(r.ended_at, clock_timestamp()) - r.created_at > make_interval(secs => $2::double precision / 1000)
           OR EXISTS (SELECT 1 FROM waiter w WHERE w.request_id = r.id)
           OR EXISTS (SELECT 1 FROM approval a WHERE a.request_id = r.id) AS waited,
         ARRAY(SELECT a.call_id FROM approval a
               WHERE a.request_id = r.id AND a.status = 'pending' AND r.cancelled_at IS NULL AND r.ended_at IS NULL
               ORDER BY a.call_id) AS asking,
         ARRAY(SELECT DISTINCT e.result->>'account' FROM effect e
               WHERE e.request_id = r.id AND e.done_at IS NOT NULL AND e.result->>'account' IS NOT NULL
               ORDER BY 1) AS accounts,
         ARRAY(SELECT run.id::text FROM run WHERE run.request_id = r.id ORDER BY run.created_at, run.id) AS runs,
         coalesce((SELECT json_object_agg(m.slot, m.message_id) FROM reply_message m
                   WHERE m.request_id = r.id AND m.message_id IS NOT NULL), '{}') AS messages,
         coalesce((SELECT json_object_agg(f.flow_id, f.requests) FROM (
                     SELECT w.flow_id, count(DISTINCT w.request_id)::integer AS requests FROM waiter w
                     WHERE w.user_id = r.user_id AND w.status = 'open' GROUP BY w.flow_id) f), '{}') AS waiters
  FROM request r
  JOIN conversation c ON c.id = r.conversation_id
  LEFT JOIN reply p ON p.request_id = r.id
  WHERE r.id = $1::uuid`;

/** The rows of our messages in Postgres. What a message says comes from the projection that pages read. */
export function createReplyStore(pool: Pool, requests: RequestReader): ReplyStore {
  const run = async (sql: string, ...values: unknown[]) => void (await pool.query(sql, values));

  return {
    async find(requestId, noticeAfterMs) {
      const facts = await one<Facts>(pool, FACTS, [requestId, noticeAfterMs]);
      if (facts === null) return null;
      const { userId, accounts, runs, messages, waiters, ...rest } = facts;
      const request = await requests.find(userId, requestId);
      if (request === null) return null;
      const view: ReplyView = {
        ...request,
        accounts,
        runs,
        waitingFor: request.waitingFor.map((wait): WaitView => ({ ...wait, requests: waiters[wait.flowId] ?? 1 })),
      };
      return { ...rest, view, revision: request.revision, posted: new Map(Object.entries(messages)) };
    },

    async take(requestId, sendMs) {
      const taken = await one<{ fence: number }>(
        pool,
        `INSERT INTO reply AS p (request_id, fence, send_by)
         VALUES ($1::uuid, 1, clock_timestamp() + make_interval(secs => $2::double precision / 1000))
         ON CONFLICT (request_id) DO UPDATE SET fence = p.fence + 1, send_by = excluded.send_by
           WHERE p.send_by IS NULL OR p.send_by < clock_timestamp()
         RETURNING fence`,
        [requestId, sendMs],
      );
      return taken?.fence ?? null;
    },
    async maySend(requestId, fence, sendMs) {
      const own = await one(
        pool,
        `UPDATE reply SET send_by = clock_timestamp() + make_interval(secs => $3::double precision / 1000)
         WHERE request_id = $1::uuid AND fence = $2::integer RETURNING 1`,
        [requestId, fence, sendMs],
      );
      return own !== null;
    },
    release: (requestId, fence) =>
      run('UPDATE reply SET send_by = NULL WHERE request_id = $1::uuid AND fence = $2::integer', requestId, fence),

    async startPost(requestId, slot) {
      const before = await one<{ since: Date | null }>(
        pool,
        `WITH before AS (
           SELECT sent_at FROM reply_message WHERE request_id = $1::uuid AND slot = $2::text
         ), started AS (
           INSERT INTO reply_message AS m (request_id, slot, sent_at) VALUES ($1::uuid, $2::text, clock_timestamp())
           ON CONFLICT (request_id, slot) DO UPDATE SET sent_at = coalesce(m.sent_at, excluded.sent_at)
         )
         SELECT (SELECT sent_at FROM before) AS since`,
        [requestId, slot],
      );
      return { since: before?.since ?? null };
    },
    posted: (requestId, slot, messageId) =>
      run(
        'UPDATE reply_message SET message_id = $3::text WHERE request_id = $1::uuid AND slot = $2::text',
        requestId,
        slot,
        messageId,
      ),
    notPosted: (requestId, slot) =>
      run(
        `UPDATE reply_message SET sent_at = NULL
         WHERE request_id = $1::uuid AND slot = $2::text AND message_id IS NULL`,
        requestId,
        slot,
      ),

    shown: (requestId, revision, shown) =>
      run(
        `UPDATE reply SET shown_revision = $2::bigint, shown = $3::text
         WHERE request_id = $1::uuid AND coalesce(shown_revision, 0) <= $2::bigint`,
        requestId,
        revision,
        shown,
      ),
    reminded: (requestId, deadline) =>
      run('UPDATE reply SET reminded_for = $2::timestamptz WHERE request_id = $1::uuid', requestId, deadline),
    undeliverable: (requestId, code) =>
      run('UPDATE reply SET undeliverable = $2::text WHERE request_id = $1::uuid', requestId, code),
    delivered: (requestId) =>
      run(
        `UPDATE reply SET delivered_at = coalesce(delivered_at, now()), undeliverable = NULL
         WHERE request_id = $1::uuid`,
        requestId,
      ),
  };
}

import type { Sleeper, SweepStore } from '../../ports/sweep-store.ts';
import { many, type Pool } from './pool.ts';

const ago = (parameter: string) => `now() - make_interval(secs => ${parameter}::double precision / 1000)`;
/** Nothing of the outbox is about the request `r`: whatever is there will bring it on by itself. */
const NOTHING_ON_ITS_WAY = `NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = r.id)`;

/** The request `r` waits for nobody and runs nothing, and has not for so long: after a long wait it has only begun again. */
const nothingGoesOn = (forMs: string) => `
  NOT EXISTS (SELECT 1 FROM waiter w WHERE w.request_id = r.id AND (w.status = 'open' OR w.updated_at >= ${ago(forMs)}))
  AND NOT EXISTS (SELECT 1 FROM approval p
                  WHERE p.request_id = r.id AND (p.status = 'pending' OR p.decided_at >= ${ago(forMs)}))
  AND NOT EXISTS (SELECT 1 FROM run WHERE run.request_id = r.id AND (run.ended_at IS NULL OR run.ended_at >= ${ago(forMs)}))`;

/** What was left lying. The statements run every minute, so each looks at an index of what is unfinished. */
export function createSweepStore(pool: Pool): SweepStore {
  const ids = async (sql: string, values: unknown[]) =>
    (await many<{ id: string }>(pool, sql, values)).map(({ id }) => id);

  return {
    findSleepers: (staleMs, limit) =>
      many<Sleeper>(
        pool,
        `SELECT w.user_id AS "userId", w.provider, w.request_id AS "requestId", w.call_id AS "callId"
         FROM waiter w
         JOIN request r ON r.id = w.request_id AND r.ended_at IS NULL AND r.cancelled_at IS NULL
         LEFT JOIN effect e ON e.request_id = w.request_id AND e.call_id = w.call_id
         WHERE w.status IN ('open', 'released') AND w.updated_at < ${ago('$1')}
           AND (w.status = 'released' OR w.deadline < ${ago('$1')})
           AND e.done_at IS NULL AND e.failure IS NULL AND ${NOTHING_ON_ITS_WAY}
         ORDER BY w.updated_at LIMIT $2::integer`,
        [staleMs, limit],
      ),

    findLostRequests: (limit) =>
      ids(
        `SELECT id FROM request WHERE ended_at IS NULL AND lost_at IS NOT NULL ORDER BY created_at LIMIT $1::integer`,
        [limit],
      ),

    startAgain: (staleMs, silentMs, limit) =>
      // A row that somebody holds is not forgotten. One that comes into the outbox at this very moment makes two starts,
      // of which Temporal refuses the second.
      ids(
        `WITH forgotten AS (
           SELECT r.id, r.user_id, r.platform, r.cancelled_at IS NOT NULL AND r.claimed_at IS NOT NULL AS cancelled
           FROM request r
           WHERE r.ended_at IS NULL AND r.lost_at IS NULL AND ${NOTHING_ON_ITS_WAY}
             AND ((r.claimed_at IS NULL AND r.created_at < ${ago('$1')})
               OR r.cancelled_at < ${ago('$1')}
               OR (r.claimed_at < ${ago('$2')} AND ${nothingGoesOn('$2')}))
           ORDER BY r.created_at LIMIT $3::integer FOR UPDATE OF r SKIP LOCKED
         )
         INSERT INTO outbox (kind, subject_id, payload)
         SELECT CASE WHEN cancelled THEN 'cancelRequest' ELSE 'startRequest' END, id,
                CASE WHEN cancelled THEN '{}'
                     ELSE jsonb_build_object('userId', user_id, 'platform', platform, 'again', true) END
         FROM forgotten RETURNING subject_id AS id`,
        [staleMs, silentMs, limit],
      ),

    repairAgain: (staleMs, limit) =>
      ids(
        `WITH forgotten AS (
           SELECT a.id FROM attempt a
           WHERE a.status = 'burnt' AND a.used_at < ${ago('$1')}
             AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = a.id)
           ORDER BY a.created_at LIMIT $2::integer FOR UPDATE OF a SKIP LOCKED
         )
         INSERT INTO outbox (kind, subject_id) SELECT 'repairAttempt', id FROM forgotten RETURNING subject_id AS id`,
        [staleMs, limit],
      ),

    endLostRuns: (limit) =>
      ids(
        `WITH ended AS (
           UPDATE run SET ended_at = now(), left_to_host_at = CASE WHEN host IS NULL THEN NULL ELSE now() END,
                  ending = CASE WHEN stop_asked_at IS NULL THEN 'failed' ELSE 'stopped' END,
                  failure = CASE WHEN stop_asked_at IS NULL THEN 'internal' END
           WHERE id IN (SELECT id FROM run WHERE lost_at IS NOT NULL AND ended_at IS NULL
                        ORDER BY lost_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)
           RETURNING id
         )
         SELECT id, publish_run(id) FROM ended`,
        [limit],
      ),

    revokeAgain: (staleMs, limit) =>
      ids(
        `WITH forgotten AS (
           SELECT a.id FROM attempt a
           WHERE a.revoking AND a.revoking_since < ${ago('$1')}
             AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = a.id)
           ORDER BY a.revoking_since LIMIT $2::integer FOR UPDATE OF a SKIP LOCKED
         ), touched AS (
           UPDATE attempt a SET revoking_since = now() FROM forgotten WHERE a.id = forgotten.id RETURNING a.id
         )
         INSERT INTO outbox (kind, subject_id, payload)
         SELECT 'destroyCredential', id, '{"revoke": true}' FROM touched RETURNING subject_id AS id`,
        [staleMs, limit],
      ),
  };
}

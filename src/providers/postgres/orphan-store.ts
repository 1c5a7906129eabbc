import type { OrphanStore, Pointer } from '../../ports/orphan-store.ts';
import { many, type Pool } from './pool.ts';

type Owned = Awaited<ReturnType<OrphanStore['ownershipOf']>>[number];

/** What rows say about stored credentials. */
export function createOrphanStore(pool: Pool): OrphanStore {
  return {
    ownershipOf: (attemptIds) =>
      many<Owned>(
        pool,
        `SELECT a.id AS "attemptId", CASE
           WHEN a.status IN ('started', 'burnt', 'confirm') OR a.revoking
             OR EXISTS (SELECT 1 FROM connection c
                        WHERE c.user_id = a.user_id AND c.provider = a.provider AND c.credential = a.id
                          AND c.status <> 'gone')
             OR EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = a.id) THEN 'owned'
           WHEN a.secret_gone_at IS NOT NULL THEN 'gone'
           ELSE 'orphan' END AS state
         FROM attempt a WHERE a.id = ANY ($1::uuid[])`,
        [attemptIds],
      ),

    async secretGone(attemptId) {
      await pool.query('UPDATE attempt SET secret_gone_at = now() WHERE id = $1::uuid AND secret_gone_at IS NULL', [
        attemptId,
      ]);
    },

    connectionsAfter: (after, olderThanMs, limit) =>
      many<Pointer>(
        pool,
        `SELECT c.id, c.user_id AS "userId", c.provider, c.version, c.credential FROM connection c
         WHERE c.status = 'active' AND ($1::uuid IS NULL OR c.id > $1::uuid)
           AND c.connected_at < now() - make_interval(secs => $2::double precision / 1000)
         ORDER BY c.id LIMIT $3::integer`,
        [after, olderThanMs, limit],
      ),
  };
}

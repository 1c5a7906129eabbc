import type { ConnectionReader, ConnectionSummary, Consequences } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';

const SUMMARY = `
  SELECT id, provider, account, status, scopes, connected_at AS "connectedAt", last_used_at AS "lastUsedAt"
  FROM connection WHERE user_id = $1::uuid`;

/** A person's accounts. No secret is near: those are in Vault, behind a role that pages do not have. */
export function createConnectionReader(pool: Pool): ConnectionReader {
  return {
    async list(userId) {
      const sql = `${SUMMARY} AND status <> 'gone' ORDER BY provider`;
      return (await pool.query<ConnectionSummary>(sql, [userId])).rows;
    },
    async consequences(userId, connectionId) {
      return one<Consequences>(
        pool,
        `SELECT c.provider, c.account, coalesce((
           SELECT json_agg(json_build_object('id', r.id, 'text', r.text) ORDER BY r.created_at)
           FROM request r
           WHERE r.user_id = c.user_id AND r.ended_at IS NULL AND r.cancelled_at IS NULL AND EXISTS (
             SELECT 1 FROM tool_call t LEFT JOIN effect e USING (request_id, call_id)
             WHERE t.request_id = r.id AND t.provider = c.provider AND e.done_at IS NULL AND e.failure IS NULL)
         ), '[]') AS requests
         FROM connection c WHERE c.user_id = $1::uuid AND c.id = $2::uuid AND c.status <> 'gone'`,
        [userId, connectionId],
      );
    },
    async findMany(userId, ids) {
      return (await pool.query<ConnectionSummary>(`${SUMMARY} AND id = ANY ($2::uuid[])`, [userId, ids])).rows;
    },
  };
}

import type { ConnectionReader, ConnectionSummary } from '../../ports/requests.ts';
import type { Pool } from './pool.ts';

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
    async findMany(userId, ids) {
      return (await pool.query<ConnectionSummary>(`${SUMMARY} AND id = ANY ($2::uuid[])`, [userId, ids])).rows;
    },
  };
}

import type { SandboxHosts } from '../../ports/runs.ts';
import type { Pool } from './pool.ts';

/** Which machines can run containers now. */
export function createSandboxHosts(pool: Pool): SandboxHosts {
  return {
    async seen({ id, capacity, trouble }) {
      await pool.query(
        `INSERT INTO sandbox_host (id, capacity, trouble) VALUES ($1::text, $2::integer, $3::text)
         ON CONFLICT (id) DO UPDATE SET capacity = excluded.capacity, trouble = excluded.trouble, seen_at = now()`,
        [id, capacity, trouble],
      );
    },
  };
}

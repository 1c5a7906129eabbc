import type { EventFeed, FeedEvent } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';
import { createSubscribers } from './subscribers.ts';

/** A person's changes. `announce` is fed by the database's notifications; no id announces everybody's. */
export function createEventFeed(pool: Pool): EventFeed & { announce: (userId: string | null) => void } {
  return {
    ...createSubscribers(),

    async position(userId) {
      const row = await one<{ position: number }>(
        pool,
        'SELECT event_seq::int AS position FROM app_user WHERE id = $1::uuid',
        [userId],
      );
      return row?.position ?? 0;
    },
    async since(userId, position, limit) {
      const { rows } = await pool.query<FeedEvent>(
        `SELECT seq::int AS position, kind, subject_id AS "subjectId" FROM event
         WHERE user_id = $1::uuid AND seq > $2::bigint ORDER BY seq LIMIT $3::integer`,
        [userId, position, limit],
      );
      return rows;
    },
  };
}

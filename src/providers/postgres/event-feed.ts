import type { EventFeed, FeedEvent } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';

/** A person's changes. `announce` is fed by the database's notifications; an empty id announces everybody's. */
export function createEventFeed(pool: Pool): EventFeed & { announce: (userId: string | null) => void } {
  const subscribers = new Map<string, Set<() => void>>();

  return {
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
    subscribe(userId, onChange) {
      const own = subscribers.get(userId) ?? new Set();
      subscribers.set(userId, own.add(onChange));
      return () => {
        own.delete(onChange);
        if (own.size === 0) subscribers.delete(userId);
      };
    },
    announce(userId) {
      const told = userId === null ? [...subscribers.values()] : [subscribers.get(userId) ?? new Set<() => void>()];
      for (const set of told) for (const onChange of set) onChange();
    },
  };
}

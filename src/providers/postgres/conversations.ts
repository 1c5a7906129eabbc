import { randomUUID } from 'node:crypto';
import type { Conversations } from '../../ports/conversations.ts';
import type { Pool } from './pool.ts';

/** Cursors of direct conversations in Postgres. */
export function createConversations(pool: Pool): Conversations {
  return {
    async list() {
      // The newest first: who talked last is the likeliest to have gone on.
      const { rows } = await pool.query<{ channel: string; cursor: string | null }>(
        `SELECT channel, cursor::text AS cursor FROM conversation WHERE platform = 'discord'
         ORDER BY cursor DESC NULLS LAST`,
      );
      return rows;
    },

    async passed(userId, channel, messageId) {
      await pool.query(
        `INSERT INTO conversation (id, user_id, platform, channel, cursor)
         VALUES ($1::uuid, $2::uuid, 'discord', $3::text, $4::bigint)
         ON CONFLICT (user_id, platform, channel) DO UPDATE SET cursor = GREATEST(conversation.cursor, excluded.cursor)`,
        [randomUUID(), userId, channel, messageId],
      );
    },
  };
}

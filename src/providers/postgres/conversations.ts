import { randomUUID } from 'node:crypto';
import { beforeCursor } from '../../domain/discord/snowflake.ts';
import type { Conversations, DeclinedMessage } from '../../ports/conversations.ts';
import { one, type Pool } from './pool.ts';

/** Cursors of direct conversations in Postgres, and what was not taken there. */
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

    findDeclined: ({ userId, channel, messageId }) =>
      one<DeclinedMessage>(
        pool,
        `SELECT d.notice, d.told_at IS NOT NULL AS told
         FROM declined_message d JOIN conversation c ON c.id = d.conversation_id
         WHERE c.user_id = $1::uuid AND c.platform = 'discord' AND c.channel = $2::text AND d.message_id = $3::bigint`,
        [userId, channel, messageId],
      ),

    decline: ({ userId, channel, messageId }, notice) =>
      one<DeclinedMessage>(
        pool,
        `WITH place AS (
           INSERT INTO conversation (id, user_id, platform, channel) VALUES ($1::uuid, $2::uuid, 'discord', $3::text)
           ON CONFLICT (user_id, platform, channel) DO UPDATE SET channel = excluded.channel
           RETURNING id
         )
         INSERT INTO declined_message AS d (conversation_id, message_id, notice)
         SELECT id, $4::bigint, $5::text FROM place
         WHERE NOT EXISTS (SELECT 1 FROM request r
                           WHERE r.user_id = $2::uuid AND r.platform = 'discord' AND r.client_id = $4::bigint::text)
         ON CONFLICT (conversation_id, message_id) DO UPDATE SET notice = d.notice
         RETURNING notice, told_at IS NOT NULL AS told`,
        [randomUUID(), userId, channel, messageId, notice],
      ),

    async declineTold({ userId, channel, messageId }, passes) {
      await pool.query(
        `WITH place AS (
           UPDATE conversation SET cursor = CASE WHEN $4::boolean THEN GREATEST(cursor, $3::bigint) ELSE cursor END
           WHERE user_id = $1::uuid AND platform = 'discord' AND channel = $2::text
           RETURNING id
         ), left_behind AS (
           DELETE FROM declined_message d USING place
           WHERE $4::boolean AND d.conversation_id = place.id AND d.message_id < $5::bigint
         )
         UPDATE declined_message d SET told_at = coalesce(told_at, now()) FROM place
         WHERE d.conversation_id = place.id AND d.message_id = $3::bigint`,
        [userId, channel, messageId, passes, beforeCursor(messageId)],
      );
    },
  };
}

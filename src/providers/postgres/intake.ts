import { randomUUID } from 'node:crypto';
import type { Intake } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';

/**
 * Message, request, outbox row and event in one statement, before anything is acknowledged. The same message again (same
 * person, platform and client id) finds the request that it already is.
 */
export function createIntake(pool: Pool): Intake {
  return {
    async accept(message) {
      const requestId = randomUUID();
      const created = await one(
        pool,
        `WITH place AS (
           INSERT INTO conversation (id, user_id, platform, channel) VALUES ($2::uuid, $3::uuid, $4::text, $5::text)
           ON CONFLICT (user_id, platform, channel) DO UPDATE SET channel = excluded.channel
           RETURNING id
         ), stored AS (
           INSERT INTO request (id, user_id, conversation_id, platform, client_id, text, language, time_zone)
           SELECT $1::uuid, $3::uuid, place.id, $4::text, $6::text, $7::text, $8::text, $9::text FROM place
           ON CONFLICT (user_id, platform, client_id) DO NOTHING
           RETURNING id
         ), started AS (
           INSERT INTO outbox (kind, subject_id, payload)
           SELECT 'startRequest', id, jsonb_build_object('userId', $3::text, 'platform', $4::text) FROM stored
         )
         SELECT publish_event($3::uuid, 'request', id) FROM stored`,
        [
          requestId,
          randomUUID(),
          message.userId,
          message.platform,
          message.channel,
          message.clientId,
          message.text,
          message.language,
          message.timeZone,
        ],
      );
      if (created !== null) return { requestId, created: true };
      const existing = await one<{ id: string }>(
        pool,
        'SELECT id FROM request WHERE user_id = $1::uuid AND platform = $2::text AND client_id = $3::text',
        [message.userId, message.platform, message.clientId],
      );
      if (existing === null) throw new Error('a message that was not stored is stored already');
      return { requestId: existing.id, created: false };
    },
  };
}

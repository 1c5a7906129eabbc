import { randomUUID } from 'node:crypto';
import { DailyCapReached, type Intake } from '../../ports/requests.ts';
import { one, type Pool } from './pool.ts';

const NO_CAP = { dailyRequests: null };

/**
 * Message, request, outbox row and event in one statement, before anything is acknowledged. The same message again (same
 * person, platform and client id) finds the request that it already is. The conversation's cursor moves with it.
 *
 * `dailyRequests` is how many a person may ask in 24 hours (MO-3); null counts nothing.
 */
export function createIntake(pool: Pool, { dailyRequests }: { dailyRequests: number | null } = NO_CAP): Intake {
  return {
    async accept(message) {
      const requestId = randomUUID();
      const created = await one(
        pool,
        `WITH cap AS MATERIALIZED (
           SELECT daily_requests_open_at($3::uuid, $10::integer) AS open_at
         ), place AS (
           INSERT INTO conversation (id, user_id, platform, channel, cursor)
           SELECT $2::uuid, $3::uuid, $4::text, $5::text, $11::bigint FROM cap WHERE open_at IS NULL
           ON CONFLICT (user_id, platform, channel)
             DO UPDATE SET cursor = GREATEST(conversation.cursor, excluded.cursor)
           RETURNING id
         ), stored AS (
           INSERT INTO request (id, user_id, conversation_id, platform, client_id, text, language, time_zone, asked_at)
           SELECT $1::uuid, $3::uuid, place.id, $4::text, $6::text, $7::text, $8::text, $9::text,
                  LEAST(coalesce($12::timestamptz, now()), now())
           FROM place
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
          dailyRequests,
          message.cursor ?? null,
          message.writtenAt ?? null,
        ],
      );
      if (created !== null) return { requestId, created: true };
      const existing = await one<{ id: string }>(
        pool,
        'SELECT id FROM request WHERE user_id = $1::uuid AND platform = $2::text AND client_id = $3::text',
        [message.userId, message.platform, message.clientId],
      );
      if (existing !== null) return { requestId: existing.id, created: false };
      const cap = await one<{ openAt: Date | null }>(
        pool,
        'SELECT daily_requests_open_at($1::uuid, $2::integer) AS "openAt"',
        [message.userId, dailyRequests],
      );
      if (dailyRequests === null || !cap) throw new Error('a message that was not stored is stored already');
      // A place that became free meanwhile is there for the next try.
      throw new DailyCapReached(dailyRequests, cap.openAt ?? new Date());
    },
  };
}

import type { Attempt, ConsentTx } from '../../ports/consent-store.ts';
import { ATTEMPT } from './consent-rows.ts';
import { one, type Transaction } from './pool.ts';

type AttemptsTx = Pick<
  ConsentTx,
  'attempt' | 'attemptsUnderWay' | 'createAttempt' | 'saveAttempt' | 'forgetRepair' | 'isRevoking' | 'isRevokedForOther'
>;

/** Trips of a browser to a provider and back. */
export function createAttemptsTx(db: Transaction, userId: string, clock: () => Date): AttemptsTx {
  return {
    attempt: (attemptId) =>
      one<Attempt>(db, `SELECT ${ATTEMPT} FROM attempt a WHERE a.id = $1::uuid AND a.user_id = $2::uuid FOR UPDATE`, [
        attemptId,
        userId,
      ]),
    async attemptsUnderWay(provider) {
      const { rows } = await db.query<Attempt>(
        `SELECT ${ATTEMPT} FROM attempt a
         WHERE a.user_id = $1::uuid AND a.provider = $2::text AND a.status IN ('started', 'burnt', 'confirm')
         FOR UPDATE`,
        [userId, provider],
      );
      return rows;
    },

    async createAttempt({ id, flowId, provider, asks, stateHash, bindHash, redirectUri, expiresAt }) {
      db.send(
        `INSERT INTO attempt (id, flow_id, user_id, provider, status, asks, state_hash, bind_hash, redirect_uri,
                              created_at, expires_at)
         VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, 'started', $5::text[], $6::bytea, $7::bytea, $8::text,
                 $9::timestamptz, $10::timestamptz)`,
        [id, flowId, userId, provider, asks, stateHash, bindHash, redirectUri, clock(), expiresAt],
      );
      // From its first trip on a flow lives by its trips.
      db.send('UPDATE flow SET keep_until = NULL WHERE id = $1::uuid AND keep_until IS NOT NULL', [flowId]);
    },
    async saveAttempt({ id, status, confirmBy, confirmed }) {
      db.send(
        `UPDATE attempt SET status = $2::text, confirm_by = $3::timestamptz, confirmed = $4::boolean,
                closed_at = CASE WHEN $2::text IN ('started', 'burnt', 'confirm') THEN NULL ELSE now() END
         WHERE id = $1::uuid`,
        [id, status, confirmBy, confirmed],
      );
    },

    async forgetRepair(attemptId) {
      db.send(`DELETE FROM outbox WHERE kind = 'repairAttempt' AND subject_id = $1::uuid`, [attemptId]);
    },
    async isRevoking(provider) {
      const pending = await one(
        db,
        `SELECT 1 FROM attempt WHERE user_id = $1::uuid AND provider = $2::text AND revoking LIMIT 1`,
        [userId, provider],
      );
      return pending !== null;
    },
    async isRevokedForOther(attemptId) {
      const revocation = await one(
        db,
        `SELECT 1 FROM attempt own
         JOIN attempt other ON other.provider = own.provider AND other.subject = own.subject
           AND other.user_id <> own.user_id
         WHERE own.id = $1::uuid AND (other.revoking OR other.revoked_at >= own.used_at) LIMIT 1`,
        [attemptId],
      );
      return revocation !== null;
    },
  };
}

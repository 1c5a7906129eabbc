import type { Approval, ConsentTx } from '../../ports/consent-store.ts';
import { APPROVAL } from './consent-rows.ts';
import { one, type Transaction } from './pool.ts';

type ApprovalsTx = Pick<ConsentTx, 'approvalOf' | 'pendingApprovals' | 'createApproval' | 'saveApproval'>;

/** A person's yes or no to one call. */
export function createApprovalsTx(db: Transaction, userId: string): ApprovalsTx {
  return {
    approvalOf: ({ requestId, callId }) =>
      one<Approval>(
        db,
        `SELECT ${APPROVAL} FROM approval p
         WHERE p.request_id = $1::uuid AND p.call_id = $2::text AND p.status <> 'replaced'`,
        [requestId, callId],
      ),
    async pendingApprovals(requestId) {
      const { rows } = await db.query<Approval>(
        `SELECT ${APPROVAL} FROM approval p WHERE p.request_id = $1::uuid AND p.status = 'pending'
         ORDER BY p.created_at, p.id`,
        [requestId],
      );
      return rows;
    },
    async createApproval({ id, requestId, callId, reason, status, preview, expiresAt, deadline }) {
      db.send(
        // The clock, not the start of the transaction: under the request's lock they come one after the other.
        `INSERT INTO approval (id, request_id, call_id, user_id, reason, status, preview, expires_at, deadline, created_at)
         VALUES ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::text, $7::text, $8::timestamptz,
                 $9::timestamptz, clock_timestamp())`,
        [id, requestId, callId, userId, reason, status, preview, expiresAt, deadline],
      );
    },
    async saveApproval({ id, status }) {
      db.send('UPDATE approval SET status = $2::text, decided_at = now() WHERE id = $1::uuid', [id, status]);
    },
  };
}

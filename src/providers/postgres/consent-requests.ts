import type { ConsentTx, RequestState } from '../../ports/consent-store.ts';
import { one, type Transaction } from './pool.ts';

type RequestsTx = Pick<ConsentTx, 'request' | 'cancelRequest' | 'endRequest'>;

/** How requests end. */
export function createRequestsTx(db: Transaction, userId: string): RequestsTx {
  return {
    request: (requestId) =>
      one<RequestState>(
        db,
        `SELECT cancelled_at IS NOT NULL AS cancelled, ended_at IS NOT NULL AS ended
         FROM request WHERE id = $1::uuid AND user_id = $2::uuid`,
        [requestId, userId],
      ),
    async cancelRequest(requestId) {
      db.send('UPDATE request SET cancelled_at = now() WHERE id = $1::uuid AND cancelled_at IS NULL', [requestId]);
      // Whoever watches its containers sees this, also while Temporal is away.
      db.send(
        `UPDATE run SET stop_asked_at = now()
         WHERE request_id = $1::uuid AND stop_asked_at IS NULL AND ended_at IS NULL`,
        [requestId],
      );
    },
    async endRequest(requestId, { outcome, answer }) {
      db.send(
        `UPDATE request SET outcome = $2::text, answer = $3::text, ended_at = now()
         WHERE id = $1::uuid AND ended_at IS NULL`,
        [requestId, outcome, answer],
      );
      // A request waits for its runs: one that has no end by now was stored and never started.
      db.send(`UPDATE run SET ended_at = now(), ending = 'stopped' WHERE request_id = $1::uuid AND ended_at IS NULL`, [
        requestId,
      ]);
    },
  };
}

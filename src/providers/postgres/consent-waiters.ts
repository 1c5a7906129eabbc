import type { ConsentTx, Waiter } from '../../ports/consent-store.ts';
import { WAITER } from './consent-rows.ts';
import type { Transaction } from './pool.ts';

type WaitersTx = Pick<ConsentTx, 'openWaiters' | 'waitersOf' | 'saveWaiter'>;

/**
 * Calls that wait for an account. A consent may release hundreds of them: what is saved is gathered, and written in one
 * statement, by `write` or before the next statement that is given to `db`.
 */
export function createWaitersTx(
  transaction: Transaction,
  userId: string,
): { tx: WaitersTx; db: Transaction; write: () => void } {
  const unwritten = new Map<string, Waiter>();
  const write = (): void => {
    if (unwritten.size === 0) return;
    transaction.send(
      `INSERT INTO waiter (request_id, call_id, user_id, provider, flow_id, status, needs, reason, rounds,
                           failed_version, last_outcome, deadline)
       SELECT w."requestId", w."callId", $1::uuid, w.provider, w."flowId", w.status, w.needs, w.reason, w.rounds,
              w."failedVersion", w."lastOutcome", w.deadline
       FROM jsonb_to_recordset($2::jsonb) AS w(
         "requestId" uuid, "callId" text, provider text, "flowId" uuid, status text, needs text[], reason text,
         rounds integer, "failedVersion" integer, "lastOutcome" text, deadline timestamptz)
       ON CONFLICT (request_id, call_id) DO UPDATE SET
         flow_id = excluded.flow_id, status = excluded.status, reason = excluded.reason, rounds = excluded.rounds,
         failed_version = excluded.failed_version, last_outcome = excluded.last_outcome,
         deadline = excluded.deadline, updated_at = now()`,
      [userId, JSON.stringify([...unwritten.values()])],
    );
    unwritten.clear();
  };
  const db: Transaction = {
    query(statement, values) {
      write();
      return transaction.query(statement, values);
    },
    send(sql, values) {
      write();
      transaction.send(sql, values);
    },
  };

  const tx: WaitersTx = {
    async openWaiters(provider) {
      const { rows } = await db.query<Waiter>(
        `SELECT ${WAITER} FROM waiter w
         WHERE w.user_id = $1::uuid AND w.provider = $2::text AND w.status = 'open' ORDER BY w.opened_at`,
        [userId, provider],
      );
      return rows;
    },
    async waitersOf(requestId) {
      const { rows } = await db.query<Waiter>(`SELECT ${WAITER} FROM waiter w WHERE w.request_id = $1::uuid`, [
        requestId,
      ]);
      return rows;
    },
    async saveWaiter(waiter) {
      unwritten.set(`${waiter.requestId}/${waiter.callId}`, waiter);
    },
  };
  return { tx, db, write };
}

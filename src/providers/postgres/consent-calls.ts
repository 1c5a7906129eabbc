import type { ConsentTimes } from '../../domain/consent-times.ts';
import type { Call, CallState, ConsentTx, EffectState, Waiter } from '../../ports/consent-store.ts';
import { readConnection } from './consent-connections.ts';
import { WAITER } from './consent-rows.ts';
import { one, type Transaction } from './pool.ts';

type CallsTx = Pick<
  ConsentTx,
  'enterCall' | 'callState' | 'saveResult' | 'saveFailure' | 'startEffect' | 'clearEffect' | 'markUncertain'
>;

/** Calls and their places in the effect ledger. */
export function createCallsTx(db: Transaction, userId: string, times: ConsentTimes): CallsTx {
  return {
    enterCall(call) {
      db.send(
        `INSERT INTO effect (request_id, call_id, fence) VALUES ($1::uuid, $2::text, 1)
         ON CONFLICT (request_id, call_id) DO UPDATE SET fence = effect.fence + 1`,
        [call.requestId, call.callId],
      );
      return readCall(db, call, userId);
    },
    callState: (call) => readCall(db, call, userId),

    async saveResult(call, result) {
      // That the account was used is noted on the way, once a minute at most: busy calls must not queue for its row.
      db.send(
        `WITH done AS (
           UPDATE effect SET done_at = now(), result = $3::jsonb
           WHERE request_id = $1::uuid AND call_id = $2::text AND done_at IS NULL RETURNING done_at
         )
         UPDATE connection c SET last_used_at = done.done_at FROM done
         WHERE c.user_id = $4::uuid AND c.provider = $5::text
           AND (c.last_used_at IS NULL OR c.last_used_at < done.done_at - interval '1 minute')`,
        [call.requestId, call.callId, JSON.stringify(result), userId, call.provider],
      );
    },
    async saveFailure(call, code, details) {
      db.send(
        `INSERT INTO effect (request_id, call_id, failure, result) VALUES ($1::uuid, $2::text, $3::text, $4::jsonb)
         ON CONFLICT (request_id, call_id)
           DO UPDATE SET failure = excluded.failure, result = excluded.result WHERE effect.done_at IS NULL`,
        [call.requestId, call.callId, code, details === undefined ? null : JSON.stringify(details)],
      );
    },

    async startEffect(call, fence) {
      db.send(
        `UPDATE effect SET owner = $3::integer, started_at = now(),
                send_by = clock_timestamp() + make_interval(secs => $4::double precision / 1000)
         WHERE request_id = $1::uuid AND call_id = $2::text`,
        [call.requestId, call.callId, fence, times.sendMs],
      );
    },
    async clearEffect(call) {
      db.send(
        `UPDATE effect SET owner = NULL, started_at = NULL, send_by = NULL
         WHERE request_id = $1::uuid AND call_id = $2::text AND done_at IS NULL`,
        [call.requestId, call.callId],
      );
    },
    async markUncertain(call) {
      db.send('UPDATE effect SET uncertain = true WHERE request_id = $1::uuid AND call_id = $2::text', [
        call.requestId,
        call.callId,
      ]);
    },
  };
}

interface CallRow extends EffectState {
  chosenAt: Date;
  cancelled: boolean;
  ended: boolean;
  fence: number;
  done: boolean;
  failure: string | null;
}

/** Request, ledger, waiter and connection of a call, all that decides it, in one trip to the database. */
async function readCall(db: Transaction, call: Call, userId: string): Promise<CallState> {
  const [row, waited, connection] = await Promise.all([
    one<CallRow>(
      db,
      `SELECT r.cancelled_at IS NOT NULL AS cancelled, r.ended_at IS NOT NULL AS ended,
              e.fence, e.done_at IS NOT NULL AS done, e.failure, e.started_at AS "startedAt", e.owner,
              e.send_by AS "sendBy", e.uncertain, c.created_at AS "chosenAt"
       FROM request r JOIN effect e ON e.request_id = r.id AND e.call_id = $2::text
       JOIN tool_call c ON c.request_id = r.id AND c.call_id = e.call_id
       WHERE r.id = $1::uuid AND r.user_id = $3::uuid`,
      [call.requestId, call.callId, userId],
    ),
    one<Waiter & { openedAt: Date }>(
      db,
      `SELECT ${WAITER}, w.opened_at AS "openedAt" FROM waiter w
       WHERE w.request_id = $1::uuid AND w.call_id = $2::text`,
      [call.requestId, call.callId],
    ),
    call.provider === null ? null : readConnection(db, userId, call.provider),
  ]);
  if (row === null) throw new Error('a call that runs has a request of its person and a ledger row');
  const { cancelled, ended, fence, done, failure, chosenAt, ...effect } = row;
  const { openedAt = null, ...waiter } = waited ?? {};
  return {
    request: { cancelled, ended },
    fence,
    done,
    failure,
    effect,
    waiter: waited === null ? null : (waiter as Waiter),
    waitedSince: call.provider === null ? chosenAt : openedAt,
    connection,
  };
}

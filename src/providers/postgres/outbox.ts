import type { Delivery, Outbox, OutboxMessage } from '../../ports/outbox.ts';
import { inTransaction, many, one, type Pool, type Transaction } from './pool.ts';

type Row = OutboxMessage & { id: string };

/** Pause after the n-th failed delivery: 0.5 s, doubled each time, at most 15 s. There is no last try. */
const BACKOFF = `least(15, 0.5 * power(2, least(attempts, 10)))`;

/**
 * Rows are taken with SKIP LOCKED, so any number of dispatchers work side by side. A request's signals are not taken
 * while its start is there, delivered by whomever: a signal that finds no workflow then finds none for ever.
 */
export function createOutbox(pool: Pool): Outbox {
  return {
    dispatch: (limit, deliver) =>
      inTransaction(pool, async (db) => {
        const rows = await many<Row>(
          db,
          `SELECT o.id, o.kind, o.subject_id AS "subjectId", o.payload FROM outbox o
           WHERE o.due_at <= now() AND NOT EXISTS (
             SELECT 1 FROM outbox s WHERE s.kind IN ('startRequest', 'startRun') AND s.subject_id = o.subject_id AND s.id <> o.id)
           ORDER BY o.due_at, o.id LIMIT $1::integer FOR UPDATE OF o SKIP LOCKED`,
          [limit],
        );
        if (rows.length === 0) return 0;
        const deliveries = await Promise.all(rows.map(async (row) => ({ id: row.id, delivery: await deliver(row) })));
        settle(db, deliveries);
        return rows.length;
      }),

    async isStartPending(subjectId) {
      const pending = await one(
        pool,
        `SELECT 1 FROM outbox WHERE kind IN ('startRequest', 'startRun') AND subject_id = $1::uuid LIMIT 1`,
        [subjectId],
      );
      return pending !== null;
    },

    async markLost(subjectId) {
      await pool.query(
        `WITH request_lost AS (
           UPDATE request SET lost_at = now() WHERE id = $1::uuid AND ended_at IS NULL AND lost_at IS NULL
         )
         UPDATE run SET lost_at = now() WHERE id = $1::uuid AND ended_at IS NULL AND lost_at IS NULL`,
        [subjectId],
      );
    },
  };
}

function settle(db: Transaction, deliveries: { id: string; delivery: Delivery }[]): void {
  const ids = (wanted: Delivery) => deliveries.filter(({ delivery }) => delivery === wanted).map(({ id }) => id);
  db.send('DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [ids('delivered')]);
  if (ids('later').length === 0) return;
  db.send(
    `UPDATE outbox SET attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => ${BACKOFF})
     WHERE id = ANY ($1::bigint[])`,
    [ids('later')],
  );
}

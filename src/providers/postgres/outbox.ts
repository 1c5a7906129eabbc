import type { Delivery, Outbox, OutboxMessage } from '../../ports/outbox.ts';
import { inTransaction, one, type Pool, type Queryable } from './pool.ts';

type Row = OutboxMessage & { id: string };

/** Pause after the n-th failed delivery: 0.5 s, doubled each time, at most 15 s. There is no last try. */
const BACKOFF = `least(15, 0.5 * power(2, least(attempts, 10)))`;

/** Rows are taken with SKIP LOCKED, so any number of dispatchers work side by side. */
export function createOutbox(pool: Pool): Outbox {
  return {
    dispatch: (limit, deliver) =>
      inTransaction(pool, async (client) => {
        const { rows } = await client.query<Row>(
          `SELECT id, kind, subject_id AS "subjectId", payload FROM outbox
           WHERE due_at <= now() ORDER BY due_at LIMIT $1::integer FOR UPDATE SKIP LOCKED`,
          [limit],
        );
        if (rows.length === 0) return 0;
        const deliveries = await Promise.all(rows.map(async (row) => ({ id: row.id, delivery: await deliver(row) })));
        await settle(client, deliveries);
        return rows.length;
      }),

    async isStartPending(requestId) {
      const pending = await one(
        pool,
        `SELECT 1 FROM outbox WHERE kind = 'startRequest' AND subject_id = $1::uuid LIMIT 1`,
        [requestId],
      );
      return pending !== null;
    },
  };
}

async function settle(db: Queryable, deliveries: { id: string; delivery: Delivery }[]): Promise<void> {
  const ids = (wanted: Delivery) => deliveries.filter(({ delivery }) => delivery === wanted).map(({ id }) => id);
  await db.query('DELETE FROM outbox WHERE id = ANY ($1::bigint[])', [ids('delivered')]);
  if (ids('later').length === 0) return;
  await db.query(
    `UPDATE outbox SET attempts = attempts + 1, due_at = now() + make_interval(secs => ${BACKOFF})
     WHERE id = ANY ($1::bigint[])`,
    [ids('later')],
  );
}

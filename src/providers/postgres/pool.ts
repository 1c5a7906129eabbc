import pg from 'pg';

export type Pool = pg.Pool;
export type Queryable = Pick<pg.ClientBase, 'query'>;

/**
 * A bounded pool. The server ends what a frozen process leaves open: a stopped gateway must not keep its locks, so a
 * transaction may idle for 15 s and a statement or a lock may take 10 s.
 *
 * `onIdleError` gets what happens to a connection that nobody uses (the server restarted): the pool drops it by itself.
 */
export function createPool(databaseUrl: string, options: { max: number; onIdleError: (error: Error) => void }): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: options.max,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 15_000,
  });
  pool.on('error', options.onIdleError);
  return pool;
}

/** SQLSTATE: deadlock_detected, serialization_failure, unique_violation: the transaction was undone, try it again. */
const RUN_AGAIN = new Set(['40P01', '40001', '23505']);

/**
 * Runs `work` in a READ COMMITTED transaction; undone when it throws. A lost deadlock or unique race runs again, at
 * most three times.
 */
export async function inTransaction<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    const client = await pool.connect();
    // The pool listens only while a connection idles. One that the server ends between two statements says so with an
    // event, which nobody must miss: the next statement fails, and that is how the work learns it.
    client.on('error', ignore);
    const release = (broken?: Error) => {
      client.off('error', ignore);
      client.release(broken);
    };
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      release();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').then(() => release(), release);
      if (round < 3 && error instanceof pg.DatabaseError && RUN_AGAIN.has(error.code ?? '')) continue;
      throw error;
    }
  }
}

function ignore(): void {}

/** The first row, or null. */
export async function one<Row extends pg.QueryResultRow>(
  db: Queryable,
  sql: string,
  values: unknown[],
): Promise<Row | null> {
  const { rows } = await db.query<Row>(sql, values);
  return rows[0] ?? null;
}

import pg from 'pg';

export type Pool = pg.Pool;

export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/**
 * A transaction under way. Statements travel without waiting for the answers of earlier ones, and run in the order in
 * which they were given, each with a snapshot of its own.
 */
export interface Transaction extends Queryable {
  /** Gives the server a statement whose answer nobody needs. When it fails, so does the transaction. */
  send(sql: string, values: unknown[]): void;
}

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
    pipeline: true,
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
export async function inTransaction<T>(pool: Pool, work: (db: Transaction) => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    const client = await pool.connect();
    // The pool listens only while a connection idles. One that the server ends between two statements says so with an
    // event, which nobody must miss: the next statement fails, and that is how the work learns it.
    client.on('error', ignore);
    const release = (broken?: Error) => {
      client.off('error', ignore);
      client.release(broken);
    };
    const { db, begin, commit, firstError } = transactionOn(client);
    try {
      begin();
      const result = await work(db);
      await commit();
      release();
      return result;
    } catch (error) {
      await client.query('ROLLBACK').then(() => release(), release);
      // What comes after a statement that failed fails for that reason only.
      const cause = firstError() ?? error;
      if (round < 3 && cause instanceof pg.DatabaseError && RUN_AGAIN.has(cause.code ?? '')) continue;
      throw cause;
    }
  }
}

function transactionOn(client: pg.PoolClient) {
  let failed: { error: unknown } | null = null;
  const running: Promise<unknown>[] = [];
  const watched = <T>(statement: Promise<T>): Promise<T> => {
    running.push(statement.catch((error: unknown) => void (failed ??= { error })));
    return statement;
  };
  const db: Transaction = {
    query: <Row extends pg.QueryResultRow>(statement: string | pg.QueryConfig, values?: unknown[]) =>
      watched(client.query<Row>(typeof statement === 'string' ? prepared(statement, values) : statement)),
    send: (sql, values) => void watched(client.query(prepared(sql, values))),
  };

  return {
    db,
    begin: () => void watched(client.query('BEGIN')),
    /** Everything that was sent has succeeded, or this throws and nothing has. */
    async commit(): Promise<void> {
      // The server undoes a transaction with a statement that failed, whatever comes behind it. A statement that did not
      // get that far, because its values could not be written down, is known after this turn of the event loop.
      await new Promise(setImmediate);
      if (failed === null) void watched(client.query('COMMIT'));
      await Promise.all(running);
      if (failed !== null) throw failed.error;
    },
    firstError: (): unknown => failed?.error,
  };
}

/** Statements are planned once for each connection. Their texts are constants of this folder, so they are few. */
function prepared(text: string, values?: unknown[]): pg.QueryConfig {
  return values === undefined ? { text } : { name: nameOf(text), text, values };
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const name = names.get(text) ?? `statement${names.size + 1}`;
  names.set(text, name);
  return name;
}

function ignore(): void {}

/** The first row, or null. */
export async function one<Row extends pg.QueryResultRow>(
  db: Queryable,
  sql: string,
  values: unknown[],
): Promise<Row | null> {
  return (await many<Row>(db, sql, values))[0] ?? null;
}

/** Every row. */
export async function many<Row extends pg.QueryResultRow>(
  db: Queryable,
  sql: string,
  values: unknown[],
): Promise<Row[]> {
  return (await db.query<Row>(prepared(sql, values))).rows;
}

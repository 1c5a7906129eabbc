import type { Pool } from '../../src/providers/postgres/pool.ts';

/** One change of one row, as its transaction left it. */
export interface Change {
  transaction: string;
  table: Table;
  row: Record<string, unknown>;
}

export const TABLES = ['request', 'flow', 'waiter', 'attempt', 'connection', 'effect', 'outbox'] as const;
export type Table = (typeof TABLES)[number];

/** The person of a row that does not say it itself. */
const PERSON: Partial<Record<Table, string>> = {
  effect: '(SELECT user_id FROM request WHERE id = NEW.request_id)',
  outbox: `coalesce((SELECT user_id FROM request WHERE id = NEW.subject_id),
                    (SELECT user_id FROM attempt WHERE id = NEW.subject_id),
                    (SELECT user_id FROM connection WHERE id = NEW.subject_id))`,
};

/**
 * Makes a database remember every change of the rows that count, in order and with its transaction, and hold back every
 * outbox row: the story decides when one is due. Triggers, so that nothing that happens goes by unseen.
 */
export async function keepJournal(owner: Pool): Promise<void> {
  const perTable = TABLES.map(
    (table) => `
      CREATE FUNCTION journal_${table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO journal (transaction, user_id, changed, row)
          VALUES (pg_current_xact_id()::text, ${PERSON[table] ?? 'NEW.user_id'}, '${table}', to_jsonb(NEW));
        RETURN NULL;
      END $$;
      CREATE TRIGGER journal AFTER INSERT ${table === 'outbox' ? '' : 'OR UPDATE'} ON ${table} FOR EACH ROW EXECUTE FUNCTION journal_${table}();`,
  );
  await owner.query(`
    CREATE TABLE journal (
      seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, transaction text, user_id uuid, changed text, row jsonb);
    CREATE INDEX journal_by_user ON journal (user_id, seq);
    CREATE INDEX attempt_by_user ON attempt (user_id);
    ${perTable.join('')}
    CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.due_at := 'infinity';
      RETURN NEW;
    END $$;
    CREATE TRIGGER hold_back BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION hold_back();`);
}

/** Every change of a person's rows, in the order in which they were made. */
export async function readJournal(owner: Pool, userId: string): Promise<Change[]> {
  const { rows } = await owner.query<Change>(
    `SELECT transaction, changed AS "table", row FROM journal WHERE user_id = $1::uuid ORDER BY seq`,
    [userId],
  );
  return rows;
}

export interface OutboxRow {
  id: string;
  /** It waits for the story's permission. */
  isHeld: boolean;
  kind: string;
  subjectId: string;
  payload: Record<string, unknown>;
}

/** What the outbox holds for a person. */
export async function outboxRows(owner: Pool, userId: string): Promise<OutboxRow[]> {
  const { rows } = await owner.query<OutboxRow>(
    `SELECT o.id, o.due_at = 'infinity' AS "isHeld", o.kind, o.subject_id AS "subjectId", o.payload FROM outbox o
     WHERE o.subject_id IN (
       SELECT id FROM request WHERE user_id = $1::uuid
       UNION ALL SELECT id FROM attempt WHERE user_id = $1::uuid
       UNION ALL SELECT id FROM connection WHERE user_id = $1::uuid)
     ORDER BY o.id`,
    [userId],
  );
  return rows;
}

/** Makes held rows due: the dispatcher takes them in its next round. */
export async function letDue(owner: Pool, ids: readonly string[]): Promise<void> {
  await owner.query(`UPDATE outbox SET due_at = clock_timestamp() WHERE id = ANY ($1::bigint[])`, [ids]);
}

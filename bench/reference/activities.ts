import type { Calendar } from '../../src/ports/calendar.ts';
import type { Pool } from '../../src/providers/postgres/pool.ts';

/** What the reference's activities need: its own two tables and the same calendar client as the product. */
export interface ReferenceParts {
  pool: Pool;
  calendar: Calendar;
}

/** One activity for each of a request's, with one read and one write where a request has any. Nothing is locked. */
export function createReferenceActivities({ pool, calendar }: ReferenceParts) {
  return {
    async think({ taskId }: { taskId: string }): Promise<void> {
      await pool.query('SELECT turns FROM reference.task WHERE id = $1::uuid', [taskId]);
      await pool.query('UPDATE reference.task SET turns = turns + 1 WHERE id = $1::uuid', [taskId]);
    },

    /** False when there is no account yet. */
    async callTool({ taskId }: { taskId: string }): Promise<boolean> {
      const { rows } = await pool.query<{ from: string; to: string; token: string | null }>(
        `SELECT t.from_date AS "from", t.to_date AS "to", p.token
         FROM reference.task t JOIN reference.person p ON p.id = t.person_id WHERE t.id = $1::uuid`,
        [taskId],
      );
      const [task] = rows;
      if (!task?.token) return false;
      const events = await calendar.listEvents(task.token, task, AbortSignal.timeout(20_000));
      const result = JSON.stringify(events);
      await pool.query('UPDATE reference.task SET result = $2::jsonb WHERE id = $1::uuid', [taskId, result]);
      return true;
    },

    async finish({ taskId }: { taskId: string }): Promise<void> {
      await pool.query('SELECT result FROM reference.task WHERE id = $1::uuid', [taskId]);
      await pool.query('UPDATE reference.task SET ended_at = now() WHERE id = $1::uuid', [taskId]);
    },
  };
}

export type ReferenceActivities = ReturnType<typeof createReferenceActivities>;

import type { CallRun, CallRuns } from '../../ports/call-runs.ts';
import { inTransaction, many, one, type Pool } from './pool.ts';
import { createRunStore } from './run-store.ts';
import { checkCaps, type RunCaps } from './runs.ts';

/** Runs of tool calls: stored without an outbox row, because their request's workflow starts them. */
export function createCallRuns(pool: Pool, caps: RunCaps): CallRuns {
  const { end } = createRunStore(pool);

  return {
    projects: (userId) =>
      many<{ id: string; name: string }>(
        pool,
        'SELECT id, name FROM project WHERE user_id = $1::uuid AND deleted_at IS NULL ORDER BY lower(name)',
        [userId],
      ),

    store: ({ runId, requestId, userId, projectId, command }) =>
      inTransaction(pool, async (db) => {
        // Before the person's row, as everywhere; a cancellation comes before this or finds the run.
        const request = await one<{ over: boolean }>(
          db,
          `SELECT cancelled_at IS NOT NULL OR ended_at IS NOT NULL AS over FROM request
           WHERE id = $1::uuid AND user_id = $2::uuid FOR SHARE`,
          [requestId, userId],
        );
        const known = await one(db, 'SELECT id FROM run WHERE id = $1::uuid AND request_id = $2::uuid', [
          runId,
          requestId,
        ]);
        if (known !== null) return 'stored';
        if (request === null || request.over) return 'requestOver';
        await checkCaps(db, userId, caps);
        const stored = await one(
          db,
          `INSERT INTO run (id, project_id, user_id, request_id, kind, command)
           SELECT $1::uuid, p.id, p.user_id, $2::uuid, 'command', $5::text[] FROM project p
           WHERE p.id = $3::uuid AND p.user_id = $4::uuid AND p.deleted_at IS NULL
           RETURNING id`,
          [runId, requestId, projectId, userId, command],
        );
        if (stored === null) return 'notFound';
        await db.query('SELECT publish_run($1::uuid)', [runId]);
        return 'stored';
      }),

    find: (requestId, runId) =>
      one<CallRun & Record<string, unknown>>(
        pool,
        `SELECT p.name AS project, r.ending, r.exit_code AS "exitCode", r.signal, r.failure,
                r.started_at AS "startedAt", r.ended_at AS "endedAt"
         FROM run r JOIN project p ON p.id = r.project_id
         WHERE r.id = $1::uuid AND r.request_id = $2::uuid`,
        [runId, requestId],
      ),

    async end(runId, ending) {
      await end(runId, { ending, failure: ending === 'failed' ? 'internal' : null });
    },

    async tail(runId, length) {
      const rows = await many<{ text: string; whole: boolean }>(
        pool,
        `SELECT text, position = 0 AS whole FROM run_log
         WHERE run_id = $1::uuid
           -- From the piece on that holds the first wanted character: a log has no holes.
           AND position >= coalesce((SELECT max(position) FROM run_log WHERE run_id = $1::uuid AND position <=
             (SELECT max(position) FROM run_log WHERE run_id = $1::uuid) - $2::bigint), 0)
         ORDER BY position`,
        [runId, length],
      );
      return { text: rows.map(({ text }) => text).join(''), whole: rows[0]?.whole ?? true };
    },
  };
}

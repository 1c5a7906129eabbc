import { randomUUID } from 'node:crypto';
import type { LogPiece, RemovalProof, RunDiff, Runs, RunView } from '../../ports/runs.ts';
import { RunCapReached } from '../../ports/runs.ts';
import { inTransaction, many, one, type Pool, type Queryable } from './pool.ts';

export interface RunCaps {
  /** Runs of one person at once. */
  atOnce: number;
  /** In 24 hours; null is as many as they like. */
  daily: number | null;
  /** Minutes of containers in 24 hours. */
  minutes: number | null;
}

const VIEW = `
  SELECT r.id, r.project_id AS "projectId", r.kind, r.command, s.status, r.ending, r.exit_code AS "exitCode", r.signal,
         r.failure, r.host, r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt",
         r.cleaned_at AS "cleanedAt", r.cleaned_at IS NULL AND r.left_to_host_at IS NOT NULL AS "leftToHost",
         json_build_object('length', coalesce(c.position, 0), 'droppedBytes', coalesce(c.dropped, 0)) AS log
  FROM run r JOIN run_status s ON s.run_id = r.id LEFT JOIN run_cursor c ON c.run_id = r.id`;

/** About as much of a log is read at once, so that a reader costs bounded memory. */
const LOG_READ_CHARACTERS = 512 * 1024;

/** Starting, stopping and reading runs. Everything is scoped to its person. */
export function createRuns(pool: Pool, caps: RunCaps): Runs {
  const views = (where: string, values: unknown[]) =>
    many<RunView & Record<string, unknown>>(pool, `${VIEW} ${where}`, values);
  const findMany = (userId: string, runIds: readonly string[]) =>
    views('WHERE r.user_id = $1::uuid AND r.id = ANY ($2::uuid[])', [userId, runIds]);
  const find = async (userId: string, runId: string) => (await findMany(userId, [runId]))[0] ?? null;

  return {
    find,
    findMany,

    async start({ userId, projectId, command }) {
      const runId = await inTransaction(pool, async (db) => {
        if (!(await keepProject(db, userId, projectId))) return null;
        await checkCaps(db, userId, caps);
        return insertRun(db, { userId, projectId, kind: 'command', command });
      });
      return (runId === null ? null : await find(userId, runId)) ?? 'notFound';
    },

    stop: (userId, runId) =>
      inTransaction(pool, async (db) => {
        const run = await one<{ ended: boolean }>(
          db,
          'SELECT ended_at IS NOT NULL AS ended FROM run WHERE id = $1::uuid AND user_id = $2::uuid FOR UPDATE',
          [runId, userId],
        );
        if (run === null) return 'notFound';
        if (run.ended) return 'ended';
        await askToStop(db, [runId]);
        return 'asked';
      }),

    list: (userId, projectId, limit) =>
      views('WHERE r.user_id = $1::uuid AND r.project_id = $2::uuid ORDER BY r.created_at DESC LIMIT $3::integer', [
        userId,
        projectId,
        limit,
      ]),

    log: (runId, from, limit) =>
      many<LogPiece & Record<string, unknown>>(
        pool,
        `SELECT position::float8, stream, text FROM (
           SELECT position, stream, text, sum(length) OVER (ORDER BY position) - length AS before FROM run_log
           WHERE run_id = $1::uuid AND position + length > $2::bigint
             AND position >= coalesce((SELECT max(position) FROM run_log WHERE run_id = $1::uuid AND position <= $2::bigint), 0)
           ORDER BY position LIMIT $3::integer
         ) piece WHERE before < $4::integer ORDER BY position`,
        [runId, from, limit, LOG_READ_CHARACTERS],
      ),

    diff: (runId) =>
      one<RunDiff & Record<string, unknown>>(pool, 'SELECT patch, cut, files FROM run_diff WHERE run_id = $1::uuid', [
        runId,
      ]),

    async proof(runId) {
      const row = await one<{ proof: RemovalProof | null }>(pool, 'SELECT proof FROM run WHERE id = $1::uuid', [runId]);
      // Older proofs are of runs that were lent no files.
      return row?.proof ? { ...row.proof, filesGone: row.proof.filesGone ?? null } : null;
    },
  };
}

/**
 * Holds off its deletion, which stops the runs that it sees, until this transaction is over. False when the project is
 * not this person's, or is deleted. Before `checkCaps`: locks are taken in the order project, run, person.
 */
async function keepProject(db: Queryable, userId: string, projectId: string): Promise<boolean> {
  const kept = await one(
    db,
    'SELECT id FROM project WHERE id = $1::uuid AND user_id = $2::uuid AND deleted_at IS NULL FOR SHARE',
    [projectId, userId],
  );
  return kept !== null;
}

/** The run with the outbox row that starts its workflow. Null when the project is not this person's. */
export async function insertRun(
  db: Queryable,
  run: { userId: string; projectId: string; kind: 'import' | 'command'; command: readonly string[] },
): Promise<string | null> {
  const id = randomUUID();
  const stored = await one(
    db,
    `WITH stored AS (
       INSERT INTO run (id, project_id, user_id, kind, command)
       SELECT $1::uuid, p.id, p.user_id, $4::text, $5::text[] FROM project p
       WHERE p.id = $2::uuid AND p.user_id = $3::uuid AND p.deleted_at IS NULL
       RETURNING id, user_id
     ), started AS (
       INSERT INTO outbox (kind, subject_id, payload)
       SELECT 'startRun', id, jsonb_build_object('userId', user_id) FROM stored RETURNING subject_id
     )
     SELECT subject_id FROM started`,
    [id, run.projectId, run.userId, run.kind, run.command],
  );
  if (stored === null) return null;
  await db.query('SELECT publish_run($1::uuid)', [id]);
  return id;
}

/** The row is what decides; the outbox only wakes whoever has to see it. */
export async function askToStop(db: Queryable, runIds: readonly string[]): Promise<void> {
  await db.query(
    `WITH asked AS (
       UPDATE run SET stop_asked_at = now()
       WHERE id = ANY ($1::uuid[]) AND stop_asked_at IS NULL AND ended_at IS NULL RETURNING id
     )
     INSERT INTO outbox (kind, subject_id) SELECT 'stopRun', id FROM asked`,
    [runIds],
  );
  for (const runId of runIds) await db.query('SELECT publish_run($1::uuid)', [runId]);
}

/** @throws RunCapReached */
export async function checkCaps(db: Queryable, userId: string, caps: RunCaps): Promise<void> {
  // Two starts of one person count one after the other.
  await db.query('SELECT 1 FROM app_user WHERE id = $1::uuid FOR UPDATE', [userId]);
  const used = await one<{ atOnce: number; daily: number; minutes: number }>(
    db,
    `SELECT count(*) FILTER (WHERE ended_at IS NULL)::int AS "atOnce",
            count(*) FILTER (WHERE created_at > now() - interval '1 day')::int AS daily,
            coalesce(sum(extract(epoch FROM coalesce(ended_at, now()) - started_at) / 60)
                       FILTER (WHERE started_at > now() - interval '1 day'), 0)::float8 AS minutes
     FROM run WHERE user_id = $1::uuid AND (ended_at IS NULL OR created_at > now() - interval '2 days')`,
    [userId],
  );
  const { atOnce = 0, daily = 0, minutes = 0 } = used ?? {};
  if (atOnce >= caps.atOnce) throw new RunCapReached('atOnce', caps.atOnce);
  if (caps.daily !== null && daily >= caps.daily) throw new RunCapReached('daily', caps.daily);
  if (caps.minutes !== null && minutes >= caps.minutes) throw new RunCapReached('minutes', caps.minutes);
}

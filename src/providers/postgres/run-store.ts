import type { LogCursor, RunFacts, RunStore } from '../../ports/runs.ts';
import { inTransaction, many, one, type Pool } from './pool.ts';

const NO_CURSOR: LogCursor = { position: 0, stdout: 0, stderr: 0, dropped: 0 };

/** The progress of runs. Statements guard themselves: what was decided first stays. */
export function createRunStore(pool: Pool): RunStore {
  return {
    find: (runId) =>
      one<RunFacts>(
        pool,
        `SELECT r.id, r.user_id AS "userId", r.kind, r.command, p.clone_url AS "cloneUrl", r.host,
                r.started_at AS "startedAt", r.stop_asked_at IS NOT NULL AS "stopAsked", r.ending,
                r.base_commit AS "baseCommit", r.files_gone AS "filesGone"
         FROM run r JOIN project p ON p.id = r.project_id WHERE r.id = $1::uuid`,
        [runId],
      ),

    place: (runId, aliveMs) =>
      inTransaction(pool, async (db) => {
        const run = await one<{ host: string | null; stopped: boolean }>(
          db,
          `SELECT host, stop_asked_at IS NOT NULL OR ended_at IS NOT NULL AS stopped
           FROM run WHERE id = $1::uuid FOR UPDATE`,
          [runId],
        );
        if (run === null || run.stopped) return 'stopped';
        if (run.host !== null) return { host: run.host };
        // Locked in the order of their ids, so that two placements count one after the other.
        const hosts = await many<{ id: string; room: number }>(
          db,
          `SELECT h.id, h.capacity - (SELECT count(*) FROM run r WHERE r.host = h.id AND r.cleaned_at IS NULL)::int AS room
           FROM sandbox_host h
           WHERE h.trouble IS NULL AND h.seen_at > now() - make_interval(secs => $1::double precision / 1000)
           ORDER BY h.id FOR UPDATE OF h`,
          [aliveMs],
        );
        const [best] = hosts.toSorted((a, b) => b.room - a.room);
        if (!best) return 'noHost';
        if (best.room <= 0) return 'noRoom';
        await db.query('UPDATE run SET host = $2::text, placed_at = now() WHERE id = $1::uuid', [runId, best.id]);
        await publish(db, runId);
        return { host: best.id };
      }),

    async filesLent(runId) {
      await pool.query('UPDATE run SET files_gone = false WHERE id = $1::uuid AND files_gone IS NULL', [runId]);
    },

    async filesRemoved(runId) {
      await pool.query('UPDATE run SET files_gone = true WHERE id = $1::uuid AND NOT files_gone', [runId]);
    },

    async began(runId) {
      await moved(pool, runId, `UPDATE run SET started_at = now() WHERE id = $1::uuid AND started_at IS NULL`);
    },

    async end(runId, { ending, exitCode = null, signal = null, failure = null }) {
      await moved(
        pool,
        runId,
        `UPDATE run SET ended_at = now(), ending = $2::text, exit_code = $3::integer, signal = $4::text, failure = $5::text
         WHERE id = $1::uuid AND ended_at IS NULL`,
        [ending, exitCode, signal, failure],
      );
      const row = await one<{ ending: RunFacts['ending'] }>(pool, 'SELECT ending FROM run WHERE id = $1::uuid', [
        runId,
      ]);
      return row?.ending ?? ending;
    },

    async leaveToHost(runId) {
      await moved(
        pool,
        runId,
        `UPDATE run SET left_to_host_at = now()
         WHERE id = $1::uuid AND host IS NOT NULL AND cleaned_at IS NULL AND left_to_host_at IS NULL`,
      );
    },

    cloned: (runId, { defaultBranch, head }) =>
      inTransaction(pool, async (db) => {
        db.send('UPDATE run SET base_commit = $2::text WHERE id = $1::uuid', [runId, head]);
        db.send(
          `UPDATE project SET default_branch = $2::text, head = $3::text
           WHERE id = (SELECT project_id FROM run WHERE id = $1::uuid)`,
          [runId, defaultBranch, head],
        );
        await publish(db, runId);
      }),

    async cursor(runId) {
      return (await readCursor(pool, runId)) ?? NO_CURSOR;
    },

    append: (runId, from, to, pieces) =>
      inTransaction(pool, async (db) => {
        await db.query(
          `INSERT INTO run_cursor (run_id, position, stdout, stderr, dropped) VALUES ($1::uuid, 0, 0, 0, 0)
           ON CONFLICT DO NOTHING`,
          [runId],
        );
        const moved = await one(
          db,
          `UPDATE run_cursor SET position = $2::bigint, stdout = $3::bigint, stderr = $4::bigint, dropped = $5::bigint
           WHERE run_id = $1::uuid AND position = $6::bigint AND stdout = $7::bigint AND stderr = $8::bigint
           RETURNING run_id`,
          [runId, to.position, to.stdout, to.stderr, to.dropped, from.position, from.stdout, from.stderr],
        );
        if (moved === null) return 'stale';
        if (pieces.length > 0) {
          db.send(
            `INSERT INTO run_log (run_id, position, stream, text, length)
             SELECT $1::uuid, p.position, p.stream, p.text, p.length
             FROM jsonb_to_recordset($2::jsonb) AS p(position bigint, stream text, text text, length integer)`,
            [runId, JSON.stringify(pieces.map((piece) => ({ ...piece, length: piece.text.length })))],
          );
        }
        return 'stored';
      }),

    async stopAsked(runId) {
      const row = await one<{ asked: boolean }>(
        pool,
        'SELECT stop_asked_at IS NOT NULL AS asked FROM run WHERE id = $1::uuid',
        [runId],
      );
      return row?.asked ?? true;
    },

    async saveDiff(runId, { patch, cut, files }) {
      await pool.query(
        `INSERT INTO run_diff (run_id, patch, cut, files) VALUES ($1::uuid, $2::text, $3::boolean, $4::jsonb)
         ON CONFLICT DO NOTHING`,
        [runId, patch, cut, JSON.stringify(files)],
      );
    },

    async cleaned(runId, proof) {
      await moved(
        pool,
        runId,
        `UPDATE run SET cleaned_at = now(), proof = $2::jsonb WHERE id = $1::uuid AND cleaned_at IS NULL`,
        [JSON.stringify(proof)],
      );
    },

    async finished(runIds) {
      const rows = await many<{ id: string }>(
        pool,
        `SELECT given.id::text FROM unnest($1::uuid[]) AS given(id) LEFT JOIN run r ON r.id = given.id
         WHERE r.id IS NULL OR r.cleaned_at IS NOT NULL OR ${ABANDONED}`,
        [runIds],
      );
      return rows.map(({ id }) => id);
    },

    async leftBehind(host) {
      const rows = await many<{ id: string }>(
        pool,
        `SELECT r.id::text FROM run r WHERE r.host = $1::text AND r.cleaned_at IS NULL AND ${ABANDONED}`,
        [host],
      );
      return rows.map(({ id }) => id);
    },
  };
}

/**
 * Its workflow does not clean it any more. It has said so, or somebody has ended it: otherwise it goes on for as long as
 * diff and clean-up may take, which is less than this.
 */
const ABANDONED = `(r.left_to_host_at IS NOT NULL OR r.ended_at < now() - interval '1 hour')`;

type Executor = Parameters<typeof one>[0];

async function publish(db: Executor, runId: string): Promise<void> {
  await db.query('SELECT publish_run($1::uuid)', [runId]);
}

/** One step forward, told to the run's person when it was one. */
async function moved(pool: Pool, runId: string, update: string, values: unknown[] = []): Promise<void> {
  await one(pool, `WITH moved AS (${update} RETURNING id) SELECT publish_run(id) FROM moved`, [runId, ...values]);
}

/** bigint arrives as text; these numbers stay far below 2^53. */
async function readCursor(db: Executor, runId: string): Promise<LogCursor | null> {
  return one<LogCursor & Record<string, unknown>>(
    db,
    `SELECT position::float8, stdout::float8, stderr::float8, dropped::float8 FROM run_cursor WHERE run_id = $1::uuid`,
    [runId],
  );
}

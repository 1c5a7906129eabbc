import { randomUUID } from 'node:crypto';
import type { Projects, ProjectView } from '../../ports/runs.ts';
import { inTransaction, many, one, type Pool } from './pool.ts';
import { askToStop, checkCaps, insertRun, type RunCaps } from './runs.ts';

const VIEW = `
  SELECT p.id, p.name, p.clone_url AS "cloneUrl", p.default_branch AS "defaultBranch", p.head,
         p.created_at AS "createdAt",
         (SELECT json_build_object('id', r.id, 'status', s.status, 'failure', r.failure)
          FROM run r JOIN run_status s ON s.run_id = r.id
          WHERE r.project_id = p.id AND r.kind = 'import' ORDER BY r.created_at DESC LIMIT 1) AS "importRun"
  FROM project p`;

/** Repositories that people imported. */
export function createProjects(pool: Pool, caps: RunCaps): Projects {
  const views = (where: string, values: unknown[]) =>
    many<ProjectView & Record<string, unknown>>(pool, `${VIEW} WHERE p.deleted_at IS NULL AND ${where}`, values);
  const find = async (userId: string, projectId: string) =>
    (await views('p.user_id = $1::uuid AND p.id = $2::uuid', [userId, projectId]))[0] ?? null;

  return {
    find,

    async create({ userId, name, cloneUrl }) {
      const id = randomUUID();
      const created = await inTransaction(pool, async (db) => {
        // Locks the person, so that two of the same name come one after the other.
        await checkCaps(db, userId, caps);
        const stored = await one(
          db,
          `INSERT INTO project (id, user_id, name, clone_url) VALUES ($1::uuid, $2::uuid, $3::text, $4::text)
           ON CONFLICT DO NOTHING RETURNING id`,
          [id, userId, name, cloneUrl],
        );
        if (stored !== null) await insertRun(db, { userId, projectId: id, kind: 'import', command: [] });
        return stored !== null;
      });
      return (created ? await find(userId, id) : null) ?? 'duplicateName';
    },

    list: (userId) => views('p.user_id = $1::uuid ORDER BY p.created_at DESC', [userId]),

    delete: (userId, projectId) =>
      inTransaction(pool, async (db) => {
        const deleted = await one(
          db,
          `UPDATE project SET deleted_at = now()
           WHERE id = $1::uuid AND user_id = $2::uuid AND deleted_at IS NULL RETURNING id`,
          [projectId, userId],
        );
        if (deleted === null) return 'notFound';
        const runs = await many<{ id: string }>(
          db,
          'SELECT id FROM run WHERE project_id = $1::uuid AND ended_at IS NULL',
          [projectId],
        );
        if (runs.length > 0)
          await askToStop(
            db,
            runs.map(({ id }) => id),
          );
        return 'deleted';
      }),
  };
}

import { createProjects } from '../../../src/providers/postgres/projects.ts';
import { createRuns } from '../../../src/providers/postgres/runs.ts';
import { NO_CAPS } from '../../activities/support/projects.ts';
import { newPerson } from '../../support/heart.ts';
import type { Panager } from '../../support/panager.ts';

/** Somebody's script in a project of their own, on its way to a host. */
export async function startCommand({ heart, poke }: Panager, cloneUrl: string, script: string) {
  const { gateway } = heart.pools;
  const runs = createRuns(gateway, NO_CAPS);
  const userId = await newPerson(heart);
  const project = await createProjects(gateway, NO_CAPS).create({ userId, name: 'one', cloneUrl });
  if (project === 'duplicateName') throw new Error('a new person has no projects');
  const run = await runs.start({ userId, projectId: project.id, command: ['bash', '-c', script] });
  if (run === 'notFound') throw new Error('the project is there');
  poke();
  return { userId, runs, runId: run.id };
}

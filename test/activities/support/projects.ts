import { createCallRuns } from '../../../src/providers/postgres/call-runs.ts';
import { createProjects } from '../../../src/providers/postgres/projects.ts';
import { createRunStore } from '../../../src/providers/postgres/run-store.ts';
import type { RunCaps } from '../../../src/providers/postgres/runs.ts';
import type { Call } from '../../../src/ports/consent-store.ts';
import { newRequest, type Heart } from '../../support/heart.ts';

export const NO_CAPS: RunCaps = { atOnce: 100, daily: null, minutes: null };

/** The orchestrator's way to the runs of calls. */
export const callRunsOf = (heart: Heart, caps: Partial<RunCaps> = {}) =>
  createCallRuns(heart.pools.orchestrator, { ...NO_CAPS, ...caps });

/** A project whose clone has ended long ago. */
export async function newProject(heart: Heart, userId: string, name = 'demo'): Promise<string> {
  const projects = createProjects(heart.pools.gateway, NO_CAPS);
  const project = await projects.create({ userId, name, cloneUrl: 'https://git.example.org/owner/demo' });
  if (project === 'duplicateName') throw new Error('it is the first of its name');
  const store = createRunStore(heart.pools.orchestrator);
  await store.end(project.importRun?.id ?? '', { ending: 'exited', exitCode: 0 });
  return project.id;
}

/** A request whose model chose to run something. */
export async function runCall(
  heart: Heart,
  userId: string,
  asked = { project: 'demo', command: 'npm test' },
): Promise<Call> {
  const requestId = await newRequest(heart, userId, 'demo에서 npm test 실행해줘');
  await heart.stories.claim(requestId);
  const chosen = { tool: 'run_in_project', arguments: asked, provider: null, needs: [], writes: true };
  const { calls } = await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: [chosen] });
  const call = await heart.store.findCall(requestId, calls[0]?.callId ?? '');
  if (call === null) throw new Error('the call was not stored');
  return call;
}

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { waitFor } from '../../infra/local/wait-for.ts';
import { stubborn } from './container-runs.ts';
import type { ContainerWorld, RunPerson } from './container-world.ts';

const READY_MS = 180_000;
const GONE_MS = 60_000;
const LOOK_MS = 20;

/**
 * From a person's stop until no process of the command is left on this machine, in milliseconds: C7. The command and a
 * grandchild that has left its group ignore SIGTERM.
 */
export async function measureStops(world: ContainerWorld, person: RunPerson, count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) times.push(await measureStop(world, person));
  return times;
}

async function measureStop({ runs }: ContainerWorld, { userId, projectId }: RunPerson): Promise<number> {
  const token = randomUUID();
  const script = `${stubborn(token)}; echo here; while :; do sleep 0.1; done`;
  const run = await runs.start({ userId, projectId, command: ['bash', '-c', script] });
  if (run === 'notFound') throw new Error('the project is there');
  const isThere = async () => (await runs.log(run.id, 0, 10)).length > 0 && countProcesses(token) > 1;
  if (!(await waitFor(isThere, READY_MS))) throw new Error('a stubborn command did not begin');
  const askedAt = performance.now();
  await runs.stop(userId, run.id);
  if (!(await waitFor(() => countProcesses(token) === 0, GONE_MS, LOOK_MS))) throw new Error('it was not stopped');
  const took = performance.now() - askedAt;
  // What cleans up after one does not stand in the way of the next.
  await waitFor(async () => (await runs.find(userId, run.id))?.cleanedAt, READY_MS);
  return took;
}

/** Processes of any container on this machine whose command line holds this. */
export function countProcesses(token: string): number {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(token);
    } catch {
      return false;
    }
  }).length;
}

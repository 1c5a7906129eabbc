import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { testImage } from '../infra/images/test-image.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import { stubborn } from '../test/soak/container-runs.ts';
import { startContainerWorld, type ContainerWorld, type RunPerson } from '../test/soak/container-world.ts';
import { countProcesses, measureStops } from '../test/soak/stops.ts';
import { activityTimes } from './history.ts';
import { createDockerReference, type DockerReference } from './reference/docker.ts';
import { percentile, type Entry } from './statistics.ts';

const MB = 1_000_000;
const OUTPUT_BYTES = 100 * MB;
const LINE = '2026-11-29T12:00:00Z info request 4711 of somebody was answered within 12 ms, and nothing else happened';
const ENDS_MS = 600_000;
const GRACE_SECONDS = 2;

/** Runs in containers, beside the command line of Docker on the same engine, in turns. */
export async function* benchRun(quick: boolean): AsyncGenerator<Entry> {
  // What is stored of 100 MB: as much as an operator allows who changes nothing, and all of it.
  for (const storedMb of quick ? [10] : [10, 200]) {
    const world = await startContainerWorld({ more: { SANDBOX_LOG_MB: String(storedMb) }, isDirect: true });
    try {
      const person = await world.newPerson('bench');
      const reference = createDockerReference(world.engineSocket, (await testImage()).name);
      if (storedMb === 10) yield await benchStart(world, person, reference, quick ? 5 : 20);
      yield await benchOutput(world, person, reference, { rounds: quick ? 1 : 3, storedMb });
      if (storedMb === 10) yield await benchStop(world, person, reference, quick ? 3 : 30);
    } finally {
      await world.stop();
    }
  }
}

async function benchStart(
  world: ContainerWorld,
  person: RunPerson,
  reference: DockerReference,
  rounds: number,
): Promise<Entry> {
  const connection = await Connection.connect({ address: world.system.env.gateway.TEMPORAL_ADDRESS ?? '' });
  const client = new Client({ connection });
  const [asked, executed, docker]: number[][] = [[], [], []];
  const parts: Record<string, number[]> = {};
  try {
    // The first of each finds nothing in any cache.
    for (let round = -1; round < rounds; round++) {
      const { first } = await reference.run('echo here');
      const startedAt = Date.now();
      const runId = await start(world, person, 'echo here');
      await ended(world, person, runId);
      const saidAt = await firstOutput(world, runId);
      const { placeRun, prepareRun, executeRun } = await activityTimes(client, `run-${runId}`);
      if (round < 0 || !placeRun || !prepareRun || !executeRun) continue;
      docker?.push(first);
      asked?.push(saidAt - startedAt);
      executed?.push(saidAt - executeRun.started);
      const add = (what: string, ms: number) => (parts[what] ??= []).push(ms);
      add('to its place', placeRun.ended - startedAt);
      add('to its host', prepareRun.started - placeRun.ended);
      add('proxy and clone', prepareRun.ended - prepareRun.started);
      add('to its execution', executeRun.started - prepareRun.ended);
    }
  } finally {
    await connection.close();
  }
  const rows = [
    { what: 'asked to first output', ours: asked ?? [], reference: docker ?? [] },
    { what: '  of it, the execution', ours: executed ?? [], reference: docker ?? [] },
  ];
  const each = Object.entries(parts).map(([what, times]) => `${what} ${percentile(times, 0.5).toFixed(0)} ms`);
  return { title: 'cold start', rows, notes: [each.join(', ')] };
}

async function benchOutput(
  world: ContainerWorld,
  person: RunPerson,
  reference: DockerReference,
  { rounds, storedMb }: { rounds: number; storedMb: number },
): Promise<Entry> {
  const script = `yes '${LINE}' | head -c ${OUTPUT_BYTES}`;
  const [ours, docker]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { first, all, bytes } = await reference.run(script);
    if (bytes !== OUTPUT_BYTES) throw new Error(`docker said ${bytes} bytes`);
    docker?.push(all - first);
    const runId = await start(world, person, script);
    const endedAt = await ended(world, person, runId);
    ours?.push(endedAt - (await firstOutput(world, runId)));
  }
  const speed = (times: number[]) => `${(OUTPUT_BYTES / MB / (percentile(times, 0.5) / 1_000)).toFixed(0)} MB/s`;
  return {
    title: `100 MB of output, ${storedMb >= 100 ? 'all' : `${storedMb} MB`} of it stored`,
    rows: [{ what: 'first output to end', ours: ours ?? [], reference: docker ?? [] }],
    notes: [`ours ${speed(ours ?? [])}, reference ${speed(docker ?? [])}`],
  };
}

async function benchStop(
  world: ContainerWorld,
  person: RunPerson,
  reference: DockerReference,
  rounds: number,
): Promise<Entry> {
  const docker: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(...(await measureStops(world, person, 1)));
    const name = `bench-${randomUUID()}`;
    await reference.start(name, `${stubborn(name)}; while :; do sleep 0.1; done`);
    await waitFor(() => countProcesses(`: ${name};`) > 1, 60_000);
    const askedAt = performance.now();
    await reference.stop(name, GRACE_SECONDS);
    docker.push(performance.now() - askedAt);
    await reference.remove(name);
  }
  return { title: 'stop', rows: [{ what: 'stop to gone', ours, reference: docker }], notes: [] };
}

async function start({ runs }: ContainerWorld, { userId, projectId }: RunPerson, script: string): Promise<string> {
  const run = await runs.start({ userId, projectId, command: ['bash', '-c', script] });
  if (run === 'notFound') throw new Error('the project is there');
  return run.id;
}

/** Waits until it has ended well and everything is cleaned; when it ended, in milliseconds since 1970. */
async function ended({ runs }: ContainerWorld, { userId }: RunPerson, runId: string): Promise<number> {
  const look = async () => {
    const run = await runs.find(userId, runId);
    return run?.cleanedAt && run;
  };
  const run = await waitFor(look, ENDS_MS, 20);
  if (run?.exitCode !== 0) throw new Error(`run ${runId} ended as ${run?.ending} ${run?.failure}`);
  return run.endedAt?.getTime() ?? Number.NaN;
}

/** When the first of it could be read, by the database's clock, in milliseconds since 1970. */
async function firstOutput({ sql }: ContainerWorld, runId: string): Promise<number> {
  const { rows } = await sql.query<{ at: Date }>('SELECT min(created_at) AS at FROM run_log WHERE run_id = $1', [
    runId,
  ]);
  return rows[0]?.at.getTime() ?? Number.NaN;
}

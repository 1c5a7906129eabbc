import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testImage } from '../../infra/images/test-image.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { CONTAINER_CUTS, type ContainerCut } from './container-cuts.ts';
import { FOREIGN, judgeContainers, type ContainerVerdict, type Faults } from './container-judge.ts';
import { chooseRun, scriptOf, type AskedRun } from './container-runs.ts';
import {
  CONTAINER_VICTIMS,
  startContainerWorld,
  type ContainerVictim,
  type ContainerWorld,
  type EnginePlace,
  type RunPerson,
} from './container-world.ts';
import { seeded, type Random } from './random.ts';
import { measureStops } from './stops.ts';

export interface ContainersReport extends ContainerVerdict {
  kills: number;
  /** Of them, exactly between two steps. */
  atCuts: number;
  engineRestarts: number;
  /** From stop to gone, in milliseconds, after everything has calmed. */
  stops: number[];
}

const PEOPLE = 3;
const RUNS_EACH = 2;
/** One that was killed and waits for its next try does not keep others from coming by. */
const CAPACITY = '12';
const BACK_MS = 60_000;
/** Somebody comes by sooner, or else it is a kill at a random moment; where only cuts are wanted, they are waited for. */
const CUT_MS = 45_000;
const ONLY_CUT_MS = 180_000;
const LIVE_MS = 240_000;

/**
 * People have commands run, short and long ones, and stop some, while sandbox and orchestrator are killed with SIGKILL at
 * random moments and exactly between two steps, and now and then the engine with every container (C5). In the end every
 * run has its end, its whole output and its proof, and nothing is left on the host.
 */
export async function soakContainers(options: {
  seed: number;
  kills: number;
  /** Only at these, one after the other; without it also at random moments. */
  cuts?: readonly ContainerCut[];
  /** Without it, a private engine, which is restarted now and then. */
  engine?: EnginePlace;
  /** How many stops are measured in the end. */
  stops: number;
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<ContainersReport> {
  const { seed, kills, enough, log } = options;
  const world = await startContainerWorld({
    ...(options.engine && { engine: options.engine }),
    more: { SANDBOX_CAPACITY: CAPACITY },
  });
  const faults: Faults = { kills: [], engineRestarts: [] };
  try {
    const foreign = await placeForeign(world);
    const people = await Promise.all(Array.from({ length: PEOPLE }, (_, index) => world.newPerson(`person${index}`)));
    const asked: AskedRun[] = [];
    const finished = new AbortController();
    const busy = people.map((person, index) =>
      keepStarting(world, person, seeded(seed + 1 + index), asked, finished.signal),
    );
    // Whoever fails is heard in the end.
    for (const each of busy) each.catch(() => undefined);
    const killing = createKiller(world, { seed, faults, log, ...(options.cuts && { cuts: options.cuts }) });
    let atCuts = 0;
    for (let round = 1; round <= kills && !enough.aborted; round++) atCuts += await killing(`${round}/${kills}`);
    finished.abort();
    await Promise.all(busy);
    await waitFor(world.canRun, BACK_MS);
    const verdict = await judgeContainers(world, asked, faults);
    verdict.leftBehind.push(...(await foreign.look()));
    const [first] = people;
    const stops = first && !enough.aborted ? await measureStops(world, first, options.stops) : [];
    await foreign.remove();
    return { ...verdict, kills: faults.kills.length, engineRestarts: faults.engineRestarts.length, atCuts, stops };
  } finally {
    await world.stop();
  }
}

/** Each call kills once, and starts again what died; returns 1 when it was exactly at a cut. */
function createKiller(
  world: ContainerWorld,
  options: { seed: number; faults: Faults; log: (line: string) => void; cuts?: readonly ContainerCut[] },
) {
  const { faults, log } = options;
  const random = seeded(options.seed);
  const cuts = options.cuts ?? CONTAINER_CUTS;
  let nextCut = options.cuts ? 0 : random.integer(cuts.length);

  const kill = async (victims: readonly ContainerVictim[], release: () => void = () => undefined): Promise<void> => {
    faults.kills.push(Date.now());
    await Promise.all(victims.map(world.kill));
    release();
    await delay(random.integer(1_000));
    for (const victim of victims) await world.system.startProcess(victim);
  };

  const killAtCut = async (round: string): Promise<number> => {
    const cut = cuts[nextCut++ % cuts.length];
    if (!cut) throw new Error('there are cuts');
    const held = cut.arm(world, options.cuts ? ONLY_CUT_MS : CUT_MS);
    const isReached = await held.reached.then(
      () => true,
      () => false,
    );
    log(`kill ${round}: ${cut.victim} at ${cut.name}${isReached ? '' : ': nobody came by'}`);
    if (!isReached) held.goOn('deliver');
    await kill([cut.victim], () => held.goOn(cut.how));
    return isReached ? 1 : 0;
  };

  return async (round: string): Promise<number> => {
    // Mostly in the middle of work, which needs a host that works; now and then in the middle of a start.
    const isWorking = () => world.canRun() && world.system.isReady('orchestrator');
    if (options.cuts || random.integer(6) > 0) await waitFor(isWorking, BACK_MS, 100);
    if (options.cuts) return killAtCut(round);
    if (world.restartEngine && random.integer(15) === 0) {
      await delay(random.integer(4_000));
      log(`kill ${round}: the engine, with every container`);
      faults.engineRestarts.push(Date.now());
      await world.restartEngine();
      faults.kills.push(Date.now());
      return 0;
    }
    if (random.integer(2) === 0) return killAtCut(round);
    await delay(300 + random.integer(4_000));
    const victims =
      random.integer(4) === 0 ? CONTAINER_VICTIMS : [random.pick(['sandbox', 'sandbox', 'orchestrator'] as const)];
    log(`kill ${round}: ${victims.join(' and ')}`);
    await kill(victims);
    return 0;
  };
}

/** One person: has something run again and again, a few at once, and stops what does not end by itself. */
async function keepStarting(
  { runs }: ContainerWorld,
  { userId, projectId }: RunPerson,
  random: Random,
  asked: AskedRun[],
  finished: AbortSignal,
): Promise<void> {
  const mine: AskedRun[] = [];
  const stopping: Promise<void>[] = [];
  const live = async () => {
    const views = await runs.findMany(
      userId,
      mine.map(({ runId }) => runId),
    );
    return views.filter(({ endedAt }) => endedAt === null).length;
  };
  const stopLater = async (runId: string, lines: number): Promise<void> => {
    // Now and then before it has begun.
    const isEarly = lines % 4 === 0;
    const hasSaid = async () => ((await runs.find(userId, runId))?.log.length ?? 0) > Math.min(lines, 20) * 8;
    if (!isEarly) await waitFor(hasSaid, LIVE_MS, 200);
    await runs.stop(userId, runId);
  };
  while (!finished.aborted) {
    const [token, askedAt] = [randomUUID(), Date.now()];
    const chosen = { ...chooseRun(random), token };
    const command = ['bash', '-c', scriptOf(chosen)];
    const run = await runs.start({ userId, projectId, command });
    if (run === 'notFound') throw new Error('the project is there');
    const mineNow = { ...chosen, runId: run.id, userId, askedAt };
    mine.push(mineNow);
    asked.push(mineNow);
    if (chosen.kind === 'stopped') stopping.push(stopLater(run.id, chosen.lines));
    await waitFor(async () => finished.aborted || (await live()) < RUNS_EACH, LIVE_MS, 200);
    await delay(random.integer(1_500));
  }
  await Promise.all(stopping);
}

/** Somebody else's things, as similar to ours as they can be, which nobody may touch. */
async function placeForeign({ docker, place, workspacesRoot }: ContainerWorld) {
  const runId = randomUUID();
  const labels = { 'panager.installation': place.owner.installation, 'panager.host': place.owner.host };
  const container = await docker.createContainer({
    name: `${FOREIGN}${runId}`,
    Image: (await testImage()).name,
    Entrypoint: ['/bin/sleep'],
    Cmd: ['1000000'],
    Labels: { ...labels, 'panager.run': runId, 'panager.role': 'run' },
    // It comes back with an engine that died.
    HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'always' } },
  });
  await container.start();
  const folder = join(workspacesRoot, 'not-ours');
  mkdirSync(folder);
  return {
    /** What was done to them; nothing when all is well. */
    async look(): Promise<string[]> {
      const isRunning = async () => (await container.inspect()).State.Running;
      const found = (await waitFor(isRunning, BACK_MS)) ? [] : ['somebody else’s container was touched'];
      return existsSync(folder) ? found : [...found, 'somebody else’s folder was touched'];
    },
    remove: () => container.remove({ force: true }),
  };
}

import { readdirSync, readlinkSync } from 'node:fs';
import { mountsBelow } from '../../infra/local/engine/mounts.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { compareRun, type AskedRun, type FoundRun } from './container-runs.ts';
import type { ContainerWorld } from './container-world.ts';
import { SETTLE_MS } from './judge.ts';

export interface ContainerVerdict {
  runs: number;
  /** Whose end was not the one they were asked for, and which says why: the engine or every try of the clone died. */
  toldOtherwise: number;
  lost: string[];
  twice: string[];
  /** Containers, mounts, folders, processes, secrets; and runs without a proof. */
  leftBehind: string[];
  endings: Record<string, number>;
}

interface Row {
  id: string;
  cleaned: boolean;
}

/** When something was done to everybody, in milliseconds since the epoch. */
export type Faults = { kills: number[]; engineRestarts: number[] };

/** Waits until everything has ended and is cleaned, and compares what is told with what was asked and with what is there. */
export async function judgeContainers(
  world: ContainerWorld,
  asked: readonly AskedRun[],
  faults: Faults,
): Promise<ContainerVerdict> {
  await settled(world);
  const verdict: ContainerVerdict = {
    runs: asked.length,
    ...{ toldOtherwise: 0, lost: [], twice: [], leftBehind: [], endings: {} },
  };
  for (const run of asked) {
    const found = await readRun(world, run, faults);
    const { lost, twice, toldOtherwise } = compareRun(run, found);
    verdict.lost.push(...lost);
    verdict.twice.push(...twice);
    verdict.toldOtherwise += toldOtherwise ? 1 : 0;
    const told = `${found.ending}${found.failure === null ? '' : ` ${found.failure}`}`;
    verdict.endings[told] = (verdict.endings[told] ?? 0) + 1;
  }
  verdict.leftBehind.push(...(await leftInRows(world)));
  // A process ends a moment after what it was for.
  let left: string[] = [];
  await waitFor(async () => (left = await leftOnHost(world)).length === 0, 30_000, 500);
  verdict.leftBehind.push(...left);
  return verdict;
}

/** A busy machine is slow: time is up when nothing more gets better. */
async function settled(world: ContainerWorld): Promise<void> {
  const open = async () => (await readRows(world)).filter(({ cleaned }) => !cleaned).length;
  for (let left = await open(); left > 0;) {
    const before = left;
    await waitFor(async () => (left = await open()) < before, SETTLE_MS, 500);
    if (left === before) return;
  }
}

/** Runs that stopped before they had a host have nothing that could be cleaned. */
async function readRows({ sql }: ContainerWorld): Promise<Row[]> {
  const { rows } = await sql.query<Row>(
    `SELECT id, cleaned_at IS NOT NULL OR (host IS NULL AND ended_at IS NOT NULL) AS cleaned FROM run`,
  );
  return rows;
}

async function readRun({ runs }: ContainerWorld, asked: AskedRun, faults: Faults): Promise<FoundRun> {
  const view = await runs.find(asked.userId, asked.runId);
  if (view === null) throw new Error('a run that was stored is there');
  const endedAt = view.endedAt?.getTime() ?? Infinity;
  const during = (times: number[]) => times.filter((at) => at >= asked.askedAt && at <= endedAt).length;
  return {
    ...{ ending: view.ending, exitCode: view.exitCode, failure: view.failure },
    log: (await runs.log(asked.runId, 0, 1_000_000)).map(({ text }) => text).join(''),
    patch: (await runs.diff(asked.runId))?.patch ?? null,
    engineRestarts: during(faults.engineRestarts),
    kills: during(faults.kills),
  };
}

async function leftInRows(world: ContainerWorld): Promise<string[]> {
  const found: string[] = [];
  for (const { id, cleaned } of await readRows(world)) {
    if (!cleaned) found.push(`run ${id} was not cleaned`);
    const { rows } = await world.sql.query<{ host: string | null }>('SELECT host FROM run WHERE id = $1', [id]);
    const host = rows[0]?.host;
    if (!host) continue;
    const proof = await world.runs.proof(id);
    if (!proof?.folderGone || !proof.proxyGone || proof.secretsGone === false) found.push(`run ${id} has no proof`);
    if ((await world.secrets.read(host, id)) !== null) found.push(`what was lent to run ${id}`);
  }
  return found;
}

/** What an operator would find with the machine's own tools. */
async function leftOnHost({ docker, place, workspacesRoot }: ContainerWorld): Promise<string[]> {
  const ours = (await place.engine.list()).map(({ name }) => name);
  const isOurs = (labels: Record<string, string>) => labels['panager.installation'] === place.owner.installation;
  const all = await docker.listContainers({ all: true });
  const labelled = all.filter(({ Labels, Names }) => isOurs(Labels) && !isForeign(Names[0]));
  return [
    ...new Set([...ours, ...labelled.map(({ Names, Id }) => Names[0]?.slice(1) ?? Id)]),
    ...mountsBelow(workspacesRoot).map((point) => `mount ${point}`),
    ...(await place.workspaces.list()).map((runId) => `folder of run ${runId}`),
    ...processesIn(workspacesRoot).map((pid) => `process ${pid}`),
  ];
}

/** Its name is not one of ours, whatever its labels say. */
export const FOREIGN = 'somebody-elses-';
const isForeign = (name = ''): boolean => name.startsWith(`/${FOREIGN}`);

/** Proxies work in the folder of their run, also when that is deleted. */
function processesIn(root: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(root);
    } catch {
      return false;
    }
  });
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Environment } from '../../infra/local/settings/process-environment.ts';
import { startProcess, type RunningProcess } from '../../infra/local/process.ts';
import type { SecretLender } from '../../src/ports/lending.ts';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { placementOf } from '../support/placement.ts';
import { processEnvironments } from '../support/servers.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { containerPlace, type ContainerPlace } from '../support/system-with-containers.ts';
import { until } from '../support/until.ts';
import { startCommand } from './support/start-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'panager-worker-'));
const started: RunningProcess[] = [];
let panager: Panager;
let git: GitServer;
let place: ContainerPlace | undefined;
const takenBack: string[] = [];

beforeAll(async () => {
  silenceTemporal();
  git = await startGitServer(join(folder, 'git'), { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' });
  panager = await startPanager({}, undefined, (heart) => {
    const lender: SecretLender = {
      lendTo: () => Promise.resolve('nothing'),
      takeBack: (host, runId) => Promise.resolve(void takenBack.push(`${host} ${runId}`)),
    };
    return placementOf(heart, { lender, hostAliveMs: 30_000, hostSilenceMs: 5_000 });
  });
  if (hasEngine()) place = await containerPlace();
}, 120_000);
afterAll(async () => {
  await Promise.all(started.map((process) => process.stop()));
  await place?.clear();
  await panager.close();
  await git.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** The sandbox, as a process of its own. */
async function startSandbox(more: Environment): Promise<RunningProcess> {
  const { heart } = panager;
  const told = processEnvironments({ database: heart.database, google: heart.google, gatewayPort: 1 });
  const sandbox = await startProcess(folder, {
    name: `sandbox-${started.length}`,
    command: process.execPath,
    args: [join(import.meta.dirname, '../../workers/sandbox.ts')],
    env: { ...told.sandbox, SANDBOX_HOST: 'local', WORKSPACES_ROOT: join(folder, 'workspaces'), ...more },
  });
  started.push(sandbox);
  return sandbox;
}

async function troubleOf(host: string): Promise<string | null | undefined> {
  const sql = 'SELECT trouble FROM sandbox_host WHERE id = $1';
  const { rows } = await panager.heart.pools.owner.query<{ trouble: string | null }>(sql, [host]);
  return rows[0]?.trouble;
}

test('CO-7: without an engine the sandbox lives on, raises an alarm and is given no runs', async () => {
  const sandbox = await startSandbox({ DOCKER_HOST: `unix://${join(folder, 'nowhere.sock')}`, SANDBOX_HOST: 'bare' });
  await until('it says so', async () => ((await troubleOf('bare')) === 'noEngine' ? true : null), 60_000);
  expect(sandbox.output()).toContain('"alarm":true');
  expect(sandbox.output()).toContain('bare runs no containers: the container engine is missing');
  expect(sandbox.isAlive()).toBe(true);
  await sandbox.stop();
}, 120_000);

test('where containers are hidden the sandbox takes no work, and ends when it is asked to', async () => {
  const sandbox = await startSandbox({ DEPLOYMENT: 'local', SANDBOX_HOST: 'hidden' });
  await until('it says so', () => Promise.resolve(sandbox.output().includes('containers are hidden') || null), 60_000);
  expect(sandbox.isAlive()).toBe(true);
  await sandbox.stop();
  expect(await troubleOf('hidden')).toBeUndefined();
}, 120_000);

containerTest('CO-7: an image without the wanted command line is an alarm, and runs are not placed there', async () => {
  const sandbox = await startSandbox({
    ...place?.environment,
    SANDBOX_IMAGE: 'panager-absent:latest',
    SANDBOX_HOST: 'unfit',
  });
  await until('it says so', async () => ((await troubleOf('unfit')) === 'noImage' ? true : null), 60_000);
  await until(
    'the alarm',
    () => Promise.resolve(sandbox.output().includes('panager-absent:latest is missing') || null),
    60_000,
  );
  await sandbox.stop();
});

/** Somebody's command that runs on the sandbox of this host. */
async function running(sandbox: RunningProcess) {
  await until('the sandbox is well', async () => ((await troubleOf('local')) === null ? true : null), 120_000);
  const script = 'echo here; sleep 1000';
  const { userId, runs, runId } = await startCommand(panager, `${git.url}/public/one.git`, script);
  const said = async () => (await runs.log(runId, 0, 10)).map(({ text }) => text).join('');
  await until('it runs', async () => (sandbox.isAlive() && (await said()) === 'here\n' ? true : null), 120_000);
  return { userId, runs, runId, said };
}

for (const isStopped of [false, true]) {
  const what = isStopped ? 'whose person then stops it' : 'that nobody stops';
  containerTest(
    `a run ${what}, on a host that does not come back, is told as lost; once it is back it removes what was left`,
    async () => {
      const sandbox = await startSandbox(place?.environment ?? {});
      const { userId, runs, runId, said } = await running(sandbox);
      sandbox.kill();
      await sandbox.stop();
      if (isStopped) {
        await runs.stop(userId, runId);
        panager.poke();
      }
      const find = () => runs.find(userId, runId);
      const lost = await until(
        'the run has an end',
        async () => {
          const view = await find();
          return view?.endedAt ? view : null;
        },
        120_000,
      );
      expect(lost).toMatchObject({ status: 'failed', ending: 'hostLost', failure: null, cleanedAt: null });
      await panager.client.workflow.getHandle(`run-${runId}`).result();
      expect(takenBack).toContain(`local ${runId}`);
      expect(await find()).toMatchObject({ leftToHost: true });
      expect(await place?.engine.find({ runId, role: 'run' })).toMatchObject({ running: true });

      const back = await startSandbox(place?.environment ?? {});
      await until('it is cleaned', async () => ((await find())?.cleanedAt ? true : null), 120_000);
      expect(await runs.proof(runId)).toMatchObject({ host: 'local', folderGone: true, secretsGone: null });
      expect(await place?.engine.find({ runId, role: 'run' })).toBeNull();
      expect(await find()).toMatchObject({ ending: 'hostLost', leftToHost: false });
      expect(await said()).toBe('here\n');
      await back.stop();
    },
    300_000,
  );
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { NO_CAPS } from '../activities/support/projects.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { createRuns } from '../../src/providers/postgres/runs.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import type { RunView } from '../../src/ports/runs.ts';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { startSystemWithContainers, type SystemWithContainers } from '../support/system-with-containers.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'panager-runs-'));
let system: SystemWithContainers;
let git: GitServer;
let pool: Pool;
let userId: string;
let projectId: string;

beforeAll(async () => {
  if (!hasEngine()) return;
  git = await startGitServer(join(folder, 'git'), { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' });
  system = await startSystemWithContainers({ dataDir: join(folder, 'system'), log: () => undefined });
  pool = createPool(system.postgres?.urls('panager').roles.gateway ?? '', { max: 5, onIdleError: () => undefined });
  const person = { issuer: 'local', subject: 'minji', displayName: '민지', language: 'ko' } as const;
  userId = (await createSessions(pool).signIn(person)).user.id;
  const project = { userId, name: 'one', cloneUrl: `${git.url}/public/one.git` };
  const created = await createProjects(pool, NO_CAPS).create(project);
  if (created === 'duplicateName') throw new Error('a new person has no projects');
  projectId = created.id;
}, 240_000);
afterAll(async () => {
  await pool?.end();
  await system?.stop();
  await git?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

const runs = () => createRuns(pool, NO_CAPS);

async function start(script: string): Promise<string> {
  const run = await runs().start({ userId, projectId, command: ['bash', '-c', script] });
  if (run === 'notFound') throw new Error('the project is this person’s');
  return run.id;
}

/** Waits for a run to become as `isSo` wants it. */
async function becomes(what: string, runId: string, isSo: (run: RunView) => boolean, ms = 120_000): Promise<RunView> {
  return until(
    what,
    async () => {
      const run = await runs().find(userId, runId);
      return run && isSo(run) ? run : null;
    },
    ms,
  );
}

const log = async (runId: string) => (await runs().log(runId, 0, 100_000)).map(({ text }) => text).join('');

async function nothingLeft(runId: string): Promise<void> {
  expect((await system.containers.engine.list()).filter((container) => container.runId === runId)).toEqual([]);
  expect(await system.containers.workspaces.list()).not.toContain(runId);
}

containerTest(
  'a run goes from its outbox row through Temporal to a container: log, end, diff, proof, and nothing is left',
  async () => {
    const runId = await start('echo line one; echo changed >> README; echo new > added; echo line two >&2; exit 0');
    const run = await becomes('cleaned', runId, ({ cleanedAt }) => cleanedAt !== null);
    expect(run).toMatchObject({ status: 'done', ending: 'exited', exitCode: 0, failure: null, host: 'local' });
    expect((await log(runId)).split('\n').filter(Boolean).sort()).toEqual(['line one', 'line two']);
    const diff = await runs().diff(runId);
    expect(diff?.files).toEqual([
      { path: 'README', added: 1, removed: 0, binary: false },
      { path: 'added', added: 1, removed: 0, binary: false },
    ]);
    expect(diff?.patch).toContain('+changed');
    expect(await runs().proof(runId)).toMatchObject({ host: 'local', folderGone: true, proxyGone: true });
    await nothingLeft(runId);
  },
  240_000,
);

containerTest(
  'the import of a project clones it and says which branch and commit it has',
  async () => {
    const head = await git.head('public/one.git', 'refs/heads/main');
    const project = await until(
      'the import is over',
      async () => {
        const found = await createProjects(pool, NO_CAPS).find(userId, projectId);
        return found?.importRun?.status === 'done' ? found : null;
      },
      120_000,
    );
    expect(project).toMatchObject({ defaultBranch: 'main', head });
  },
  240_000,
);

containerTest(
  'a stop ends a command that ignores SIGTERM; what it said and changed is kept',
  async () => {
    const runId = await start("trap '' TERM; echo started; echo x > changed; while :; do sleep 0.1; done");
    await until('it runs', async () => ((await log(runId)).includes('started') ? true : null), 120_000);
    expect(await runs().stop(userId, runId)).toBe('asked');
    const run = await becomes('cleaned', runId, ({ cleanedAt }) => cleanedAt !== null);
    expect(run).toMatchObject({ status: 'stopped', ending: 'stopped' });
    expect((await runs().diff(runId))?.files.map(({ path }) => path)).toEqual(['changed']);
    await nothingLeft(runId);
  },
  240_000,
);

containerTest(
  'a sandbox that is killed in the middle and started again goes on: the command ran once, and its log is whole',
  async () => {
    const script = 'echo begun >> marks; for i in $(seq 1 60); do echo "line $i"; sleep 0.5; done; cat marks';
    const runId = await start(script);
    await until('it runs', async () => ((await log(runId)).includes('line 3') ? true : null), 120_000);
    await system.killProcess('sandbox');
    await system.startProcess('sandbox');
    const run = await becomes('cleaned', runId, ({ cleanedAt }) => cleanedAt !== null, 180_000);
    expect(run).toMatchObject({ ending: 'exited', exitCode: 0 });
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}\n`).join('');
    expect(await log(runId)).toBe(`${lines}begun\n`);
    await nothingLeft(runId);
  },
  300_000,
);

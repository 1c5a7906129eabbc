import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { startSandbox, type Sandbox } from './support/sandbox.ts';

const folder = mkdtempSync(join(tmpdir(), 'panager-runs-'));
let sandbox: Sandbox;
let git: GitServer;
let userId: string;
let projectId: string;
beforeAll(async () => {
  if (!hasEngine()) return;
  git = await startGitServer(folder, { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' });
  sandbox = await startSandbox();
  userId = await sandbox.database.newPerson();
  projectId = await sandbox.project(userId, `${git.url}/public/one.git`);
}, 180_000);
afterAll(async () => {
  await sandbox?.close();
  await git?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** Clones and executes; how the run ended. */
async function ended(script: string) {
  const runId = await sandbox.placed(userId, projectId, script);
  expect(await sandbox.prepare(runId)).toEqual({ executes: true });
  await sandbox.execute(runId);
  const { ending, exitCode, signal, failure } = await sandbox.view(userId, runId);
  return { runId, ending, exitCode, signal, failure };
}

containerTest(
  'a command runs in a fresh clone, its output is read while it runs, and its exit code is told',
  async () => {
    const runId = await sandbox.placed(
      userId,
      projectId,
      'cat README; echo oops >&2; while [ ! -e go ]; do sleep 0.05; done; exit 3',
    );
    await sandbox.prepare(runId);
    const running = sandbox.execute(runId);
    await until('the first lines', async () => ((await sandbox.log(runId)).includes('oops') ? true : null), 60_000);
    expect((await sandbox.view(userId, runId)).status).toBe('running');
    await sandbox.place.engine.execute(
      { runId, role: 'run' },
      { user: 'run', argv: ['touch', '/workspace/project/go'] },
    );
    await running;
    expect(await sandbox.view(userId, runId)).toMatchObject({ status: 'failed', ending: 'exited', exitCode: 3 });
    expect(await sandbox.log(runId, 'stdout')).toBe('This is public/one.git.\n');
    expect(await sandbox.log(runId, 'stderr')).toBe('oops\n');
    expect(sandbox.unexpected).toEqual([]);
  },
);

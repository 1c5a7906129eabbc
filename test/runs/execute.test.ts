import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { containerTest } from '../support/engine.ts';
import type { GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { runAs } from '../activities/support/activities.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandboxRoom, type SandboxRoom } from './support/sandbox-room.ts';

let room: SandboxRoom | undefined;
let sandbox: Sandbox;
let git: GitServer;
let userId: string;
let projectId: string;
beforeAll(async () => {
  if (!hasEngine()) return;
  room = await openSandboxRoom();
  ({ sandbox, git, userId } = room);
  projectId = await sandbox.project(userId, `${git.url}/public/one.git`);
}, 180_000);
afterAll(() => room?.close(), 120_000);

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

containerTest(
  'a signal, too little memory and a full disk are told apart from an exit code',
  async () => {
    expect(await ended('kill -SEGV $$')).toMatchObject({ ending: 'signalled', signal: 'SIGSEGV', exitCode: null });
    expect(await ended('kill -KILL $$')).toMatchObject({ ending: 'signalled', signal: 'SIGKILL' });
    const greedy = 'node -e "const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1))"';
    expect(await ended(greedy)).toMatchObject({ ending: 'outOfMemory', exitCode: null });
    const full = await ended('head -c 100000000 /dev/zero > fill');
    expect(full).toMatchObject({ ending: 'diskLimit', exitCode: null });
    expect(await sandbox.log(full.runId, 'stderr')).toMatch(/no space left|I\/O error/i);
    expect(await ended('no-such-program')).toMatchObject({ ending: 'exited', exitCode: 127 });
  },
  240_000,
);

containerTest('a command that runs too long is ended, whatever it does about it', async () => {
  const runId = await sandbox.placed(
    userId,
    projectId,
    "trap '' TERM; echo here; setsid sleep 1000 & sleep 1000; sleep 1000",
  );
  await sandbox.prepare(runId);
  const { executeRun } = sandbox.activitiesOf({ limits: { ...sandbox.parts.limits, wallMs: 4_000 } });
  await runAs(`run-${runId}`, () => executeRun({ runId }));
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'timeLimit', status: 'failed' });
  expect(await sandbox.log(runId)).toBe('here\n');
  expect(await sandbox.place.engine.find({ runId, role: 'run' })).toMatchObject({ running: false });
});

containerTest('a stop ends a command that ignores it, with everything that it started', async () => {
  const runId = await sandbox.placed(
    userId,
    projectId,
    "trap '' TERM; (setsid sleep 1000 &); echo here; while :; do sleep 1; done",
  );
  await sandbox.prepare(runId);
  const running = sandbox.execute(runId);
  await until('it runs', async () => ((await sandbox.log(runId)) === 'here\n' ? true : null), 60_000);
  await sandbox.runs.stop(userId, runId);
  await running;
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'stopped', status: 'stopped' });
  expect(await sandbox.place.engine.find({ runId, role: 'run' })).toMatchObject({ running: false });
});

containerTest('a worker that stops lets go, and the next one goes on reading: the command runs once', async () => {
  const runId = await sandbox.placed(
    userId,
    projectId,
    'echo mark >> marks; for i in 1 2 3 4; do echo "line $i"; sleep 1; done; cat marks',
  );
  await sandbox.prepare(runId);
  const worker = new MockActivityEnvironment({ workflowExecution: { workflowId: `run-${runId}`, runId } });
  const first = worker.run(() => sandbox.activities.executeRun({ runId })).catch((error: unknown) => error);
  await until('it runs', async () => ((await sandbox.log(runId)).includes('line 1') ? true : null), 60_000);
  worker.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  expect(await first).toMatchObject({ type: 'workerStops', nonRetryable: false });
  expect((await sandbox.view(userId, runId)).status).toBe('running');
  await sandbox.execute(runId, 2);
  expect(await sandbox.log(runId)).toBe('line 1\nline 2\nline 3\nline 4\nmark\n');
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
});

containerTest('two who execute the same run at once start it once and store each line once', async () => {
  const runId = await sandbox.placed(
    userId,
    projectId,
    'echo mark >> marks; for i in $(seq 1 300); do echo "line $i"; sleep 0.01; done; cat marks',
  );
  await sandbox.prepare(runId);
  const tries = [1, 2, 3].map((attempt) => sandbox.execute(runId, attempt).catch((error: unknown) => error));
  for (const outcome of await Promise.all(tries)) {
    if (outcome !== undefined) expect(outcome).toMatchObject({ nonRetryable: false });
  }
  await sandbox.execute(runId, 4);
  const lines = Array.from({ length: 300 }, (_, index) => `line ${index + 1}\n`).join('');
  expect(await sandbox.log(runId)).toBe(`${lines}mark\n`);
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
});

containerTest('a run whose container is gone is not begun again', async () => {
  const runId = await sandbox.placed(userId, projectId, 'echo begun; sleep 1000');
  await sandbox.prepare(runId);
  const running = sandbox.execute(runId);
  await until('it runs', async () => ((await sandbox.log(runId)) === 'begun\n' ? true : null), 60_000);
  await sandbox.place.engine.remove({ runId, role: 'run' });
  await running;
  await sandbox.execute(runId, 2);
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'failed', failure: 'containerLost' });
  expect(await sandbox.log(runId)).toBe('begun\n');
});

containerTest('of too much output the beginning is stored, and the rest is counted', async () => {
  const runId = await sandbox.placed(userId, projectId, 'head -c 3000000 /dev/zero | tr "\\0" x');
  await sandbox.prepare(runId);
  const { executeRun } = sandbox.activitiesOf({ limits: { ...sandbox.parts.limits, logBytes: 200_000 } });
  await runAs(`run-${runId}`, () => executeRun({ runId }));
  const log = await sandbox.log(runId);
  expect(log.length).toBeLessThanOrEqual(200_000);
  const { stdout, dropped } = await sandbox.parts.runs.cursor(runId);
  expect({ stdout, all: log.length + dropped }).toEqual({ stdout: 3_000_000, all: 3_000_000 });
  expect(log).toBe('x'.repeat(log.length));
});

import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { reap } from '../../activities/runs/reap.ts';
import { MASK } from '../../src/domain/masker/mask-stream.ts';
import { containerTest } from '../support/engine.ts';
import { TEST_LIMITS } from '../support/test-limits.ts';
import type { GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { HOST, type Sandbox } from './support/sandbox.ts';
import { LOGIN, openSandboxRoom, type SandboxRoom } from './support/sandbox-room.ts';

const MODEL = {
  baseUrl: 'http://127.0.0.1:9',
  apiKey: 'canary-model-8Hs5Lk3Vb7Qd1',
  models: ['claude-test-1'],
  budget: { requests: 5, inputBytes: 100_000, outputTokens: 1_000 },
};

let room: SandboxRoom | undefined;
let sandbox: Sandbox;
let git: GitServer;
let userId: string;
beforeAll(async () => {
  if (!hasEngine()) return;
  room = await openSandboxRoom();
  ({ sandbox, git, userId } = room);
}, 180_000);
afterAll(() => room?.close(), 120_000);

const lend = (person: string, data: object) =>
  sandbox.vaults.orchestrator.call('POST', `secret/data/users/${person}/lendable`, { options: { cas: 0 }, data });

containerTest(
  'what its owner lends clones a private repository, is in no log, and is destroyed with the run',
  async () => {
    await lend(userId, { git: LOGIN, model: MODEL });
    const projectId = await sandbox.project(userId, `${git.url}/private/one.git`);
    const script = `cat README; git fetch -q && echo fetched; echo ${LOGIN.password} ${MODEL.apiKey}; env`;
    const runId = await sandbox.placed(userId, projectId, script);
    expect(await sandbox.parts.secrets.read(HOST, runId)).toEqual({ git: LOGIN, model: MODEL, files: [] });
    await sandbox.prepare(runId);
    await sandbox.execute(runId);
    const log = await sandbox.log(runId);
    expect(log).toContain(`This is private/one.git.\nfetched\n${MASK} ${MASK}\n`);
    expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
    const basic = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`;
    expect(git.requests.filter(({ headers }) => headers.authorization === basic).length).toBeGreaterThan(1);

    await sandbox.clean(runId);
    expect(await sandbox.runs.proof(runId)).toEqual({
      checkedAt: expect.any(String),
      host: HOST,
      containersGone: ['prepare', 'run', 'diff', 'clear'].map((role) => `panager-${runId}-${role}`),
      folderGone: true,
      secretsGone: true,
      filesGone: null,
      proxyGone: true,
    });
    expect(await sandbox.parts.secrets.read(HOST, runId)).toBeNull();
    // Asked again, nothing comes back to life.
    await sandbox.lender.lendTo(HOST, { id: runId, userId });
    expect(await sandbox.parts.secrets.read(HOST, runId)).toBeNull();
    await sandbox.clean(runId);
    expect(sandbox.unexpected).toEqual([]);
  },
);

containerTest('MO-4: what was lent to a host that is gone is destroyed by somebody who cannot read it', async () => {
  const person = await sandbox.database.newPerson();
  await lend(person, { git: LOGIN });
  const runId = await sandbox.placed(person, await sandbox.project(person, `${git.url}/private/one.git`), 'echo never');
  const { call } = sandbox.vaults.orchestrator;
  await expect(call('GET', `secret/data/runs/${HOST}/${runId}`)).rejects.toMatchObject({ reason: 'refused' });
  await sandbox.lender.takeBack(HOST, runId);
  await sandbox.lender.takeBack(HOST, runId);
  expect(await sandbox.parts.secrets.read(HOST, runId)).toBeNull();
  // When the host is back it sees that they are gone.
  await sandbox.clean(runId);
  expect(await sandbox.runs.proof(runId)).toMatchObject({ secretsGone: true });
  await sandbox.lender.takeBack(HOST, randomUUID());
});

containerTest('without its credential a private repository cannot be cloned, and the run says so', async () => {
  const stranger = await sandbox.database.newPerson();
  const projectId = await sandbox.project(stranger, `${git.url}/private/one.git`);
  const runId = await sandbox.placed(stranger, projectId, 'echo never');
  await expect(sandbox.prepare(runId)).rejects.toMatchObject({ type: 'cloneFailed', nonRetryable: true });
  await sandbox.clean(runId);
  expect(await sandbox.runs.proof(runId)).toMatchObject({ secretsGone: null });
});

containerTest('a secret that is too short to be masked is not lent', async () => {
  const short = await sandbox.database.newPerson();
  await lend(short, { git: { username: 'owner', password: 'abc' } });
  const runId = await sandbox.placed(short, await sandbox.project(short, `${git.url}/public/one.git`), 'echo never');
  await expect(sandbox.prepare(runId)).rejects.toMatchObject({ type: 'secretTooShort', nonRetryable: true });
  await sandbox.clean(runId);
});

containerTest(
  'what a command changed is compared in a fresh container: text, binary, deleted, and odd names',
  async () => {
    const person = await sandbox.database.newPerson();
    const projectId = await sandbox.project(person, `${git.url}/public/one.git`);
    const script = 'echo more >> README; printf "\\0\\1" > data.bin; mkdir -p "a b"; echo 한글 > "a b/파일"';
    const runId = await sandbox.placed(person, projectId, script);
    await sandbox.prepare(runId);
    await sandbox.execute(runId);
    await sandbox.keepDiff(runId);
    const diff = await sandbox.runs.diff(runId);
    expect(diff?.files).toEqual([
      { path: 'README', added: 1, removed: 0, binary: false },
      { path: 'a b/파일', added: 1, removed: 0, binary: false },
      { path: 'data.bin', added: 0, removed: 0, binary: true },
    ]);
    expect(diff?.patch).toContain('+한글');
    expect(diff?.cut).toBe(false);
    await sandbox.clean(runId);
  },
);

containerTest('a repository inside of the checkout is not compared: it would bring filters that run', async () => {
  const person = await sandbox.database.newPerson();
  const projectId = await sandbox.project(person, `${git.url}/public/one.git`);
  const runId = await sandbox.placed(person, projectId, 'git init -q inner; echo x > inner/file');
  await sandbox.prepare(runId);
  await sandbox.execute(runId);
  await sandbox.keepDiff(runId);
  expect(await sandbox.runs.diff(runId)).toBeNull();
  await sandbox.clean(runId);
});

containerTest(
  'CO-6: the reaper removes what nobody comes back for, and touches nothing that is live or not ours',
  async () => {
    const { parts, place, database } = sandbox;
    const person = await database.newPerson();
    const projectId = await sandbox.project(person, `${git.url}/public/one.git`);
    const [left, live] = await Promise.all(
      ['echo over', 'echo here; sleep 1000'].map((script) => sandbox.placed(person, projectId, script)),
    );
    if (!left || !live) throw new Error('two were placed');
    for (const runId of [left, live]) await sandbox.prepare(runId);
    await sandbox.execute(left);
    const running = sandbox.execute(live);
    await until('it runs', async () => ((await sandbox.log(live)) === 'here\n' ? true : null), 60_000);
    await database.owner.query("UPDATE run SET ended_at = now() - interval '2 hours' WHERE id = $1", [left]);

    const unknown = randomUUID();
    await parts.workspaces.open(unknown, parts.limits);
    await place.engine.start({ runId: unknown, role: 'run', limits: TEST_LIMITS, mounts: [] });
    const docker = new Docker({ socketPath: (place.environment['DOCKER_HOST'] ?? '').replace('unix://', '') });
    const foreign = await docker.createContainer({
      name: `somebody-elses-${unknown}`,
      Image: (await docker.getContainer(`panager-${live}-run`).inspect()).Config.Image,
      Cmd: ['true'],
      Labels: { 'panager.run': unknown, 'panager.role': 'run' },
    });
    try {
      const failures: unknown[] = [];
      const removed = await reap(parts, (_runId, error) => failures.push(error));
      expect({ removed: removed.sort(), failures }).toEqual({ removed: [left, unknown].sort(), failures: [] });
      expect((await place.engine.list()).map(({ runId }) => runId)).toEqual([live]);
      expect(await parts.workspaces.list()).toEqual([live]);
      expect(await sandbox.runs.proof(left)).toMatchObject({ folderGone: true });
      expect(await sandbox.view(person, live)).toMatchObject({ status: 'running', cleanedAt: null });
      expect((await foreign.inspect()).Name).toContain('somebody-elses');
      expect(await reap(parts, (_runId, error) => failures.push(error))).toEqual([]);
    } finally {
      await foreign.remove({ force: true });
      await sandbox.runs.stop(person, live);
      await running;
    }
    await sandbox.clean(live);
  },
);

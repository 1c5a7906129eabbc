import { randomUUID } from 'node:crypto';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { deliverFiles } from '../../activities/runs/lent-files.ts';
import { MASK } from '../../src/domain/masker/mask-stream.ts';
import { VaultUnavailable } from '../../src/ports/credential-vault.ts';
import { inside } from '../containers/support/inside.ts';
import { containerTest } from '../support/engine.ts';
import type { GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { HOST, type Sandbox } from './support/sandbox.ts';
import { openSandboxRoom, type SandboxRoom } from './support/sandbox-room.ts';

const TOKEN = 'canary-file-6Jw2Xn9Tc4Lp8Ys';
const FILE = { name: 'credentials.json', content: `{\n  "token": "${TOKEN}"\n}\n` };
const PATH = `/run/lent/${FILE.name}`;

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
  await sandbox.vaults.orchestrator.call('POST', `secret/data/users/${userId}/lendable`, {
    options: { cas: 0 },
    data: { files: [FILE] },
  });
}, 180_000);
afterAll(() => room?.close(), 120_000);

const look = (runId: string, script: string) => inside(sandbox.place.engine, { runId, role: 'run' }, script);
const never = new AbortController().signal;

/** A run whose container is there, before its command. */
async function prepared(script: string): Promise<string> {
  const runId = await sandbox.placed(userId, projectId, script);
  await sandbox.prepare(runId);
  return runId;
}

containerTest(
  'CO-3: a secret is a private file while its command runs, masked, and gone right afterwards',
  async () => {
    const script = `stat -c '%a %u %g %h %F' ${PATH}; cat ${PATH}; echo it is ${TOKEN}; cp ${PATH} /run/lent/copy; until [ -e go ]; do sleep 0.05; done`;
    const runId = await sandbox.placed(userId, projectId, script);
    await sandbox.prepare(runId);
    const running = sandbox.execute(runId);
    await until('it runs', async () => ((await sandbox.log(runId)).includes('it is') ? true : null), 60_000);
    expect((await look(runId, `cat ${PATH}`)).stdout).toBe(FILE.content);
    expect((await sandbox.parts.runs.find(runId))?.filesGone).toBe(false);
    await look(runId, 'touch /workspace/project/go');
    await running;
    // Its container is still there: what is gone was removed, not lost.
    expect((await look(runId, 'ls -A /run/lent; echo "that was all"')).stdout).toBe('that was all\n');
    expect((await sandbox.parts.runs.find(runId))?.filesGone).toBe(true);
    const log = await sandbox.log(runId);
    expect(log).toMatch(/^600 64702 64702 1 regular file\n/);
    expect(log).toContain(`it is ${MASK}\n`);
    expect(log).not.toContain(TOKEN);
    expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
    await sandbox.clean(runId);
    expect(await sandbox.runs.proof(runId)).toMatchObject({ secretsGone: true, filesGone: true });
  },
);

containerTest(
  'SE-4: what was lent is masked in what a run changed, too, and no binary file of it is kept',
  async () => {
    const script = `cp ${PATH} copied.json; cp ${PATH} ${TOKEN}; (printf '\\0'; cat ${PATH}) > data.bin; echo ordinary > plain`;
    const runId = await sandbox.placed(userId, projectId, script);
    await sandbox.prepare(runId);
    await sandbox.execute(runId);
    await sandbox.keepDiff(runId);
    const diff = await sandbox.runs.diff(runId);
    expect(diff?.files.map(({ path, binary }) => [path, binary])).toEqual([
      [MASK, false],
      ['copied.json', false],
      ['data.bin', true],
      ['plain', false],
    ]);
    expect(diff?.patch).toContain('+ordinary\n');
    expect(diff?.patch).toContain('Binary files /dev/null and b/data.bin differ');
    expect(diff?.patch).toContain(`+  "token": "${MASK}"`);
    expect(JSON.stringify(diff)).not.toContain(TOKEN);
    await sandbox.clean(runId);
  },
);

containerTest('CO-3: what stands in the way of a secret ends the run before its command', async () => {
  const runId = await prepared('echo never');
  await look(runId, `touch /workspace/mine; ln -s /workspace/mine ${PATH}`);
  await expect(sandbox.execute(runId)).rejects.toMatchObject({ type: 'secretUndelivered', nonRetryable: true });
  expect((await look(runId, 'wc -c < /workspace/mine')).stdout).toBe('0\n');
  expect(await sandbox.view(userId, runId)).toMatchObject({ startedAt: null });
  expect(await sandbox.log(runId)).toBe('');
  await sandbox.clean(runId);
  expect(await sandbox.runs.proof(runId)).toMatchObject({ filesGone: true });
});

containerTest('CO-3: nothing is written through links, pipes, folders and files of others', async () => {
  const runId = await prepared('echo never');
  const { engine } = sandbox.parts;
  const deliver = () => deliverFiles(engine, { runId, role: 'run' }, [FILE], never);
  const planted: Record<string, string> = {
    'a symbolic link': `touch /run/lent/else && ln -s else ${PATH}`,
    'a dangling symbolic link': `ln -s /run/lent/else ${PATH}`,
    'a symbolic link to a folder': `mkdir /run/lent/else && ln -s else ${PATH}`,
    'a hard link': `touch /run/lent/else && chmod 600 /run/lent/else && ln /run/lent/else ${PATH}`,
    'a FIFO': `mkfifo -m 600 ${PATH} && (timeout 20 cat ${PATH} > /run/lent/else 2>&1 &)`,
    'a folder': `mkdir ${PATH}`,
    'a file that others may read': `touch ${PATH} && chmod 644 ${PATH}`,
    'no room': 'dd if=/dev/zero of=/run/lent/else bs=1k count=2000 2> /dev/null || true',
  };
  for (const [what, plant] of Object.entries(planted)) {
    expect([what, (await look(runId, plant)).code]).toEqual([what, 0]);
    await expect(deliver().then(() => what)).rejects.toMatchObject({ type: 'secretUndelivered', nonRetryable: true });
    const found = await look(
      runId,
      `find /run/lent /tmp /workspace /home/run -type f -exec grep -l ${TOKEN} {} +; rm -rf /run/lent/*`,
    );
    expect([what, found.stdout]).toEqual([what, '']);
  }
  await look(runId, `umask 077; echo half > ${PATH}`);
  await deliver();
  expect((await look(runId, `cat ${PATH}; stat -c %a ${PATH}`)).stdout).toBe(`${FILE.content}600\n`);
  await sandbox.clean(runId);
});

containerTest('CO-3: a try that comes back to a running command delivers nothing again', async () => {
  const script = `rm ${PATH}; echo removed; until [ -e go ]; do sleep 0.05; done; ls -A /run/lent | wc -l`;
  const runId = await sandbox.placed(userId, projectId, script);
  await sandbox.prepare(runId);
  const worker = new MockActivityEnvironment({ workflowExecution: { workflowId: `run-${runId}`, runId } });
  const first = worker.run(() => sandbox.activities.executeRun({ runId })).catch((error: unknown) => error);
  await until('it runs', async () => ((await sandbox.log(runId)) === 'removed\n' ? true : null), 60_000);
  worker.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  expect(await first).toMatchObject({ type: 'workerStops' });
  const second = sandbox.execute(runId, 2);
  await look(runId, 'touch /workspace/project/go');
  await second;
  expect(await sandbox.log(runId)).toBe('removed\n0\n');
  await sandbox.clean(runId);
});

containerTest('CO-3: what could lead elsewhere, or fill the memory for it, is not lent', async () => {
  const refused = [
    [{ ...FILE, name: '../credentials.json' }],
    [{ ...FILE, name: '-rf' }],
    [{ ...FILE, name: '.' }],
    [FILE, FILE],
    [{ ...FILE, content: 'x'.repeat(33 * 1024) }],
    [{ name: FILE.name }],
  ];
  for (const files of refused) {
    const person = await sandbox.database.newPerson();
    const write = { options: { cas: 0 }, data: { files } };
    await sandbox.vaults.orchestrator.call('POST', `secret/data/users/${person}/lendable`, write);
    const lent = sandbox.lender.lendTo(HOST, { id: randomUUID(), userId: person });
    await expect(lent.then(() => files)).rejects.toBeInstanceOf(VaultUnavailable);
  }
});

containerTest('CO-3: what a command locks away goes with its container', async () => {
  const script = `mkdir /run/lent/deep; cp ${PATH} /run/lent/deep/copy; (setsid sh -c 'while :; do cp ${PATH} /run/lent/x 2> /dev/null; echo x > /run/lent/y; done' &); sleep 0.3`;
  const runId = await sandbox.placed(userId, projectId, script);
  await sandbox.prepare(runId);
  await sandbox.execute(runId);
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
  const container = await sandbox.place.engine.find({ runId, role: 'run' });
  const isEmpty = container?.running && (await look(runId, `ls ${PATH}`)).code !== 0;
  expect(container?.running === false || isEmpty).toBe(true);
  expect((await sandbox.parts.runs.find(runId))?.filesGone).toBe(true);
  await sandbox.clean(runId);
});

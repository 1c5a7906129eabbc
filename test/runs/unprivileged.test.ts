import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProcess, type RunningProcess } from '../../infra/local/process.ts';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { placementOf } from '../support/placement.ts';
import { processEnvironments } from '../support/servers.ts';
import { hasEngine, sharedEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { startCommand } from './support/start-command.ts';

/*
 * A sandbox as a developer has it: not root, but with an engine that may be used. It can neither mount disks nor give files
 * to the users of a container.
 */
const DEVELOPER = 64710;
const ROOT = join(import.meta.dirname, '../..');
/** A checkout that its owner keeps to themselves cannot be lent to somebody else. */
const isShared = (statSync(join(ROOT, 'workers/sandbox.ts')).mode & 0o004) !== 0;
const developerTest = isShared
  ? containerTest
  : (name: string, body: () => Promise<void>) =>
      test.skip(`${name} (skipped: others may not read this checkout)`, body);

// The folder of the tests is root's alone.
const folder = mkdtempSync('/var/tmp/panager-dev-');
const workspacesRoot = join(folder, 'workspaces');
const engineSocket = join(folder, 'engine.sock');
let panager: Panager;
let git: GitServer;
let door: Server;
let sandbox: RunningProcess;

beforeAll(async () => {
  if (!hasEngine() || !isShared) return;
  silenceTemporal();
  git = await startGitServer(join(folder, 'git'), { username: 'owner', password: 'canary-git-4Rt8pWq2Nm6Zx' });
  panager = await startPanager({}, undefined, (heart) => placementOf(heart));
  chmodSync(folder, 0o711);
  mkdirSync(workspacesRoot, { mode: 0o700 });
  chownSync(workspacesRoot, DEVELOPER, DEVELOPER);
  door = await openDoor();
  const told = processEnvironments({ database: panager.heart.database, google: panager.heart.google, gatewayPort: 1 });
  // The folders above the checkout may be root's alone: it is shown elsewhere, to this process and nobody else.
  const checkout = join(folder, 'checkout');
  mkdirSync(checkout);
  const show = 'mount --bind -o ro "$1" "$2" && shift 2 && exec "$@"';
  sandbox = await startProcess(folder, {
    name: 'sandbox',
    command: 'unshare',
    args: [
      ...['--mount', 'sh', '-c', show, 'sh', ROOT, checkout],
      ...['setpriv', `--reuid=${DEVELOPER}`, `--regid=${DEVELOPER}`, '--clear-groups'],
      ...['--inh-caps=-all', '--bounding-set=-all'],
      ...[process.execPath.replace(ROOT, checkout), join(checkout, 'workers/sandbox.ts')],
    ],
    env: {
      ...told.sandbox,
      ...{ SANDBOX_HOST: 'local', SANDBOX_IMAGE: 'test', SANDBOX_PRIVATE_ADDRESSES: '127.0.0.1' },
      ...{ SANDBOX_MEMORY_MB: '512', SANDBOX_PIDS: '128', SANDBOX_DISK_MB: '32' },
      ...{ WORKSPACES_ROOT: workspacesRoot, TMPDIR: '/var/tmp', DOCKER_HOST: `unix://${engineSocket}` },
    },
  });
}, 180_000);
afterAll(async () => {
  await sandbox?.stop();
  door?.close();
  await panager?.close();
  await git?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

/** As a group that may use the engine. */
async function openDoor(): Promise<Server> {
  const shared = sharedEngine();
  if ('missing' in shared) throw new Error('without an engine nothing is started');
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: shared.socketPath, allowHalfOpen: true });
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far);
    far.pipe(near);
  });
  await once(server.listen(engineSocket), 'listening');
  chmodSync(engineSocket, 0o666);
  return server;
}

/** Beside what Node keeps of our own code. */
const foldersLeft = () => readdirSync(workspacesRoot).filter((name) => name !== '.compiled');

/** Runs a script in a fresh project until everything of it is cleaned up. */
async function run(script: string) {
  const { userId, runs, runId } = await startCommand(panager, `${git.url}/public/one.git`, script);
  const view = await until(
    'it is cleaned up',
    async () => {
      if (!sandbox.isAlive()) throw new Error('the sandbox has ended');
      const found = await runs.find(userId, runId);
      return found?.cleanedAt ? found : null;
    },
    150_000,
  ).catch((error: unknown) => {
    throw new Error(sandbox.output().slice(-3_000), { cause: error });
  });
  const log = (await runs.log(runId, 0, 100)).map(({ text }) => text).join('');
  return { view, log, diff: await runs.diff(runId), proof: await runs.proof(runId) };
}

developerTest(
  'a sandbox that is not root clones, runs, compares, and deletes what belongs to others',
  async () => {
    const locked = 'mkdir -p -m 700 /workspace/private/deep && touch /workspace/private/deep/file';
    // Its path is longer than one may be, and its owner alone may go there.
    const deep =
      'cd /workspace; umask 077; n=$(printf d%.0s $(seq 200)); for i in $(seq 25); do mkdir $n; cd $n; done; touch f; chmod 000 .';
    const shut = 'mkdir -p /workspace/shut/deeper && touch /workspace/shut/deeper/file && chmod 000 /workspace/shut';
    const { view, log, diff, proof } = await run(
      `cat README; git fetch -q && echo fetched; echo x > new; ${locked}; ${shut}; ${deep}`,
    );
    expect(log).toBe('This is public/one.git.\nfetched\n');
    expect(view).toMatchObject({ ending: 'exited', exitCode: 0 });
    expect(diff?.files).toEqual([{ path: 'new', added: 1, removed: 0, binary: false }]);
    expect(proof).toMatchObject({ folderGone: true, proxyGone: true });
    expect(foldersLeft()).toEqual([]);
  },
  300_000,
);

developerTest(
  'a run that fills its folder is ended, although the kernel does not bound it',
  async () => {
    const { view } = await run('dd if=/dev/zero of=big bs=1M count=64 2> /dev/null; sleep 60');
    expect(view).toMatchObject({ ending: 'diskLimit' });
    expect(foldersLeft()).toEqual([]);
  },
  300_000,
);

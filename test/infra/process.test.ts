import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readPidFile, writePidFile } from '../../infra/local/processes/pid-file.ts';
import {
  adoptOrStop,
  startProcess,
  stopAllLeftovers,
  stopLeftover,
  type ProcessSpec,
} from '../../infra/local/process.ts';
import { startTimeOf } from '../../infra/local/processes/process-identity.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const node = (name: string, script: string, more: Partial<ProcessSpec> = {}): ProcessSpec => ({
  name,
  command: process.execPath,
  args: ['-e', script],
  env: { PATH: process.env.PATH ?? '' },
  ...more,
});
const FOREVER = 'console.log("up"); setInterval(() => undefined, 1000)';
const isUp = async () => true;

test('a healthy process that an earlier start left behind is taken over, not started twice', async () => {
  const spec = node('server', FOREVER);
  const first = await startProcess(folder.path, spec);
  const taken = await adoptOrStop(folder.path, spec, isUp);
  expect(taken).toMatchObject({ pid: first.pid, adopted: true });
  await taken?.stop();
  await first.exited();
  expect(first.isAlive()).toBe(false);
  expect(readPidFile(folder.path, 'server')).toBeUndefined();
});

test.each([
  ['runs another command line', node('server', `${FOREVER};`), isUp],
  ['was started from another configuration', node('server', FOREVER, { fingerprint: 'new' }), isUp],
  ['does not answer', node('server', FOREVER), async () => false],
  ['fails its health check', node('server', FOREVER), () => Promise.reject(new Error('connection refused'))],
])('a leftover that %s is stopped', async (_why, wanted, isHealthy) => {
  const first = await startProcess(folder.path, node('server', FOREVER));
  expect(await adoptOrStop(folder.path, wanted, isHealthy)).toBeUndefined();
  await first.exited();
  expect(first.isAlive()).toBe(false);
});

test('a pid that was given to a stranger is never killed', async () => {
  const stranger = spawn('sleep', ['60']);
  try {
    const pid = stranger.pid ?? 0;
    const record = { pid, startedAt: 'another time', command: 'sleep', args: ['60'], ports: [], fingerprint: '' };
    const spec: ProcessSpec = { name: 'server', command: 'sleep', args: ['60'], env: {} };
    writePidFile(folder.path, 'server', record);
    expect(await adoptOrStop(folder.path, spec, isUp)).toBeUndefined();
    writePidFile(folder.path, 'server', record);
    await stopLeftover(folder.path, 'server');
    writePidFile(folder.path, 'server', record);
    await stopAllLeftovers(folder.path);
    expect(startTimeOf(pid)).toBeDefined();
    expect(readPidFile(folder.path, 'server')).toBeUndefined();
  } finally {
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  }
});

test.each(['', '{', '[]', '{"pid":1,"startedAt":"x","command":"init"}', '{"pid":-1,"startedAt":"x","command":"all"}'])(
  'a broken pid file (%j) kills nobody and stops no start',
  async (text) => {
    writePidFile(folder.path, 'other', { pid: 2, startedAt: '', command: '', args: [], ports: [], fingerprint: '' });
    writeFileSync(join(folder.path, 'run/server.json'), text);
    expect(await adoptOrStop(folder.path, node('server', FOREVER), isUp)).toBeUndefined();
    await stopAllLeftovers(folder.path);
    const started = await startProcess(folder.path, node('server', FOREVER));
    expect(started.isAlive()).toBe(true);
    await started.stop();
  },
);

test('a process that ignores SIGTERM is killed in time, and its children with it', async () => {
  const script = `
    process.on('SIGTERM', () => undefined);
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    console.log('child ' + child.pid + ' up');
    setInterval(() => undefined, 1000);`;
  const stubborn = await startProcess(folder.path, node('stubborn', script, { stopTimeoutMs: 200 }));
  const child = await waitFor(() => /child (\d+) up/.exec(stubborn.output())?.[1], 10_000);
  expect(startTimeOf(Number(child))).toBeDefined();
  const before = Date.now();
  await stubborn.stop();
  expect(Date.now() - before).toBeLessThan(5_000);
  expect(stubborn.isAlive()).toBe(false);
  expect(await waitFor(() => startTimeOf(Number(child)) === undefined, 5_000)).toBe(true);
});

test('a command that does not exist is an error that names it', async () => {
  const spec: ProcessSpec = { name: 'nothing', command: '/does/not/exist', args: [], env: {} };
  await expect(startProcess(folder.path, spec)).rejects.toThrow('nothing could not be started');
});

test('output goes to a log that only its owner reads, and that starts again when it has grown too long', async () => {
  const log = join(folder.path, 'logs/talker.log');
  const first = await startProcess(folder.path, node('talker', 'console.log("hello")'));
  await first.exited();
  expect(first.output()).toBe('hello\n');
  expect(statSync(log).mode & 0o777).toBe(0o600);
  writeFileSync(log, Buffer.alloc(10_000_001, 'x'));
  const second = await startProcess(folder.path, node('talker', 'console.log("again")'));
  await second.exited();
  expect(readFileSync(log, 'utf8')).toBe('again\n');
  expect(existsSync(`${log}.1`)).toBe(true);
});

const endsItsFirstThread = `
import ctypes, platform, threading, time
threading.Thread(target=time.sleep, args=(60,)).start()
print('up', flush=True)
ctypes.CDLL(None).syscall({'x86_64': 60, 'aarch64': 93}[platform.machine()], 0)`;
// Skipped where there is no /proc: what is read there exists on Linux only.
(process.platform === 'linux' ? test : test.skip)(
  'a process whose first thread has ended is alive while others hold its ports and files',
  async () => {
    const child = spawn('python3', ['-c', endsItsFirstThread]);
    const pid = child.pid ?? 0;
    const gone = once(child, 'exit');
    const isZombie = () => /^\d+ \(python3\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    expect(await waitFor(isZombie, 20_000, 5)).toBe(true);
    expect(startTimeOf(pid)).toBeDefined();
    child.kill('SIGKILL');
    await gone;
    expect(startTimeOf(pid)).toBeUndefined();
  },
);

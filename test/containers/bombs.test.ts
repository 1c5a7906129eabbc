import { afterAll, beforeAll, expect } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { containerTest, openTestEngine, type TestEngine } from '../support/engine.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { until } from '../support/until.ts';
import { inside } from './support/inside.ts';
import { startRun } from './support/run.ts';

let system: TestEngine;
beforeAll(async () => {
  if (hasEngine()) system = await openTestEngine();
}, 120_000);
afterAll(async () => {
  await system?.close();
}, 120_000);

const MB = 1024 * 1024;
/** Bytes written to a container's own layer; the engine leaves the field out for none. */
const sizeOnDisk = (listed: object | undefined): unknown => (listed && Reflect.get(listed, 'SizeRw')) ?? 0;
/** What is running on this machine with this word among its arguments. */
const processesWith = (word: string): string =>
  execFileSync('ps', ['-eo', 'args', '--no-headers'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(word) && !line.startsWith('ps '))
    .join('\n');

containerTest('a memory bomb ends itself: the kernel is named, the keeper and its container live on', async () => {
  const run = await startRun(system, 'echo before; tail /dev/zero; echo "code $?"; exit 9', { memoryBytes: 256 * MB });
  const ended = await run.status('ended');
  expect(ended).toMatchObject({ reason: 'exited', code: 9 });
  expect(Number(ended['oomKills'])).toBeGreaterThanOrEqual(1);
  expect(run.output.stdout).toBe('before\ncode 137\n');
  expect((await system.engine.find(run.ref))?.running).toBe(true);
  await system.engine.remove(run.ref);
});

containerTest('a fork bomb meets its limit and can be stopped', async () => {
  const run = await startRun(system, 'bomb() { bomb | bomb & }; bomb; sleep 600', { pids: 100 });
  await until('the bomb', () => Promise.resolve(/fork|unavailable/i.test(run.output.stderr) || null), 60_000);
  const top = await system.docker.getContainer(`panager-${run.ref.runId}-run`).stats({ stream: false });
  expect(top.pids_stats?.current).toBeLessThanOrEqual(100);
  await system.engine.kill(run.ref);
  expect((await system.engine.find(run.ref))?.running).toBe(false);
  await system.engine.remove(run.ref);
});

containerTest(
  'a log bomb costs neither disk nor memory of ours',
  async () => {
    const run = await startRun(system, 'yes "this line is written for ever"');
    await until('200 MB', () => Promise.resolve(run.written() > 200 * MB || null), 110_000);
    const before = process.memoryUsage().rss;
    await until('100 MB more', () => Promise.resolve(run.written() > 300 * MB || null), 110_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MB);
    const name = `panager-${run.ref.runId}-run`;
    const { LogPath } = await system.docker.getContainer(name).inspect();
    const [listed] = await system.docker.listContainers({ size: true, filters: { name: [name] } });
    expect([sizeOnDisk(listed), LogPath]).toEqual([0, '']);
    await system.engine.remove(run.ref);
  },
  240_000,
);

containerTest('CO-5: stop ends what ignores SIGTERM, forks twice and leaves its session', async () => {
  const marker = `panager-escapee-${Date.now()}`;
  const escape = `trap "" TERM; (setsid bash -c "trap \\"\\" TERM; (bash -c \\": ${marker}; while :; do sleep 1; done\\") & disown" &) ; echo out; sleep 601`;
  const run = await startRun(system, escape);
  await until('the escapee', () => Promise.resolve(processesWith(marker) || null), 60_000);
  const running = await run.status('running');
  expect(running['state']).toBe('running');
  const signalled = await inside(system.engine, run.ref, 'node /opt/panager/signal.js TERM');
  expect(signalled.code).toBe(0);
  expect(processesWith(marker)).not.toBe('');
  const stoppedAt = Date.now();
  await system.engine.kill(run.ref);
  await until('nothing of it', () => Promise.resolve(processesWith(marker) === '' || null), 5_000);
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
  expect((await system.engine.find(run.ref))?.running).toBe(false);
  await system.engine.remove(run.ref);
});

containerTest('a command that kills all it can ends its launcher, and this is told as such', async () => {
  const run = await startRun(system, 'echo farewell; kill -KILL -1');
  expect(await run.status('ended')).toMatchObject({ reason: 'launcherLost', code: null, signal: null });
  expect(run.output.stdout).toBe('farewell\n');
  await system.engine.remove(run.ref);
});

import { afterAll, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { containerTest, openTestEngine, type TestEngine } from '../support/engine.ts';
import { TEST_LIMITS } from '../support/test-limits.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { inside } from './support/inside.ts';

let system: TestEngine;
const ref = { runId: randomUUID(), role: 'run' as const };
const WORKSPACE_BYTES = 24 * 1024 * 1024;

beforeAll(async () => {
  if (!hasEngine()) return;
  system = await openTestEngine();
  const { workspace } = await system.workspaces.open(ref.runId, { workspaceBytes: WORKSPACE_BYTES });
  const mounts = [{ source: workspace, target: '/workspace', readOnly: false }];
  await system.engine.start({ ...ref, limits: TEST_LIMITS, mounts });
}, 120_000);

afterAll(async () => {
  await system?.close();
}, 120_000);

const run = (script: string) => inside(system.engine, ref, script);
const asKeeper = (script: string) => inside(system.engine, ref, script, 'keeper');

containerTest('CO-1: no process in a container has a capability or can get one', async () => {
  for (const look of [run, asKeeper]) {
    const { stdout } = await look('grep -E "^(Cap|NoNewPrivs)" /proc/self/status');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/, ' '));
    const none = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}: 0000000000000000`);
    expect(lines).toEqual([...none, 'NoNewPrivs: 1']);
  }
});

containerTest('CO-1: command and keeper have users of their own that no host has', async () => {
  expect((await run('id -u; id -g; id -G')).stdout).toBe('64702\n64702\n64702\n');
  expect((await asKeeper('id -u; id -g; id -G')).stdout).toBe('64701\n64701\n64701\n');
});

containerTest('CO-2: there is no network but loopback, and no way out', async () => {
  expect((await run('ls /sys/class/net')).stdout.trim()).toBe('lo');
  expect((await run('cat /proc/net/route | wc -l')).stdout.trim()).toBe('1');
  expect((await run('wget -q -T 3 -O- http://169.254.169.254/ 2>&1')).code).not.toBe(0);
  expect((await run('unshare -rn true 2>&1')).code).not.toBe(0);
});

containerTest('CO-1: the root is read-only, and what can be written is bounded and not executable', async () => {
  const places = ['/', '/etc', '/usr/local/bin', '/opt/panager', '/etc/hosts', '/etc/resolv.conf', '/run', '/dev'];
  for (const place of places)
    expect([place, (await run(`touch ${place}/x || echo x >> ${place}`)).code]).not.toContain(0);
  expect((await run('grep " / " /proc/mounts')).stdout.split(' ')[3]?.split(',')).toContain('ro');
  const mounts = (await run('grep -E " (/tmp|/home/run|/run/panager|/run/lent|/workspace|/dev/shm) " /proc/mounts'))
    .stdout;
  const options = mounts
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  expect(options).toHaveLength(6);
  for (const [, place, , flags] of options) {
    expect([place, flags?.split(',')]).toEqual([place, expect.arrayContaining(['nosuid', 'nodev'])]);
    if (place !== '/workspace') expect([place, flags?.split(',')]).toEqual([place, expect.arrayContaining(['noexec'])]);
  }
  expect((await run('dd if=/dev/zero of=/tmp/x bs=1M count=64 2>&1; wc -c < /tmp/x; rm /tmp/x')).stdout).toMatch(
    /No space left[^]*\n16777216\n$/,
  );
});

containerTest('CO-1: there is no engine socket, no device of the host and no mount that was not given', async () => {
  expect(
    (await run('find / -xdev -type s 2>/dev/null; ls /var/run/docker.sock /run/docker.sock 2>/dev/null')).stdout,
  ).toBe('');
  expect((await run('find /dev -type b -o -type c | sort')).stdout.trim().split('\n').sort()).toEqual(
    expect.not.arrayContaining(['/dev/vda', '/dev/sda', '/dev/mem', '/dev/kmsg', '/dev/loop-control', '/dev/fuse']),
  );
  expect((await run('mknod /workspace/disk b 8 0 2>&1')).code).not.toBe(0);
  const { Mounts } = await system.docker.getContainer(`panager-${ref.runId}-run`).inspect();
  expect(Mounts.map(({ Type, Destination }) => [Type, Destination])).toEqual([['bind', '/workspace']]);
});

containerTest('CO-1: limits on open files and core dumps hold', async () => {
  expect((await run('ulimit -Hn; ulimit -Hc; ulimit -n 9000 2>&1')).stdout).toMatch(/^8192\n0\n.+/);
});

containerTest('CO-1: a command can neither end, trace nor read its keeper, nor take its places', async () => {
  const keeper = (await run('pidof node')).stdout.trim().split(' ').at(-1);
  expect(keeper).toMatch(/^\d+$/);
  expect((await run(`kill -KILL ${keeper}; kill -KILL 1`)).stderr).toMatch(/not permitted[^]*not permitted/);
  for (const file of ['environ', 'mem', 'fd/0', 'maps']) {
    expect([file, (await run(`cat /proc/${keeper}/${file} > /dev/null`)).code]).not.toContain(0);
  }
  expect(
    (await run('rm -f /run/panager/keeper.sock; mv /run/panager/keeper.sock /tmp; ls /run/panager')).code,
  ).not.toBe(0);
  const connect = (where: string) =>
    `node -e 'require("net").connect(${where}).on("connect",()=>console.log("in")).on("error",(e)=>console.log(e.code))' | head -1`;
  expect((await run(connect('"/run/panager/attach.sock"'))).stdout.trim()).toBe('EACCES');
  const taken = `node -e 'require("net").createServer().listen(8180,"127.0.0.1").on("error",(e)=>console.log(e.code))'`;
  expect((await run(taken)).stdout.trim()).toBe('EADDRINUSE');
  expect((await system.engine.find(ref))?.running).toBe(true);
});

containerTest('CO-1: a disk bomb stays in its workspace', async () => {
  const { stdout } = await run('dd if=/dev/zero of=/workspace/bomb bs=1M count=100 2>&1; wc -c < /workspace/bomb');
  expect(stdout).toContain('No space left');
  const written = Number(stdout.trim().split('\n').at(-1));
  expect(written).toBeGreaterThan(WORKSPACE_BYTES / 2);
  expect(written).toBeLessThanOrEqual(WORKSPACE_BYTES);
  expect(await system.workspaces.freeBytes(ref.runId)).toBeLessThan(1024 * 1024);
  await run('rm /workspace/bomb');
  expect(await system.workspaces.freeBytes(ref.runId)).toBeGreaterThan(WORKSPACE_BYTES / 2);
});

containerTest('CO-1: nothing of what is written to the log of a container is kept', async () => {
  const inspected = await system.docker.getContainer(`panager-${ref.runId}-run`).inspect();
  expect(inspected.HostConfig.LogConfig).toEqual({ Type: 'none', Config: {} });
  expect(inspected.LogPath).toBe('');
});

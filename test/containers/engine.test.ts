import { afterAll, beforeAll, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { EngineUnavailable, type ContainerSpec } from '../../src/ports/container-engine.ts';
import { createDockerEngine } from '../../src/providers/docker/container-engine.ts';
import { judge } from '../../src/providers/docker/image.ts';
import { containerTest, openTestEngine, type TestEngine } from '../support/engine.ts';
import { TEST_LIMITS } from '../support/test-limits.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { inside } from './support/inside.ts';
import { startRun } from './support/run.ts';

let system: TestEngine;
beforeAll(async () => {
  if (hasEngine()) system = await openTestEngine();
}, 120_000);
afterAll(async () => {
  await system?.close();
}, 120_000);

const spec = (changes: Partial<ContainerSpec> = {}): ContainerSpec => ({
  runId: randomUUID(),
  role: 'run',
  limits: TEST_LIMITS,
  mounts: [],
  ...changes,
});
const troubleOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof EngineUnavailable ? error.trouble : `not ours: ${String(error)}`),
  );

containerTest('CO-7: the image says what is in it, and what is not as wanted', async () => {
  expect(await system.engine.checkImage()).toEqual({ ok: true, problems: [] });
  const { options } = system;
  const wanted = { node: '1.2.3', git: 'any', claude: '2.1.0' };
  const strict = createDockerEngine({ ...options, image: { ...options.image, wanted } });
  expect(await strict.checkImage()).toEqual({
    ok: false,
    problems: [`node is ${options.image.wanted.node} in the image, not 1.2.3`, 'claude is missing in the image'],
  });
  const absent = createDockerEngine({ ...options, image: { name: 'panager-test:absent', steps: [], wanted } });
  expect(await absent.checkImage()).toEqual({ ok: false, problems: ['the image panager-test:absent is missing'] });
  expect(await troubleOf(absent.start(spec()))).toBe('imageMissing');
  const left = await system.docker.listContainers({
    all: true,
    filters: { label: [`panager.installation=${options.owner.installation}`] },
  });
  expect(left).toEqual([]);
});

containerTest('CO-7: an engine whose containers cannot connect to a socket of this machine is unfit', async () => {
  const one = spec();
  await system.engine.start(one);
  const asked = 'node /opt/panager/versions.js /tmp/nobody-listens.sock';
  const found = JSON.parse((await inside(system.engine, one, asked)).stdout) as Record<string, unknown>;
  const { wanted } = system.options.image;
  expect(judge(wanted, found)).toEqual({ ok: false, problems: [expect.stringContaining('cannot connect to sockets')] });
  expect(judge(wanted, { ...found, reachesSocket: true })).toEqual({ ok: true, problems: [] });
  await system.engine.remove(one);
});

containerTest(
  'CO-7: who died while it looked into the image left a container, which the next to look removes',
  async () => {
    const { installation, host } = system.options.owner;
    const labels = { 'panager.installation': installation, 'panager.host': host };
    const name = `panager-check-${installation}-${host}`;
    await system.docker.createContainer({ name, Image: system.options.image.name, Cmd: ['true'], Labels: labels });
    const next = createDockerEngine(system.options);
    expect(await Promise.all([next.checkImage(), next.checkImage()])).toEqual(
      [1, 2].map(() => ({ ok: true, problems: [] })),
    );
    const filters = { label: [`panager.installation=${installation}`], name: ['panager-check'] };
    expect(await system.docker.listContainers({ all: true, filters })).toEqual([]);
  },
);

containerTest('one that exists under its name is adopted; one that has ended is not started again', async () => {
  const one = spec();
  const starts = await Promise.all([1, 2, 3].map(() => system.engine.start(one)));
  expect(starts.filter((how) => how === 'started')).toHaveLength(1);
  expect(await system.engine.find(one)).toMatchObject({ running: true, exitCode: null });
  await system.engine.kill(one);
  await system.engine.kill(one);
  expect(await system.engine.start(one)).toBe('adopted');
  expect(await system.engine.find(one)).toMatchObject({ running: false, exitCode: 137 });
  await Promise.all([1, 2, 3].map(() => system.engine.remove(one)));
  expect(await system.engine.find(one)).toBeNull();
  await system.engine.kill(one);
  await system.engine.remove(one);
});

containerTest('one that was made and not started before a crash is started by who comes next', async () => {
  const one = spec();
  expect(await system.engine.start(one)).toBe('started');
  const container = system.docker.getContainer(`panager-${one.runId}-run`);
  const { Config, HostConfig } = await container.inspect();
  await system.engine.remove(one);
  await system.docker.createContainer({
    name: `panager-${one.runId}-run`,
    ...{ Image: Config.Image, Labels: Config.Labels, User: Config.User, HostConfig },
    ...{ Entrypoint: Config.Entrypoint, Cmd: [], Env: Config.Env },
  });
  expect(await system.engine.find(one)).toMatchObject({ running: false, exitCode: null });
  expect(await system.engine.start(one)).toBe('adopted');
  expect(await system.engine.find(one)).toMatchObject({ running: true });
  await system.engine.remove(one);
});

containerTest('CO-6: containers of others are neither listed nor touched, whatever their labels say', async () => {
  const { installation, host } = system.options.owner;
  const [mine, other] = [spec(), spec()];
  await system.engine.start(mine);
  const labels = {
    'panager.installation': installation,
    'panager.host': host,
    'panager.run': other.runId,
    'panager.role': 'run',
  };
  const make = async (name: string, changes: Record<string, string>) => {
    const Labels = Object.fromEntries(Object.entries({ ...labels, ...changes }).filter(([, value]) => value !== ''));
    const Image = system.options.image.name;
    return system.docker.createContainer({ name, Image, Labels, Cmd: ['sleep', '600'] });
  };
  const foreign = await Promise.all([
    make(`somebody-${randomUUID()}`, {}),
    make(`panager-${other.runId}-diff`, {}),
    make(`panager-${other.runId}-prepare`, { 'panager.host': 'another', 'panager.role': 'prepare' }),
    make(`panager-${other.runId}-run`, { 'panager.installation': 'another' }),
    make(`somebody-${randomUUID()}`, { 'panager.run': '../../x' }),
    make(`somebody-${randomUUID()}`, { 'panager.run': '', 'panager.role': 'root' }),
  ]);
  try {
    expect((await system.engine.list()).map(({ runId }) => runId)).toEqual([mine.runId]);
    for (const role of ['run', 'prepare', 'diff'] as const) {
      const ref = { runId: other.runId, role };
      expect(await system.engine.find(ref)).toBeNull();
      await system.engine.kill(ref);
      await system.engine.remove(ref);
      expect(await troubleOf(system.engine.execute(ref, { user: 'run', argv: ['true'] }))).toBe('containerGone');
      expect(await troubleOf(system.engine.start({ ...other, role }))).toBe('failing');
    }
    for (const container of foreign) expect((await container.inspect()).State.Status).toBe('created');
  } finally {
    for (const container of foreign) await container.remove({ force: true });
    await system.engine.remove(mine);
  }
});

containerTest('nothing but folders of this run can be mounted', async () => {
  const one = spec();
  const { workspace } = await system.workspaces.open(one.runId, { workspaceBytes: 16 * 1024 * 1024 });
  const forbidden: [string, string][] = [
    ['/', '/workspace'],
    [system.options.socketPath, '/run/lending'],
    [join(workspace, '../../'), '/workspace'],
    [`${workspace}/../../${randomUUID()}/workspace`, '/workspace'],
    [workspace, '/etc'],
    [workspace, '/opt/panager'],
  ];
  for (const [source, target] of forbidden) {
    const mounts = [{ source, target, readOnly: false }];
    await expect(system.engine.start({ ...one, mounts })).rejects.toThrow(/mount/);
  }
  await expect(system.engine.start({ ...one, runId: '../x' })).rejects.toThrow(/uuid/);
  expect(await system.engine.list()).toEqual([]);
  await system.workspaces.remove(one.runId);
});

containerTest('what is executed says every byte as it is, takes input, and tells its code', async () => {
  const one = spec();
  await system.engine.start(one);
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
  const echo = await system.engine.execute(one, { user: 'run', argv: ['sh', '-c', 'cat; cat /dev/null >&2; exit 7'] });
  const heard: Uint8Array[] = [];
  const reading = (async () => {
    for await (const piece of echo.output) heard.push(piece.bytes);
  })();
  for (let times = 0; times < 20; times += 1) await echo.write(bytes);
  echo.endInput();
  await reading;
  expect(Buffer.concat(heard).equals(Buffer.concat(Array.from({ length: 20 }, () => bytes)))).toBe(true);
  expect(await echo.exitCode()).toBe(7);
  const said = await inside(system.engine, one, 'printf "a\\000\\377"; printf "b\\376" >&2; echo $SAID');
  expect([said.stdout, said.stderr]).toEqual(['a\0�\n', 'b�']);
  const failed = await system.engine.execute(one, { user: 'run', argv: ['/no/such/program', 'secret-word'] });
  const words = await troubleOf(
    (async () => {
      for await (const piece of failed.output) throw new Error(Buffer.from(piece.bytes).toString());
    })(),
  );
  expect(words).toBe('failing');
  await system.engine.remove(one);
});

containerTest('a reader that stops reading holds the writer, and who lets go ends nothing', async () => {
  const one = spec();
  await system.engine.start(one);
  const endless = await system.engine.execute(one, { user: 'run', argv: ['sh', '-c', 'yes; :'] });
  const before = process.memoryUsage().rss;
  let read = 0;
  for await (const { bytes } of endless.output) {
    read += bytes.length;
    if (read === bytes.length) await new Promise((resolve) => setTimeout(resolve, 1_500));
    if (read > 10_000_000) break;
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  endless.detach();
  expect((await inside(system.engine, one, 'pidof yes')).stdout).toMatch(/^\d+/);
  await system.engine.remove(one);
});

containerTest('a container that is gone is said to be gone', async () => {
  const run = await startRun(system, 'sleep 600');
  await system.engine.remove(run.ref);
  expect(await troubleOf(system.engine.execute(run.ref, { user: 'run', argv: ['true'] }))).toBe('containerGone');
  expect(await troubleOf(run.attach.exitCode())).toBe('containerGone');
  const ended = spec();
  await system.engine.start(ended);
  await system.engine.kill(ended);
  expect(await troubleOf(system.engine.execute(ended, { user: 'run', argv: ['true'] }))).toBe('containerGone');
  await system.engine.remove(ended);
});

containerTest('no engine, a dead one and one that is silent are told in time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'panager-no-engine-'));
  const silent = createServer(() => undefined);
  try {
    const [none, dead, mute] = ['none', 'dead', 'mute'].map((name) => join(folder, name));
    await new Promise<void>((resolve) => silent.listen(mute, resolve));
    symlinkSync('/dev/null', dead ?? '');
    for (const [socketPath, trouble] of [
      [none, 'missing'],
      [dead, 'unreachable'],
      [mute, 'timeout'],
    ]) {
      const engine = createDockerEngine({ ...system.options, socketPath: socketPath ?? '', callMs: 300, startMs: 300 });
      const startedAt = Date.now();
      const one = spec();
      const asked: Promise<unknown>[] = [
        ...[engine.ping(), engine.start(one), engine.find(one), engine.kill(one), engine.remove(one), engine.list()],
        ...[
          engine.execute(one, { user: 'run', argv: ['true'] }),
          engine.ensureImage(() => undefined),
          engine.checkImage(),
        ],
      ];
      expect(await Promise.all(asked.map(troubleOf))).toEqual(asked.map(() => trouble));
      expect(Date.now() - startedAt).toBeLessThan(5_000);
    }
  } finally {
    silent.close();
    rmSync(folder, { recursive: true });
  }
});

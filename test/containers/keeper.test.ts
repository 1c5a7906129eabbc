import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { startHostKeeper, type HostKeeper } from './support/host-keeper.ts';
import { openReader, type Reader } from './support/reader.ts';

let keeper: HostKeeper;
beforeEach(async () => {
  keeper = await startHostKeeper();
});
afterEach(() => keeper.close());

const SPOOL_BYTES = 8 * 1024 * 1024;
const sh = (script: string) => ({ argv: ['sh', '-c', script], cwd: keeper.folder });
const text = (pieces: Buffer[]) => Buffer.concat(pieces).toString('latin1');
const isThere = (file: string) => until(file, () => Promise.resolve(existsSync(file) || null), 60_000);

test('of many launchers exactly one starts its command, and none does later', async () => {
  const order = sh('echo once >> effects');
  const first = await Promise.all([1, 2, 3, 4].map(() => keeper.launch(order)));
  const answers = first.map(({ answer }) => answer);
  expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
  expect(answers.filter(({ reason }) => reason === 'already')).toHaveLength(3);
  const reader = openReader(keeper.attachSocket);
  await reader.status('ended');
  expect((await keeper.launch(order)).answer).toEqual({ granted: false, reason: 'already' });
  expect(readFileSync(join(keeper.folder, 'effects'), 'utf8')).toBe('once\n');
  reader.close();
});

test('a launcher that gets no whole order claims nothing', async () => {
  for (const input of ['', '{"argv":["touch","x"]', '{"argv":[]}\n', 'null\n', '{"argv":[1]}\n']) {
    const launcher = keeper.helper('launch.ts');
    launcher.stdin?.end(input);
    await once(launcher, 'exit');
  }
  const reader = openReader(keeper.attachSocket);
  await reader.status('waiting');
  reader.close();
  expect((await keeper.launch(sh('exit 0'))).answer).toEqual({ granted: true });
});

test('a launcher that comes before the keeper listens waits for it', async () => {
  await keeper.close();
  keeper = await startHostKeeper();
  expect((await keeper.launch(sh('exit 0'))).answer).toEqual({ granted: true });
});

test('exit codes, signals and what the kernel ended are told', async () => {
  const ends: [string, object][] = [
    ['exit 0', { reason: 'exited', code: 0, signal: null, oomKills: 0 }],
    ['exit 41', { reason: 'exited', code: 41, signal: null }],
    ['kill -SEGV $$', { reason: 'exited', code: null, signal: 'SIGSEGV' }],
    ['kill -KILL $PPID', { reason: 'launcherLost', code: null, signal: null }],
    ['printf "oom_kill 5\\n" > counters; kill -KILL $$', { code: null, signal: 'SIGKILL', oomKills: 3 }],
  ];
  for (const [script, end] of ends) {
    const fresh = await startHostKeeper();
    await fresh.launch({ argv: ['sh', '-c', script], cwd: fresh.folder });
    const reader = openReader(fresh.attachSocket);
    expect(await reader.status('ended')).toMatchObject(end);
    reader.close();
    await fresh.close();
  }
});

test('a command that cannot be started is said to be so', async () => {
  await keeper.launch({ argv: ['true'], cwd: join(keeper.folder, 'nowhere') });
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ reason: 'notStarted', code: null });
  reader.close();
});

test('a program that does not exist ends as in a shell', async () => {
  await keeper.launch({ argv: ['no-such-program'] });
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ reason: 'exited', code: 127 });
  expect(text(reader.received.stderr)).toContain('not found');
  reader.close();
});

test('bytes arrive as they are, each stream for itself', async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  writeFileSync(join(keeper.folder, 'bytes'), bytes);
  await keeper.launch(sh('cat bytes; cat bytes bytes >&2; printf "\\0"'));
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ code: 0, written: { stdout: 257, stderr: 512 } });
  expect(text(reader.received.stdout)).toBe(`${bytes.toString('latin1')}\0`);
  expect(text(reader.received.stderr)).toBe(bytes.toString('latin1').repeat(2));
  reader.close();
});

test('a command may open its own output by path', async () => {
  await keeper.launch(sh('echo one > /dev/stdout; echo two > /proc/self/fd/2'));
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ code: 0 });
  expect([text(reader.received.stdout), text(reader.received.stderr)]).toEqual(['one\n', 'two\n']);
  reader.close();
});

test('what stays behind in the background does not hold up the end, and nothing written before it is lost', async () => {
  await keeper.launch(sh('(setsid sleep 600 & echo $! > child); head -c 60000 /dev/zero; echo end'));
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ code: 0, written: { stdout: 60_004, stderr: 0 } });
  expect(text(reader.received.stdout)).toBe(`${'\0'.repeat(60_000)}end\n`);
  reader.close();
  process.kill(Number(readFileSync(join(keeper.folder, 'child'), 'utf8')), 'SIGKILL');
});

test('while nobody reads, a command is held and little memory is used; then every byte arrives', async () => {
  const total = 50_000_000;
  const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${keeper.pid}/status`, 'utf8'))?.[1]) / 1024;
  const before = memory();
  await keeper.launch(sh(`head -c ${total} /dev/zero | tr '\\0' x; touch finished`));
  // It has been held when a reader that acknowledges nothing gets no more.
  const idle = openReader(keeper.attachSocket, undefined, false);
  await until('a full spool', () => Promise.resolve(idle.cursors().stdout > SPOOL_BYTES * 0.9 || null), 60_000);
  const held = idle.cursors().stdout;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(idle.cursors().stdout - held).toBeLessThan(SPOOL_BYTES / 8);
  expect(existsSync(join(keeper.folder, 'finished'))).toBe(false);
  expect(memory() - before).toBeLessThan(60);
  idle.close();
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ code: 0, written: { stdout: total, stderr: 0 } });
  expect(reader.cursors().stdout).toBe(total);
  expect(reader.received.stdout.every((piece) => piece.every((byte) => byte === 0x78))).toBe(true);
  reader.close();
});

test('a reader that is cut off anywhere loses nothing, and the next one repeats nothing', async () => {
  const lines = 400;
  const script = `i=0; while [ $i -lt ${lines} ]; do echo "out $i"; echo "err $i" >&2; i=$((i+1)); done`;
  await keeper.launch(sh(script));
  const all = { stdout: '', stderr: '' };
  const keep = (reader: Reader) => {
    for (const stream of ['stdout', 'stderr'] as const) all[stream] += text(reader.received[stream]);
  };
  let from = { stdout: 0, stderr: 0 };
  // Cut after one frame, two, three ..., with and without what came before having been acknowledged.
  for (let cut = 1; ; cut += 1) {
    const reader = openReader(keeper.attachSocket, from, cut % 2 === 0);
    const ended = await until('frames or the end', () => {
      const isEnd = reader.statuses.some(({ state }) => state === 'ended');
      return Promise.resolve(isEnd || reader.frames() >= cut ? { isEnd } : null);
    });
    reader.close();
    keep(reader);
    from = reader.cursors();
    if (ended.isEnd) break;
  }
  const numbers = Array.from({ length: lines }, (_, index) => index);
  expect(all.stdout).toBe(numbers.map((n) => `out ${n}\n`).join(''));
  expect(all.stderr).toBe(numbers.map((n) => `err ${n}\n`).join(''));
});

test('after the end, output can be read from every byte on', async () => {
  await keeper.launch(sh('echo 0123456789; echo abcdef >&2'));
  const first = openReader(keeper.attachSocket, undefined, false);
  await first.status('ended');
  for (let place = 0; place <= 11; place += 1) {
    const reader = openReader(keeper.attachSocket, { stdout: place, stderr: Math.min(place, 7) }, false);
    expect(await reader.status('ended')).toMatchObject({ code: 0 });
    expect(text(reader.received.stdout)).toBe('0123456789\n'.slice(place));
    expect(text(reader.received.stderr)).toBe('abcdef\n'.slice(place));
    reader.close();
  }
  for (const place of [3, 12]) {
    const reader = openReader(keeper.attachSocket, { stdout: place, stderr: 7 }, false);
    expect(await reader.status('refused')).toMatchObject({ acknowledged: { stdout: 11, stderr: 7 } });
    reader.close();
  }
  first.close();
});

test('the newest reader is served, the one before it is told and let go', async () => {
  await keeper.launch(sh('while [ ! -e go ]; do sleep 0.05; done; echo gone'));
  const older = openReader(keeper.attachSocket);
  await older.status('running');
  const newer = openReader(keeper.attachSocket);
  await older.status('superseded');
  await until('closed', () => Promise.resolve(older.socket.destroyed || null));
  writeFileSync(join(keeper.folder, 'go'), '');
  await newer.status('ended');
  expect(text(newer.received.stdout)).toBe('gone\n');
  expect(text(older.received.stdout)).toBe('');
  newer.close();
});

test('attach.ts carries output and acknowledgements between a keeper and whoever executes it', async () => {
  const total = 20_000_000;
  await keeper.launch(sh(`head -c ${total} /dev/zero`));
  const attach = keeper.helper('attach.ts');
  let received = 0;
  let stored = 0;
  const hash = createHash('sha256');
  attach.stdin?.write('{"from":{"stdout":0,"stderr":0}}\n');
  attach.stdout?.on('data', (bytes: Buffer) => {
    received += bytes.length;
    hash.update(bytes);
    // Frames have headers, so this is a little more than what was written; more than was written is no mistake here.
    stored += bytes.length;
    attach.stdin?.write(`${JSON.stringify({ stdout: stored, stderr: 0 })}\n`);
  });
  await until('everything', () => Promise.resolve(received > total || null), 60_000);
  attach.stdin?.end();
  const [code] = (await once(attach, 'exit')) as [number];
  expect(code).toBe(0);
});

test('garbage at either door changes nothing', async () => {
  for (const path of [keeper.attachSocket, join(keeper.folder, 'keeper.sock')]) {
    for (const garbage of [
      '\n',
      'x'.repeat(100_000),
      '{"from":{"stdout":-1,"stderr":0}}\n',
      Buffer.alloc(64, 255),
      '',
    ]) {
      const socket = connect(path);
      socket.on('error', () => undefined);
      socket.end(garbage);
      socket.resume();
      // Being reset is an answer too.
      await new Promise((resolve) => socket.once('close', resolve));
    }
  }
  expect((await keeper.launch(sh('echo fine'))).answer).toEqual({ granted: true });
  const reader = openReader(keeper.attachSocket);
  await reader.status('ended');
  expect(text(reader.received.stdout)).toBe('fine\n');
  reader.close();
});

test('a signal reaches the whole group of the command, and only that', async () => {
  const [code] = (await once(keeper.helper('signal.ts', 'TERM'), 'exit')) as [number];
  expect(code).toBe(3);
  await keeper.launch(sh('sleep 600 & sleep 601 & touch ready; wait'));
  await isThere(join(keeper.folder, 'ready'));
  const sent = keeper.helper('signal.ts', 'TERM');
  expect(await once(sent, 'exit')).toEqual([0, null]);
  const reader = openReader(keeper.attachSocket);
  expect(await reader.status('ended')).toMatchObject({ reason: 'exited', code: null, signal: 'SIGTERM' });
  reader.close();
});

test('the forwarder carries both directions and each end of them', async () => {
  const outside = createServer({ allowHalfOpen: true }, (socket) => {
    const heard: Buffer[] = [];
    socket.on('data', (bytes) => heard.push(bytes));
    socket.on('end', () => socket.end(`heard ${Buffer.concat(heard).length}`));
  });
  await new Promise<void>((resolve) => outside.listen(keeper.lendingSocket, resolve));
  const inside = connect({ host: '127.0.0.1', port: keeper.forwarderPort, allowHalfOpen: true });
  inside.end(Buffer.alloc(3_000_000));
  const said: Buffer[] = [];
  inside.on('data', (bytes) => said.push(bytes));
  await once(inside, 'end');
  expect(text(said)).toBe('heard 3000000');
  await new Promise((resolve) => outside.close(resolve));
});

test('where nothing is lent, the forwarder closes at once and the keeper lives on', async () => {
  const inside = connect(keeper.forwarderPort, '127.0.0.1');
  inside.on('error', () => undefined);
  await once(inside, 'close');
  expect((await keeper.launch(sh('exit 0'))).answer).toEqual({ granted: true });
});

test('a hundred megabytes come through whole', async () => {
  const total = 100_000_000;
  await keeper.launch(sh(`yes panager | head -c ${total}`));
  const reader = openReader(keeper.attachSocket);
  await reader.status('ended', 120_000);
  const wanted = createHash('sha256').update(Buffer.alloc(total, 'panager\n')).digest('hex');
  const hash = createHash('sha256');
  for (const piece of reader.received.stdout) hash.update(piece);
  expect([reader.cursors().stdout, hash.digest('hex')]).toEqual([total, wanted]);
  reader.close();
}, 150_000);

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LendingProxyFailed, startLendingProxy } from '../../src/lending/start-lending-proxy.ts';
import type { LendingProxy } from '../../src/lending/start-lending-proxy.ts';
import { findCanaries } from '../support/canary.ts';
import { startStandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { API_KEY, ask, CREDENTIAL, lentGit, lentModel, message, messageRequest } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRETS = { password: CREDENTIAL.password, key: API_KEY };

let folder: string;
let socketPath: string;
let lines: string[];
let proxies: LendingProxy[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'panager-lending-'));
  socketPath = join(folder, 'proxy.sock');
  lines = [];
  proxies = [];
});
afterEach(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  expect(findCanaries(Buffer.from(lines.join('\n')), SECRETS)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const settings = (more: object = {}) => ({
  socketDir: folder,
  gid: process.getgid?.() ?? 0,
  ...lentGit('http://127.0.0.1:1/owner/one.git'),
  ...lentModel('http://127.0.0.1:1'),
  ...more,
});

async function start(more: object = {}): Promise<LendingProxy> {
  const proxy = await startLendingProxy(settings(more), { onLine: (line) => lines.push(line) });
  proxies.push(proxy);
  return proxy;
}

const isServing = async () => (await ask(socketPath, { path: '/nothing' })).code === 'notAllowed';

test('it is ready when it says so, and, as root, nobody but its group may connect', async () => {
  const isRoot = process.getuid?.() === 0;
  const gid = isRoot ? 64702 : (process.getgid?.() ?? 0);
  const before = statSync(folder).ino;
  await start({ gid });
  expect(await isServing()).toBe(true);
  expect(readdirSync(folder)).toEqual(['proxy.sock']);
  const [inside, outside] = [statSync(socketPath), statSync(folder)];
  expect([inside.mode & 0o777, inside.uid, inside.gid]).toEqual([isRoot ? 0o660 : 0o666, process.getuid?.(), gid]);
  expect([outside.mode & 0o777, outside.uid, outside.gid]).toEqual([isRoot ? 0o750 : 0o755, process.getuid?.(), gid]);
  expect(outside.ino).toBe(before);
});

test('its secrets are in neither its arguments nor its environment', async () => {
  const { pid } = await start();
  const seen = Buffer.concat(['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`)));
  expect(seen.toString()).toContain('workers/lending-proxy.ts');
  expect(seen.toString()).not.toMatch(/DATABASE|VAULT|PATH=/);
  expect(findCanaries(seen, SECRETS)).toEqual([]);
  expect(findCanaries(Buffer.from(JSON.stringify(settings())), SECRETS)).toContain('key as raw');
});

test('when its stdin closes it is gone, and its socket too', async () => {
  const proxy = await start();
  await proxy.stop();
  expect(await proxy.exited).toBe(0);
  expect(() => process.kill(proxy.pid, 0)).toThrow('ESRCH');
  expect(readdirSync(folder)).toEqual([]);
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ reason: 'stdin', served: 0, used: { requests: 0 } });
});

test('it ends while something is under way, too', async () => {
  const model = await startStandIn();
  model.answer = () => undefined;
  const proxy = await start(lentModel(model.url));
  const asked = ask(socketPath, messageRequest(message())).catch(() => 'cut off');
  await until('the message', () => Promise.resolve(model.requests[0] ?? null));
  await proxy.stop();
  expect(await proxy.exited).toBe(0);
  expect(await asked).toBe('cut off');
  await model.close();
});

test('when whoever started it is killed it is gone, and its socket too', async () => {
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      `import { startLendingProxy } from ${JSON.stringify(join(ROOT, 'src/lending/start-lending-proxy.ts'))};
       const proxy = await startLendingProxy(JSON.parse(process.argv[1]), { onLine: () => undefined });
       console.log(proxy.pid);
       setInterval(() => undefined, 60_000);`,
      JSON.stringify(settings({ git: null, model: null })),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [chunk] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  expect(await isServing()).toBe(true);
  starter.kill('SIGKILL');
  await until('its end', () => Promise.resolve(isGone(pid) || null));
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it', async (signal) => {
  const proxy = await start();
  process.kill(proxy.pid, signal);
  expect(await proxy.exited).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('it ends when its time is up', async () => {
  const proxy = await start({ limits: { wallMs: 300 } });
  expect(await proxy.exited).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  expect(lines.at(-1)).toContain('"reason":"time"');
});

test('what a killed one has left behind is replaced', async () => {
  const killed = await start();
  process.kill(killed.pid, 'SIGKILL');
  await killed.exited;
  expect(existsSync(socketPath)).toBe(true);
  await expect(isServing()).rejects.toThrow('ECONNREFUSED');
  const before = statSync(folder).ino;
  await start();
  expect(await isServing()).toBe(true);
  expect([statSync(folder).ino, readdirSync(folder)]).toEqual([before, ['proxy.sock']]);
});

test('anything else under the name of the socket is replaced, not followed', async () => {
  writeFileSync(join(folder, 'target'), 'mine');
  execFileSync('ln', ['-s', 'target', socketPath]);
  await start();
  expect(await isServing()).toBe(true);
  expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('mine');
});

test('an earlier one that ends late does not take away the socket of the next', async () => {
  const earlier = await start();
  const later = await start();
  await earlier.stop();
  expect(await isServing()).toBe(true);
  await later.stop();
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that is missing, or none, is not made', async () => {
  await expect(start({ socketDir: join(folder, 'missing') })).rejects.toThrow(LendingProxyFailed);
  expect(readdirSync(folder)).toEqual([]);
  execFileSync('ln', ['-s', folder, join(folder, 'link')]);
  await expect(start({ socketDir: join(folder, 'link') })).rejects.toThrow(LendingProxyFailed);
  expect(readdirSync(folder)).toEqual(['link']);
});

test.each<[string, string, RegExp]>([
  ['no JSON', 'hello\n', /settings: /],
  ['a field too many', `${JSON.stringify({ ...settingsLater(), more: 1 })}\n`, /unrecognized_keys/],
  ['a password in the address', `${JSON.stringify(settingsLater('https://a:b@git.example/o/r'))}\n`, /git\.remote/],
  ['a query in the address', `${JSON.stringify(settingsLater('https://git.example/o/r?x=1'))}\n`, /git\.remote/],
  ['an encoded slash in the address', `${JSON.stringify(settingsLater('https://git.example/o%2fr'))}\n`, /git\.remote/],
  ['no repository', `${JSON.stringify(settingsLater('https://git.example/'))}\n`, /git\.remote/],
  ['another protocol', `${JSON.stringify(settingsLater('ssh://git.example/o/r'))}\n`, /git\.remote/],
  ['too much', 'x'.repeat(1_100_000), /too long/],
])('settings with %s end it at once, and it names fields only', async (_name, input, said) => {
  const child = spawn(process.execPath, [join(ROOT, 'workers/lending-proxy.ts')], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.write(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  child.stdin.destroy();
  expect([code, out]).toEqual([78, '']);
  expect(err).toMatch(said);
  expect(findCanaries(Buffer.from(err), SECRETS)).toEqual([]);
});

/** Before `folder` is there. */
function settingsLater(remote = 'https://git.example/o/r'): object {
  return { socketDir: '/nowhere', gid: 0, git: { remote, credential: CREDENTIAL, push: false }, model: null };
}

test('a certificate is accepted for its name, by those who vouch for it, and for no other', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject];
  execFileSync('openssl', ['req', '-x509', ...made], { stdio: 'ignore' });
  const secure = await startStandIn({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
  secure.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"usage":{"output_tokens":1}}');
  };
  process.env.NODE_EXTRA_CA_CERTS = cert;
  try {
    const allowedPrivate = ['127.0.0.1', '::1'];
    await start({ ...lentModel(secure.url.replace('127.0.0.1', 'localhost')), allowedPrivate });
    expect(await ask(socketPath, messageRequest(message()))).toMatchObject({ status: 200 });
    await start({ ...lentModel(secure.url), allowedPrivate });
    expect(await ask(socketPath, messageRequest(message()))).toMatchObject({ code: 'upstreamUnreachable' });
    expect(secure.requests).toHaveLength(1);
  } finally {
    delete process.env.NODE_EXTRA_CA_CERTS;
    await secure.close();
  }
});

test('a log that nobody can fill: a thousand refusals are a few lines', async () => {
  await start();
  for (let times = 0; times < 1_000; times++) await ask(socketPath, { path: `/secret-${times}` });
  await proxies[0]?.stop();
  expect(lines.length).toBeLessThan(10);
  expect(lines.join('\n')).not.toContain('secret-');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ refused: { notAllowed: 1_000 } });
});

test('it does not listen on any port', async () => {
  const { pid } = await start();
  const listening = execFileSync('sh', ['-c', `cat /proc/${pid}/net/tcp /proc/${pid}/net/tcp6`]).toString();
  const inodes = execFileSync('sh', ['-c', `ls -l /proc/${pid}/fd`]).toString();
  const own = listening.split('\n').filter((line) => inodes.includes(`socket:[${line.trim().split(/\s+/)[9]}]`));
  expect(inodes).toContain('socket:[');
  expect(own).toEqual([]);
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

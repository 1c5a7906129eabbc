import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { anyFreePort } from '../../infra/local/ports.ts';
import { recordedNames, readPidFile } from '../../infra/local/processes/pid-file.ts';
import { stopAllLeftovers } from '../../infra/local/process.ts';
import { startTimeOf } from '../../infra/local/processes/process-identity.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { startChild, type Child } from './support/child.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

jest.setTimeout(120_000);

/*
 * `make dev` over a small checkout whose three processes only show that they run: what is tested is the command.
 */
const DEV = join(import.meta.dirname, '../../infra/local/dev.ts');
const RESET = join(import.meta.dirname, '../../infra/local/reset.ts');
const GATEWAY = `
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
const name: string = 'first';
createServer((request, response) => response.end(request.url === '/readyz' ? 'ready' : name)).listen(Number(process.env.PORT), 'localhost');
console.log(JSON.stringify({ level: 30, msg: 'not for the terminal' }));
console.log(JSON.stringify({ level: 40, msg: 'for the terminal' }));`;
const WORKER = 'setInterval(() => undefined, 1000);';

let folder: TemporaryFolder;
let checkout: string;
let children: Child[];
beforeEach(() => {
  folder = temporaryFolder();
  checkout = join(folder.path, 'checkout');
  for (const place of ['src', 'workers']) mkdirSync(join(checkout, place), { recursive: true });
  writeFileSync(join(checkout, 'src/gateway.ts'), GATEWAY);
  writeFileSync(join(checkout, 'workers/orchestrator.ts'), WORKER);
  writeFileSync(join(checkout, 'workers/sandbox.ts'), WORKER);
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.end()));
  await stopAllLeftovers(data());
  await folder.remove();
});

const data = () => join(checkout, '.local/data');
const pids = () => recordedNames(data()).map((name) => readPidFile(data(), name)?.pid ?? 0);

function dev(env: NodeJS.ProcessEnv = {}): Child {
  const { NODE_OPTIONS: _forJest, ...inherited } = process.env;
  const child = startChild([DEV, '--root', checkout], { env: { ...inherited, ...env } });
  children.push(child);
  return child;
}

const readyAt = (child: Child) => child.says(/Panager is ready at (http:\/\/localhost:\d+)/, 60_000);

test('it prints the table and the ready lines, keeps quiet logs in files, and Ctrl-C ends everything', async () => {
  const first = dev();
  const url = await readyAt(first);
  const lines = first.output().trimEnd().split('\n');
  expect(lines.at(-2)).toBe(`Panager is ready at ${url}`);
  expect(lines.at(-1)).toBe('Open it, type any name, ask "이번 주 일정 보여줘"');
  for (const row of [
    /Postgres +127\.0\.0\.1:\d+ +embedded/,
    /OpenBao .*embedded/,
    /Temporal Web UI .*embedded/,
    /Google .*emulated \(ours\)/,
  ]) {
    expect(first.output()).toMatch(row);
  }
  expect(first.output()).toContain('[gateway] warn: for the terminal');
  expect(first.output()).not.toContain('not for the terminal');
  expect(readFileSync(join(data(), 'logs/gateway.log'), 'utf8')).toContain('not for the terminal');
  expect(statSync(join(checkout, '.local')).mode & 0o777).toBe(0o700);
  expect(statSync(join(checkout, '.local/env')).mode & 0o777).toBe(0o600);

  const second = dev();
  expect(await second.exitCode()).toBe(1);
  expect(second.output()).toContain(`Panager is already running here (pid ${first.pid}, ${url})`);
  const reset = startChild([RESET, '--root', checkout, '--yes']);
  expect(await reset.exitCode()).toBe(1);
  expect(reset.output()).toContain('Nothing was removed');

  const everything = pids();
  expect(everything).toHaveLength(7);
  first.signal('SIGINT');
  expect(await first.exitCode()).toBe(0);
  expect(first.output()).toContain('Stopping');
  expect(everything.filter((pid) => startTimeOf(pid))).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();

  const again = Date.now();
  const third = dev();
  await readyAt(third);
  expect(Date.now() - again).toBeLessThan(15_000);
  third.signal('SIGTERM');
  expect(await third.exitCode()).toBe(0);
  const forgotten = startChild([RESET, '--root', checkout, '--yes']);
  expect(await forgotten.exitCode()).toBe(0);
  expect(existsSync(data())).toBe(false);
});

test('a Discord token that is refused is said in the table in words, and everything else runs', async () => {
  const discord = createServer((_request, response) => response.writeHead(401).end('{}')).listen(0, '127.0.0.1');
  try {
    await once(discord, 'listening');
    const { port } = discord.address() as AddressInfo;
    const variables = {
      DISCORD_TOKEN: 'a-token-that-nobody-knows',
      DISCORD_CLIENT_ID: '900000000000000009',
      DISCORD_CLIENT_SECRET: 'secret-of-the-client',
      DISCORD_API_URL: `http://127.0.0.1:${port}/api`,
      PORT: String(await anyFreePort()),
    };
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(checkout, '.env'), `${lines.join('\n')}\n`);
    const child = dev();
    const url = await readyAt(child);
    await child.says('ask "이번 주 일정 보여줘"');
    expect(child.output()).toMatch(/Discord bot +DISCORD_TOKEN is refused: .* +not working/);
    expect(child.output().trimEnd().split('\n').at(-1)).toBe(
      'Open it, sign in with Discord, ask "이번 주 일정 보여줘"',
    );
    expect((await fetch(url)).ok).toBe(true);
    expect(child.output()).not.toMatch(/a-token-that-nobody-knows|secret-of-the-client/);
  } finally {
    discord.close();
  }
});

test('a process that crashes comes back, a saved file restarts its process, a syntax error ends nothing else', async () => {
  const child = dev();
  const url = await readyAt(child);
  const gateway = readPidFile(data(), 'gateway')?.pid ?? 0;
  const orchestrator = readPidFile(data(), 'orchestrator')?.pid ?? 0;

  process.kill(orchestrator, 'SIGKILL');
  await child.says('[orchestrator] ended by itself');
  expect(await waitFor(() => isNew('orchestrator', orchestrator), 20_000)).toBe(true);

  writeFileSync(join(checkout, 'src/gateway.ts'), GATEWAY.replace("'first'", "'second'"));
  expect(await waitFor(async () => (await (await fetch(url)).text()) === 'second', 20_000)).toBe(true);
  expect(startTimeOf(gateway)).toBeUndefined();

  writeFileSync(join(checkout, 'src/gateway.ts'), 'const = ;');
  await child.says('SyntaxError');
  writeFileSync(join(checkout, 'src/gateway.ts'), GATEWAY.replace("'first'", "'third'"));
  expect(await waitFor(async () => (await (await fetch(url)).text()) === 'third', 20_000)).toBe(true);
});

test('after SIGKILL of the command the next one takes the servers over and replaces the processes', async () => {
  const first = dev();
  const url = await readyAt(first);
  await first.end();
  const [temporal, gateway] = ['temporal', 'gateway'].map((name) => readPidFile(data(), name)?.pid ?? 0);
  expect(startTimeOf(gateway ?? 0)).toBeDefined();

  const second = dev();
  expect(await readyAt(second)).toBe(url);
  expect(readPidFile(data(), 'temporal')?.pid).toBe(temporal);
  expect(startTimeOf(gateway ?? 0)).toBeUndefined();
  second.signal('SIGINT');
  second.signal('SIGINT');
  await second.exitCode();
});

test('Ctrl-C while it is still starting leaves nothing behind', async () => {
  const child = dev();
  await waitFor(() => readPidFile(data(), 'temporal'), 60_000, 5);
  child.signal('SIGINT');
  expect(await child.exitCode(60_000)).toBe(0);
  expect(pids().filter((pid) => startTimeOf(pid))).toEqual([]);
});

test('every fault in .env is named at once, before anything is started', async () => {
  writeFileSync(
    join(checkout, '.env'),
    'GOOGLE_CLIENT_SECRET=half\nLOG_LEVEL=loud\nPUBLIC_URL=ftp://nowhere\nPORT=abc\nVAULT_TOKEN=lost\n',
  );
  const child = dev();
  expect(await child.exitCode(60_000)).toBe(1);
  for (const name of ['GOOGLE_CLIENT_ID', 'LOG_LEVEL', 'PUBLIC_URL', 'PORT', 'VAULT_ADDR'])
    expect(child.output()).toContain(name);
  expect(child.output()).not.toMatch(/half|lost/);
  expect(existsSync(data())).toBe(false);
});

test('a real database that cannot be reached is named, and nothing keeps running', async () => {
  writeFileSync(join(checkout, '.env'), 'DATABASE_URL=postgres://somebody:hidden@127.0.0.1:1/panager\n');
  const child = dev();
  expect(await child.exitCode(60_000)).toBe(1);
  expect(child.output()).toContain('The database that DATABASE_URL names could not be migrated');
  expect(child.output()).not.toContain('hidden');
  expect(pids().filter((pid) => startTimeOf(pid))).toEqual([]);
});

test("with a real provider the gateway's port does not move, and the message names it", async () => {
  const holder = createServer().listen(18_124, 'localhost');
  try {
    writeFileSync(join(checkout, '.env'), 'GOOGLE_CLIENT_ID=a\nGOOGLE_CLIENT_SECRET=b\nPORT=18124\n');
    const child = dev();
    expect(await child.exitCode(60_000)).toBe(1);
    expect(child.output()).toContain('Port 18124 is busy');
  } finally {
    holder.close();
  }
});

function isNew(name: string, before: number): boolean {
  const pid = readPidFile(data(), name)?.pid ?? before;
  return pid !== before && startTimeOf(pid) !== undefined;
}

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { logIn } from '../../infra/local/servers/openbao.ts';
import { readPidFile } from '../../infra/local/processes/pid-file.ts';
import { isPortFree } from '../../infra/local/ports.ts';
import { startTimeOf } from '../../infra/local/processes/process-identity.ts';
import { startServers, type Servers } from '../../infra/local/servers.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { startChild } from './support/child.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

jest.setTimeout(90_000);

const NAMES = ['postgres', 'temporal', 'openbao', 'emulated-google'];
const HOLDER = join(import.meta.dirname, 'support/hold-servers.ts');

let folder: TemporaryFolder;
let servers: Servers | undefined;
let log: string[];
beforeEach(() => {
  folder = temporaryFolder();
  log = [];
});
afterEach(async () => {
  await servers?.stop().catch(() => undefined);
  servers = undefined;
  await folder.remove();
});

const start = async (more: Partial<Parameters<typeof startServers>[0]> = {}): Promise<Servers> => {
  servers = await startServers({
    dataDir: folder.path,
    ports: 'free',
    log: (line) => log.push(line),
    durable: false,
    ...more,
  });
  return servers;
};
const pids = () => NAMES.map((name) => readPidFile(folder.path, name)?.pid ?? 0);
const portsOf = ({ postgres, temporal, openBao, google }: Servers) =>
  [postgres, temporal, openBao, google].flatMap((server) => server?.ports ?? []);

test('stopping leaves no process, no listening port and no lock; data is intact at the next start', async () => {
  const first = await start();
  const owner = new pg.Client({ connectionString: first.postgres?.urls('panager').owner });
  await owner.connect();
  await owner.query('CREATE TABLE kept (word text)');
  await owner.query("INSERT INTO kept VALUES ('here')");
  await owner.end();
  await writeSecret(first);
  const [before, ports] = [pids(), portsOf(first)];
  expect(statSync(folder.path).mode & 0o777).toBe(0o700);

  const asked = Date.now();
  await first.stop();
  expect(Date.now() - asked).toBeLessThan(15_000);
  expect(before.map(startTimeOf)).toEqual(NAMES.map(() => undefined));
  for (const port of ports) expect(await isPortFree(port)).toBe(true);

  const again = Date.now();
  const second = await start();
  expect(Date.now() - again).toBeLessThan(15_000);
  const reader = new pg.Client({ connectionString: second.postgres?.urls('panager').owner });
  await reader.connect();
  expect((await reader.query('SELECT word FROM kept')).rows).toEqual([{ word: 'here' }]);
  await reader.end();
  expect(await readSecret(second)).toBe('here');
});

test('after SIGKILL of the supervisor the next start takes over every server; after that of a server, all but this one', async () => {
  const supervisor = startChild([HOLDER, folder.path]);
  await supervisor.says('held', 60_000);
  await supervisor.end();
  const left = pids();
  expect(left.every((pid) => startTimeOf(pid))).toBe(true);

  const taken = await start({ configured: { PORT: '0' } });
  // The emulated Google knows where the gateway is; where the gateway moved, it is a new one.
  expect(pids().slice(0, 3)).toEqual(left.slice(0, 3));
  expect(log.filter((line) => line.includes('taken over')).length).toBeGreaterThanOrEqual(3);
  await taken.stop();
  expect(left.map(startTimeOf)).toEqual(left.map(() => undefined));

  const another = startChild([HOLDER, folder.path]);
  await another.says('held', 60_000);
  await another.end();
  const [postgres, temporal = 0] = pids();
  process.kill(temporal, 'SIGKILL');
  await start();
  expect(pids()[0]).toBe(postgres);
  expect(pids()[1]).not.toBe(temporal);
  expect(servers?.temporal?.adopted).toBe(false);
});

test('a server that is killed under its supervisor comes back at the same address', async () => {
  const { postgres, temporal } = await start();
  if (!postgres || !temporal) throw new Error('both are embedded');
  const killed = [postgres.pid(), temporal.pid()];
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  const back = await waitFor(async () => {
    const client = new pg.Client({ connectionString: postgres.urls('panager').owner, connectionTimeoutMillis: 1_000 });
    await client.connect();
    await client.end();
    const page = await fetch(`${temporal.uiUrl}/api/v1/namespaces/default`);
    return page.ok && postgres.pid() !== killed[0] && temporal.pid() !== killed[1];
  }, 30_000);
  expect(back).toBe(true);
  expect(log.join('\n')).toContain('ended unexpectedly');
});

test('of two starts at once in one folder one serves and the other says that it runs already', async () => {
  const both = [startChild([HOLDER, folder.path]), startChild([HOLDER, folder.path])];
  try {
    await Promise.all(both.map((child) => child.says(/held|refused/, 60_000)));
    const outputs = both.map((child) => child.output()).sort();
    expect(outputs.filter((text) => text.includes('held'))).toHaveLength(1);
    expect(outputs.filter((text) => /refused Panager is already running here \(pid \d+/.test(text))).toHaveLength(1);
  } finally {
    await Promise.all(both.map((child) => child.end()));
  }
});

const SECRET = '/v1/secret/data/users/00000000-0000-4000-8000-000000000000/google/kept';

async function writeSecret({ openBao }: Servers): Promise<void> {
  const { address, credentials } = openBao ?? never();
  const headers = { 'x-vault-token': await logIn(address, credentials.orchestrator) };
  const body = JSON.stringify({ options: { cas: 0 }, data: { word: 'here' } });
  expect((await fetch(`${address}${SECRET}`, { method: 'POST', headers, body })).status).toBe(200);
}

async function readSecret({ openBao }: Servers): Promise<string> {
  const { address, credentials } = openBao ?? never();
  const headers = { 'x-vault-token': await logIn(address, credentials.orchestrator) };
  const response = await fetch(`${address}${SECRET}`, { headers });
  return ((await response.json()) as { data: { data: { word: string } } }).data.data.word;
}

function never(): never {
  throw new Error('it is embedded');
}

import { existsSync, renameSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ensureBinary } from '../../infra/local/binaries.ts';
import { readPidFile } from '../../infra/local/processes/pid-file.ts';
import { logIn, startOpenBao, type EmbeddedOpenBao } from '../../infra/local/servers/openbao.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { startChild } from './support/child.ts';
import { temporaryFolder, type TemporaryFolder } from './support/temporary-folder.ts';

const HOLDER = join(import.meta.dirname, 'support/hold-openbao.ts');
const SECRET = '/v1/secret/data/users/00000000-0000-4000-8000-000000000000/google/kept';

let folder: TemporaryFolder;
let openBao: EmbeddedOpenBao | undefined;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await openBao?.stop();
  openBao = undefined;
  await folder.remove();
});

async function start(choice: 'contract' | 'free' = 'free'): Promise<EmbeddedOpenBao> {
  const binary = await ensureBinary('bao');
  openBao = await startOpenBao({ dataDir: folder.path, binary, choice, log: () => undefined });
  return openBao;
}

async function call({ address, credentials }: EmbeddedOpenBao, body?: object): Promise<Response> {
  const headers = { 'x-vault-token': await logIn(address, credentials.orchestrator) };
  return fetch(`${address}${SECRET}`, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
}

test('a first start that was killed half way heals by itself', async () => {
  const supervisor = startChild([HOLDER, folder.path]);
  try {
    const begun = () => existsSync(join(folder.path, 'openbao/data')) && readPidFile(folder.path, 'openbao');
    const half = await waitFor(begun, 30_000, 1);
    process.kill(half?.pid ?? 0, 'SIGKILL');
  } finally {
    await supervisor.end();
  }
  expect(existsSync(join(folder.path, 'openbao/ready'))).toBe(false);
  const { address, credentials } = await start();
  expect(await logIn(address, credentials.gateway)).toMatch(/^s\./);
  expect(existsSync(join(folder.path, 'openbao/ready'))).toBe(true);
});

test('with the ready marker nothing is ever wiped, even when it cannot start', async () => {
  const first = await start();
  expect((await call(first, { options: { cas: 0 }, data: { word: 'here' } })).status).toBe(200);
  await first.stop();
  const key = join(folder.path, 'openbao/seal.key');
  renameSync(key, `${key}.lost`);
  await expect(start()).rejects.toThrow('openbao ended while starting. Its log is');
  expect(readPidFile(folder.path, 'openbao')).toBeUndefined();
  renameSync(`${key}.lost`, key);
  expect(await (await call(await start())).json()).toMatchObject({ data: { data: { word: 'here' } } });
});

test('a busy port moves to the next free one, and the address follows', async () => {
  const listener = createServer();
  // Busy because of us or because of somebody else: either way it is.
  await new Promise((resolve) =>
    listener.once('error', resolve).listen({ port: 8200, host: '127.0.0.1' }, () => resolve(0)),
  );
  try {
    const { ports, address } = await start('contract');
    expect(ports[0]).toBeGreaterThan(8200);
    expect(address).toBe(`http://127.0.0.1:${ports[0]}`);
  } finally {
    listener.close();
  }
});

test('after kill -9 every acknowledged write is there, at the same address', async () => {
  const server = await start();
  expect((await call(server, { options: { cas: 0 }, data: { word: 'here' } })).status).toBe(200);
  const killed = server.pid();
  process.kill(killed, 'SIGKILL');
  const back = await waitFor(async () => server.pid() !== killed && (await call(server)), 20_000);
  expect(await back?.json()).toMatchObject({ data: { data: { word: 'here' } } });
});

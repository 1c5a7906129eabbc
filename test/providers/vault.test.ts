import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '../../infra/local/wait-for.ts';
import { createLogger } from '../../src/logger.ts';
import type { Credential, CredentialPath } from '../../src/ports/credential-vault.ts';
import { VaultUnavailable } from '../../src/ports/credential-vault.ts';
import { createVaultSession } from '../../src/providers/vault-session.ts';
import { createCredentialVault } from '../../src/providers/vault.ts';
import { startDevOpenBao } from './support/dev-openbao.ts';
import { startLossyProxy } from './support/lossy-proxy.ts';
import type { Fate } from './support/lossy-proxy.ts';

const SECRET = 'canary-9f3b1c77';
const TIMEOUT_MS = 1_000;

let bao: Awaited<ReturnType<typeof startDevOpenBao>>;
let proxy: Awaited<ReturnType<typeof startLossyProxy>>;
let gatewayLogin: { roleId: string; secretId: string };
let orchestratorLogin: { roleId: string; secretId: string };
let opened: { close(): void }[];
let logged: string[];

beforeAll(async () => {
  bao = await startDevOpenBao();
  gatewayLogin = await bao.login('gateway');
  orchestratorLogin = await bao.login('orchestrator');
}, 60_000);
afterAll(() => bao?.stop());

beforeEach(async () => {
  proxy = await startLossyProxy(bao.addr);
  [opened, logged] = [[], []];
});
afterEach(async () => {
  for (const vault of opened) vault.close();
  await proxy.stop();
});

test('a credential is written once, read back, and a second write finds it there', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  expect(await vault.read(path)).toEqual({ kind: 'missing' });
  expect(await vault.create(path, credential('first'))).toBe('created');
  expect(await vault.create(path, credential('second'))).toBe('exists');
  expect(await vault.bury(path)).toBe('exists');
  expect(await vault.read(path)).toEqual({ kind: 'credential', credential: credential('first'), revision: 1 });
});

test('a tombstone keeps a frozen callback from storing a secret later', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  expect(await vault.bury(path)).toBe('created');
  expect(await gateway().create(path, credential('late'))).toBe('exists');
  expect(await vault.read(path)).toEqual({ kind: 'tombstone' });
});

test('replacing needs the revision that was read; a lost race is a conflict and changes nothing', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  expect(await vault.replace(path, credential('two'), 1)).toBe('replaced');
  expect(await vault.replace(path, credential('three'), 1)).toBe('conflict');
  expect(await vault.read(path)).toEqual({ kind: 'credential', credential: credential('two'), revision: 2 });
});

test('of ten writers with the same revision exactly one replaces', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  const racers = Array.from({ length: 10 }, (_, index) => vault.replace(path, credential(`racer-${index}`), 1));
  const outcomes = await Promise.all(racers);
  expect(outcomes.filter((outcome) => outcome === 'replaced')).toHaveLength(1);
  expect(await vault.read(path)).toMatchObject({ revision: 2 });
});

test('a replacement whose answer is lost is read back: it happened, once', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  proxy.decide(({ method, path: url }) => (method === 'POST' && url.includes('/data/') ? 'lose' : 'pass'));
  expect(await vault.replace(path, credential('two'), 1)).toBe('replaced');
  expect(await vault.read(path)).toEqual({ kind: 'credential', credential: credential('two'), revision: 2 });
});

test('a replacement that was tried again after a lost answer recognises its own write', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  proxy.decide(({ method }) => (method === 'POST' ? 'lose' : 'drop'));
  await expect(vault.replace(path, credential('two'), 1)).rejects.toThrow(VaultUnavailable);
  proxy.decide(() => 'pass');
  expect(await vault.replace(path, credential('two'), 1)).toBe('replaced');
  expect(await vault.read(path)).toMatchObject({ revision: 2 });
});

test('a replacement that never arrived is unavailable, not a conflict', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  proxy.decide(({ method }) => (method === 'POST' ? 'drop' : 'pass'));
  await expect(vault.replace(path, credential('two'), 1)).rejects.toThrow(VaultUnavailable);
  expect(await vault.read(path)).toMatchObject({ credential: credential('one'), revision: 1 });
});

test('a first write whose answer is lost decides nothing, and is sent once', async () => {
  const [vault, path] = [gateway(), somePath()];
  proxy.decide(({ path: url }) => (url.includes('/data/') ? 'lose' : 'pass'));
  await expect(vault.create(path, credential('one'))).rejects.toThrow(new VaultUnavailable('unreachable'));
  expect(proxy.seen.filter(({ path: url }) => url.includes('/data/'))).toHaveLength(1);
  proxy.decide(() => 'pass');
  expect(await vault.create(path, credential('one'))).toBe('exists');
});

test('destroying removes every version and leaves a mark that stops a late write', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  await vault.replace(path, credential('two'), 1);
  await vault.destroy(path);
  await vault.destroy(path);
  expect(await vault.read(path)).toEqual({ kind: 'destroyed' });
  expect(await gateway().create(path, credential('late'))).toBe('exists');
  const { data } = (await bao.admin('GET', `secret/metadata/${urlOf(path)}`)) as { data: { versions: object } };
  expect(Object.values(data.versions)).toEqual([
    expect.objectContaining({ destroyed: true }),
    expect.objectContaining({ destroyed: true }),
  ]);
});

test('destroying what was never written is done at once', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.destroy(path);
  expect(await vault.read(path)).toEqual({ kind: 'missing' });
});

test('the gateway stores without reading, and may not read', async () => {
  const [vault, path] = [gateway(), somePath()];
  expect(await vault.create(path, credential('one'))).toBe('created');
  expect(await vault.create(path, credential('one'))).toBe('exists');
  expect(proxy.seen.filter(({ method }) => method === 'GET')).toEqual([]);
  await expect(vault.read(path)).rejects.toThrow(new VaultUnavailable('refused'));
});

test('twenty calls at once log in once', async () => {
  const vault = orchestrator();
  await Promise.all(Array.from({ length: 20 }, () => vault.read(somePath())));
  expect(logIns()).toBe(1);
});

test('a token that died is replaced by one log-in, and the call goes on', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  await bao.admin('POST', 'auth/token/revoke', { token: proxy.seen.at(-1)?.headers['x-vault-token'] });
  const reads = await Promise.all(Array.from({ length: 10 }, () => vault.read(path)));
  expect(reads.every(({ kind }) => kind === 'credential')).toBe(true);
  expect(logIns()).toBe(2);
});

test("a policy's refusal does not log in again", async () => {
  const vault = gateway();
  await expect(vault.read(somePath())).rejects.toThrow(new VaultUnavailable('refused'));
  expect(logIns()).toBe(1);
});

test('a token is replaced before its life is over', async () => {
  let logIns = 0;
  const session = createVaultSession({ roleId: 'role', secretId: 'secret' }, async () => {
    logIns += 1;
    return { auth: { client_token: `token-${logIns}`, lease_duration: 0.06 } };
  });
  expect(await session(async (token) => token)).toBe('token-1');
  expect(await session(async (token) => token)).toBe('token-1');
  expect(await waitFor(() => session(async (token) => token === 'token-2'), 2_000, 5)).toBe(true);
});

test('a given token is used as it is, and its end is said', async () => {
  const { auth } = (await bao.admin('POST', 'auth/token/create', { policies: ['orchestrator'] })) as {
    auth: { client_token: string };
  };
  const [vault, path] = [connect({ token: auth.client_token }), somePath()];
  expect(await vault.create(path, credential('one'))).toBe('created');
  await bao.admin('POST', 'auth/token/revoke', { token: auth.client_token });
  await expect(vault.read(path)).rejects.toThrow(new VaultUnavailable('refused'));
  expect(logIns()).toBe(0);
});

test('SE-2: a sealed Vault is unavailable to every call, and to a log-in', async () => {
  const sealable = await startDevOpenBao();
  try {
    const vault = connect(await sealable.login('orchestrator'), sealable.addr);
    expect(await vault.healthy()).toBe(true);
    await sealable.admin('POST', 'sys/seal');
    for (const call of everyCall(vault)) await expect(call()).rejects.toThrow(new VaultUnavailable('sealed'));
    expect(await vault.healthy()).toBe(false);
    const fresh = connect({ roleId: 'any', secretId: 'any' }, sealable.addr);
    await expect(fresh.read(somePath())).rejects.toThrow(new VaultUnavailable('sealed'));
  } finally {
    await sealable.stop();
  }
}, 60_000);

test('SE-2: a frozen Vault is given up after the timeout, and used again when it is back', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  await bao.freeze();
  try {
    const started = performance.now();
    await expect(vault.read(path)).rejects.toThrow(new VaultUnavailable('timeout'));
    expect(performance.now() - started).toBeLessThan(2 * TIMEOUT_MS);
  } finally {
    bao.thaw();
  }
  expect(await vault.read(path)).toMatchObject({ kind: 'credential' });
});

test('SE-2: an answer that drips in is given up after the timeout as a whole', async () => {
  const server = createServer((_, response) => {
    const timer = setInterval(() => response.write(' '), 50);
    response.once('close', () => clearInterval(timer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const vault = connect(orchestratorLogin, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(vault.read(somePath())).rejects.toThrow(new VaultUnavailable('timeout'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('SE-2: a Vault that is down is unreachable', async () => {
  const vault = connect(orchestratorLogin, 'http://127.0.0.1:9');
  for (const call of everyCall(vault)) await expect(call()).rejects.toThrow(new VaultUnavailable('unreachable'));
  expect(await vault.healthy()).toBe(false);
});

test('connections that died while they were kept open cost a read nothing', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  await Promise.all(Array.from({ length: 4 }, () => vault.read(path)));
  // The kept connections answer the next request with a reset, as after a restart behind a load balancer.
  let resets = 0;
  proxy.decide(({ headers }) => (headers.connection === 'keep-alive' && ++resets <= 4 ? 'drop' : 'pass'));
  const reads = await Promise.all(Array.from({ length: 4 }, () => vault.read(path)));
  expect(reads.every(({ kind }) => kind === 'credential')).toBe(true);
  expect(resets).toBe(4);
});

test('a secret id that is wrong is refused', async () => {
  const vault = connect({ roleId: orchestratorLogin.roleId, secretId: randomUUID() });
  await expect(vault.read(somePath())).rejects.toThrow(new VaultUnavailable('refused'));
});

const ERRORS = (...lines: string[]): string => JSON.stringify({ errors: lines });
const STATUSES: [string, Fate, VaultUnavailable['reason']][] = [
  ['400 of another kind', { status: 400, body: ERRORS('invalid request') }, 'refused'],
  ['403 of a policy', { status: 403, body: ERRORS('1 error occurred:\n\t* permission denied\n\n') }, 'refused'],
  ['404 of a missing mount', { status: 404, body: ERRORS('no handler for route "secret/data"') }, 'refused'],
  ['429', { status: 429, body: ERRORS('request path "secret/": rate limit quota exceeded') }, 'failing'],
  ['500 of a blocked audit device', { status: 500, body: ERRORS('no audit backend succeeded in logging') }, 'failing'],
  ['502 with a page', { status: 502, body: '<html>Bad gateway</html>' }, 'failing'],
  ['503 sealed', { status: 503, body: ERRORS('Vault is sealed') }, 'sealed'],
  ['503 of a proxy', { status: 503, body: '' }, 'failing'],
  ['307 elsewhere', { status: 307, body: '', headers: { location: 'http://127.0.0.1:9/v1/secret' } }, 'failing'],
  ['200 with a page', { status: 200, body: '<html>Welcome</html>' }, 'failing'],
  ['200 with something else', { status: 200, body: '{"data":{"data":{"accessToken":7}}}' }, 'failing'],
  ['200 cut off', { status: 200, body: '{"da', headers: { 'content-length': '900' } }, 'timeout'],
  ['a closed connection', 'drop', 'unreachable'],
];

test.each(STATUSES)('SE-2: %s is never "missing"', async (_name, fate, reason) => {
  const vault = orchestrator();
  proxy.decide(({ path: url }) => (url.includes('/secret/') ? fate : 'pass'));
  await expect(vault.read(somePath())).rejects.toThrow(new VaultUnavailable(reason));
});

test('a page that says 200 acknowledges no write, no destruction and no health', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  proxy.decide(() => ({ status: 200, body: '<html>Welcome</html>' }));
  for (const call of everyCall(vault)) await expect(call()).rejects.toThrow(new VaultUnavailable('failing'));
  expect(await vault.healthy()).toBe(false);
});

test('SE-3: no failure and no log line holds a token, a secret id or a credential', async () => {
  const [vault, path] = [orchestrator(), somePath()];
  await vault.create(path, credential('one'));
  const token = String(proxy.seen.at(-1)?.headers['x-vault-token']);
  const needles = [token, orchestratorLogin.secretId, SECRET];
  const texts: string[] = [];
  for (const fate of STATUSES.map(([, each]) => each).filter(
    (each) => typeof each === 'string' || each.status >= 300,
  )) {
    proxy.decide(({ path: url }) => (url.includes('/secret/') ? fate : 'pass'));
    for (const call of everyCall(vault)) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(VaultUnavailable);
      texts.push(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error));
    }
  }
  const everything = [...texts, ...logged].join('\n');
  expect(logged.length).toBeGreaterThan(0);
  expect(needles.filter((needle) => everything.includes(needle))).toEqual([]);
  // The detector finds what is there: an error with the request in it would have been noticed.
  const planted = Object.assign(new Error('request failed'), { config: { headers: { 'X-Vault-Token': token } } });
  expect(needles.filter((needle) => inspect(planted, { depth: 20 }).includes(needle))).toEqual([token]);
});

const BAD_PATHS: [string, object][] = [
  ['a climbing user', { userId: '../../sys' }],
  ['an encoded climb', { attemptId: '%2e%2e' }],
  ['an empty part', { userId: '' }],
  ['upper case, which would be another path', { userId: randomUUID().toUpperCase() }],
  ['an unknown provider', { provider: 'google/../github' }],
  ['a line break after an id', { userId: `${randomUUID()}\n` }],
];

test.each(BAD_PATHS)('SE-2: a path with %s reaches no server', async (_name, part) => {
  const vault = orchestrator();
  const path = { ...somePath(), ...part };
  for (const call of everyCall(vault, path)) await expect(call()).rejects.toThrow(TypeError);
  expect(proxy.seen).toEqual([]);
});

test("the environment's proxy, token, prefix and debug switches are not obeyed", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    HTTP_PROXY: 'http://127.0.0.1:9',
    http_proxy: 'http://127.0.0.1:9',
    VAULT_TOKEN: 'somebody-elses',
    VAULT_PREFIX: '/elsewhere',
    VAULT_ADDR: 'http://127.0.0.1:9',
  });
  try {
    const vault = orchestrator();
    expect(await vault.create(somePath(), credential('one'))).toBe('created');
    expect(proxy.seen.map(({ headers }) => headers['x-vault-token'])).not.toContain('somebody-elses');
  } finally {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'VAULT_TOKEN', 'VAULT_PREFIX', 'VAULT_ADDR']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});

test('closing leaves no connection open', async () => {
  const vault = orchestrator();
  await Promise.all(Array.from({ length: 5 }, () => vault.read(somePath())));
  expect(proxy.openSockets()).toBeGreaterThan(0);
  vault.close();
  expect(await waitFor(() => proxy.openSockets() === 0, 5_000, 5)).toBe(true);
});

function connect(login: { roleId: string; secretId: string } | { token: string }, addr = proxy.addr) {
  const logger = createLogger({ name: 'test', level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const vault = createCredentialVault({ addr, ...login, timeoutMs: TIMEOUT_MS, logger });
  opened.push(vault);
  return vault;
}

const orchestrator = () => connect(orchestratorLogin);
const gateway = () => connect(gatewayLogin);

const logIns = (): number => proxy.seen.filter(({ path }) => path.endsWith('/approle/login')).length;

const somePath = (): CredentialPath => ({ userId: randomUUID(), provider: 'google', attemptId: randomUUID() });

const urlOf = (path: CredentialPath): string => `users/${path.userId}/${path.provider}/${path.attemptId}`;

const credential = (name: string): Credential => ({
  accessToken: `access-${name}-${SECRET}`,
  refreshToken: `refresh-${name}-${SECRET}`,
  expiresAt: '2026-01-01T00:00:00.000Z',
});

function everyCall(vault: ReturnType<typeof connect>, path = somePath()): (() => Promise<unknown>)[] {
  return [
    () => vault.create(path, credential('one')),
    () => vault.bury(path),
    () => vault.read(path),
    () => vault.replace(path, credential('two'), 1),
    () => vault.destroy(path),
  ];
}

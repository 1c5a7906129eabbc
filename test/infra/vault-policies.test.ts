import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { logIn } from '../../infra/local/servers/openbao.ts';
import { vaultRoles, type VaultRole } from '../../infra/local/servers/openbao-config.ts';
import { testVault } from '../support/servers.ts';

const { address, credentials } = testVault();
const tokens = new Map<VaultRole, string>();

beforeAll(async () => {
  for (const role of vaultRoles) tokens.set(role, await logIn(address, credentials[role]));
});

test('MO-4: the gateway stores a credential, reads its metadata and cannot read it back', async () => {
  const path = `users/${randomUUID()}/google/${randomUUID()}`;
  expect(await write('gateway', `data/${path}`, 0)).toBe(200);
  expect(await status('gateway', 'GET', `metadata/${path}`)).toBe(200);
  expect(await status('gateway', 'GET', `data/${path}`)).toBe(403);
  expect(await status('gateway', 'GET', `metadata/users?list=true`)).toBe(403);
});

test('MO-4: the gateway leaves a one-time input that it can neither read nor change', async () => {
  const path = `data/inputs/${randomUUID()}`;
  expect(await write('gateway', path, 0)).toBe(200);
  expect(await write('gateway', path, 1)).toBe(403);
  expect(await status('gateway', 'GET', path)).toBe(403);
});

test('MO-4: the orchestrator creates, reads, updates and destroys credentials', async () => {
  const path = `users/${randomUUID()}/google/${randomUUID()}`;
  expect(await write('orchestrator', `data/${path}`, 0)).toBe(200);
  expect(await write('orchestrator', `data/${path}`, 1)).toBe(200);
  expect(await status('orchestrator', 'GET', `data/${path}`)).toBe(200);
  expect(await status('orchestrator', 'POST', `destroy/${path}`, { versions: [1, 2] })).toBe(204);
  expect(await status('orchestrator', 'GET', `data/${path}`)).toBe(404);
});

test('MO-4: the sandbox sees no credential, and only runs of its own host', async () => {
  const path = `users/${randomUUID()}/google/${randomUUID()}`;
  expect(await write('orchestrator', `data/${path}`, 0)).toBe(200);
  expect(await status('sandbox', 'GET', `data/${path}`)).toBe(403);
  expect(await write('sandbox', `data/${path}`, 1)).toBe(403);
  expect(await status('sandbox', 'GET', `data/runs/local/${randomUUID()}`)).toBe(404);
  expect(await status('sandbox', 'GET', `data/runs/another/${randomUUID()}`)).toBe(403);
});

test('MO-4: secrets of a run are written by the orchestrator, read and destroyed by its own host, and by nobody else', async () => {
  const [path, elsewhere] = [`runs/local/${randomUUID()}`, `runs/another/${randomUUID()}`];
  for (const at of [path, elsewhere]) expect(await write('orchestrator', `data/${at}`, 0)).toBe(200);
  for (const role of ['orchestrator', 'gateway'] as const) expect(await status(role, 'GET', `data/${path}`)).toBe(403);
  expect(await status('sandbox', 'GET', `data/${path}`)).toBe(200);
  expect(await write('sandbox', `data/${path}`, 1)).toBe(403);
  expect(await status('sandbox', 'GET', `data/${elsewhere}`)).toBe(403);
  expect(await status('sandbox', 'POST', `destroy/${elsewhere}`, { versions: [1] })).toBe(403);
  expect(await status('sandbox', 'POST', `destroy/${path}`, { versions: [1] })).toBe(204);
  expect(await status('sandbox', 'GET', `data/${path}`)).toBe(404);
  // What was destroyed is not written again.
  expect(await write('orchestrator', `data/${path}`, 0)).toBe(400);
});

test('a write without check-and-set is refused, whoever makes it', async () => {
  const path = `data/users/${randomUUID()}/google/${randomUUID()}`;
  expect(await status('orchestrator', 'POST', path, { data: { a: 'b' } })).toBe(400);
  expect(await write('orchestrator', path, 0)).toBe(200);
  expect(await write('orchestrator', path, 0)).toBe(400);
});

test('the role that upgrades policies reads no secret and cannot widen itself', async () => {
  expect(await status('admin', 'GET', `data/users/${randomUUID()}/google/${randomUUID()}`)).toBe(403);
  expect(
    await status('admin', 'POST', '../sys/policies/acl/admin', { policy: 'path "*" { capabilities = ["read"] }' }),
  ).toBe(403);
});

const write = (role: VaultRole, path: string, cas: number) =>
  status(role, 'POST', path, { options: { cas }, data: { token: 'not a real one' } });

async function status(role: VaultRole, method: string, path: string, body?: object): Promise<number> {
  const response = await fetch(new URL(`/v1/secret/${path}`, address), {
    method,
    headers: { 'x-vault-token': tokens.get(role) ?? '' },
    ...(body && { body: JSON.stringify(body) }),
  });
  await response.body?.cancel();
  return response.status;
}

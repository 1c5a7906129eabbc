import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../infra/local/google/faults.ts';
import { createCredentials, type Lent } from '../../src/connections/credentials.ts';
import { createLogger } from '../../src/logger.ts';
import type { Connection } from '../../src/ports/consent-store.ts';
import type { CredentialVault } from '../../src/ports/credential-vault.ts';
import type { OAuthProvider } from '../../src/ports/oauth-provider.ts';
import { createVaultAgainst } from './support/vault-against.ts';
import { startHeart, type Heart } from '../support/heart.ts';
import { until } from '../support/until.ts';
import { connected, connectionOf, entered, expireSecret, pathOf, storedSecret } from './support/connected.ts';
import { ProcessDied } from './support/gateway-with.ts';
import { leaveClean } from './support/invariants.ts';
import { practiceGoogle } from './support/practice-google.ts';
import { MINJI } from './support/trip.ts';

let heart: Heart;
let google: ReturnType<typeof practiceGoogle>;
beforeAll(async () => {
  heart = await startHeart();
  google = practiceGoogle(heart);
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** Credentials as another orchestrator process has them, in which something goes otherwise. */
function otherProcess(parts: { vault?: Partial<CredentialVault>; google?: Partial<OAuthProvider> } = {}) {
  return createCredentials({
    store: heart.store,
    vault: { ...heart.vaults.orchestrator, ...parts.vault },
    oauth: (name) => ({ ...heart.oauth(name), ...parts.google }),
  });
}

async function refreshesDuring(work: () => Promise<unknown>): Promise<number> {
  const before = await google.tokenRequests();
  await work();
  const after = await google.tokenRequests();
  return after.refresh + after.refused - before.refresh - before.refused;
}

function tokenOf(lent: Lent): string {
  if (lent.kind !== 'lent') throw new Error(`nothing was lent: ${lent.kind}`);
  return lent.accessToken;
}

/** Borrows as the tool call does: while another process refreshes it looks again, at most some seconds. */
async function patiently(credentials: ReturnType<typeof otherProcess>, connection: Connection): Promise<Lent> {
  for (let round = 0; round < 100; round++) {
    const lent = await credentials.borrow(connection);
    if (lent.kind !== 'busy') return lent;
    await delay(50);
  }
  throw new Error('still busy');
}

test('a token that is good is lent without a refresh', async () => {
  const { connection } = await connected(heart);
  const refreshes = await refreshesDuring(async () => {
    const { credential, revision } = await storedSecret(heart, connection);
    const lent = await heart.credentials.borrow(connection);
    expect(lent).toEqual({ kind: 'lent', accessToken: credential.accessToken, revision, connection });
  });
  expect(refreshes).toBe(0);
});

test('an expired token is refreshed, stored, counted in the row, and works', async () => {
  const { call, connection } = await connected(heart);
  const before = await storedSecret(heart, connection);
  await expireSecret(heart, connection);
  await google.expireAccessTokens();

  const token = tokenOf(await heart.credentials.borrow(connection));

  const after = await storedSecret(heart, connection);
  expect(after.credential).toMatchObject({ accessToken: token, refreshToken: before.credential.refreshToken });
  expect(Date.parse(after.credential.expiresAt!)).toBeGreaterThan(Date.now());
  expect(await connectionOf(heart, connection)).toMatchObject({ version: 1, secretRev: 2, status: 'active' });
  const range = { from: '2026-11-23', to: '2026-11-30' };
  await heart.calendar.listEvents(token, range, AbortSignal.timeout(5_000));
  expect((await entered(heart, call)).connection.secretRev).toBe(2);
});

test('a token that the provider refused is refreshed although its time is not over', async () => {
  const { connection } = await connected(heart);
  const first = await heart.credentials.borrow(connection);
  await google.expireAccessTokens();
  const second = await heart.credentials.borrow(connection, first.kind === 'lent' ? first.revision : 0);
  expect(tokenOf(second)).not.toBe(tokenOf(first));
});

describe('OA-12: refresh is single-flight', () => {
  test('for twenty borrowers in one process', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    const refreshes = await refreshesDuring(async () => {
      const lent = await Promise.all(Array.from({ length: 20 }, () => patiently(heart.credentials, connection)));
      expect(new Set(lent.map(tokenOf)).size).toBe(1);
    });
    expect(refreshes).toBe(1);
  });

  test('for twenty borrowers over two processes, also where refresh tokens rotate', async () => {
    await google.settings({ rotate: true });
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    const other = otherProcess();
    const refreshes = await refreshesDuring(async () => {
      const lent = await Promise.all(
        Array.from({ length: 20 }, (_, index) => patiently(index % 2 ? heart.credentials : other, connection)),
      );
      expect(new Set(lent.map(tokenOf)).size).toBe(1);
    });
    expect(refreshes).toBe(1);
  });

  test('while another process holds the lease everybody looks again later, and nobody waits for ever', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    expect(await heart.store.leaseRefresh(connection.id, connection.version, 300)).not.toBeNull();
    expect(await heart.credentials.borrow(connection)).toEqual({ kind: 'busy' });
    // The holder died: its lease ends by itself.
    expect((await patiently(heart.credentials, connection)).kind).toBe('lent');
  });

  test('a process that was frozen in its refresh does not give back the lease of the one that took over', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    const { promise: frozen, resolve: thaw } = Promise.withResolvers<void>();
    const real = heart.oauth('google');
    const slow = otherProcess({ google: { refresh: (...args) => frozen.then(() => real.refresh(...args)) } });
    const late = slow.borrow(connection);
    // Its lease runs out as soon as it has one.
    await until('the lease has run out', async () => {
      const { rowCount } = await heart.pools.owner.query(
        'UPDATE connection SET refresh_until = NULL WHERE id = $1 AND refresh_until IS NOT NULL',
        [connection.id],
      );
      return rowCount || null;
    });
    expect(await heart.store.leaseRefresh(connection.id, connection.version, 30_000)).not.toBeNull();
    thaw();
    await late;
    expect(await heart.store.leaseRefresh(connection.id, connection.version, 30_000)).toBeNull();
  });

  test('of a connection that was replaced meanwhile nothing is refreshed', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    await heart.pools.owner.query('UPDATE connection SET version = version + 1 WHERE id = $1', [connection.id]);
    const refreshes = await refreshesDuring(async () => {
      expect(await heart.credentials.borrow(connection)).toEqual({ kind: 'busy' });
    });
    expect(refreshes).toBe(0);
  });
});

describe('OA-12: a refresh token that rotates', () => {
  test('is stored before the new access token is used', async () => {
    await google.settings({ rotate: true });
    const { connection } = await connected(heart);
    const before = await storedSecret(heart, connection);
    await expireSecret(heart, connection);
    const token = tokenOf(await heart.credentials.borrow(connection));
    const { credential } = await storedSecret(heart, connection);
    expect(credential.accessToken).toBe(token);
    expect(credential.refreshToken).not.toBe(before.credential.refreshToken);
  });

  test('is not lent when it could not be stored', async () => {
    await google.settings({ rotate: true });
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    const dying = otherProcess({ vault: { replace: () => Promise.reject(new ProcessDied()) } });
    await expect(dying.borrow(connection)).rejects.toThrow(ProcessDied);
    // The only good one went with the process: the old one is dead, and only the person can help.
    expect(await heart.credentials.borrow(connection)).toEqual({ kind: 'dead', as: 'revoked' });
  });

  test('S7: whose predecessor is used by a process that lost its lease is not called dead', async () => {
    await google.settings({ rotate: true });
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    const real = heart.oauth('google');
    const late = otherProcess({
      google: {
        async refresh(...args) {
          // Frozen here for longer than its lease: another process refreshes, and is killed before it counts that.
          await heart.pools.owner.query('UPDATE connection SET refresh_until = NULL WHERE id = $1', [connection.id]);
          const killed = createCredentials({
            store: { ...heart.store, transact: () => Promise.reject(new ProcessDied()) },
            vault: heart.vaults.orchestrator,
            oauth: heart.oauth,
          });
          await expect(killed.borrow(connection)).rejects.toThrow(ProcessDied);
          return real.refresh(...args);
        },
      },
    });
    expect(await late.borrow(connection)).toEqual({ kind: 'busy' });
    expect((await patiently(heart.credentials, connection)).kind).toBe('lent');
  });
});

describe('a provider that does not refresh', () => {
  const FAULTS: [string, Fault, object][] = [
    ['500', { path: '/token', status: 500 }, { kind: 'unavailable' }],
    ['503 with Retry-After', { path: '/token', status: 503, retryAfter: 5 }, { kind: 'unavailable' }],
    ['429', { path: '/token', status: 429, retryAfter: 5 }, { kind: 'rateLimited' }],
    ['half of an answer', { path: '/token', truncate: true }, { kind: 'unavailable' }],
    ['a page', { path: '/token', html: true }, { kind: 'unavailable' }],
    [
      'our own client is refused',
      { path: '/token', status: 401, reason: 'invalid_client' },
      { name: 'ClientRefused', status: 401 },
    ],
  ];

  test.each(FAULTS)('%s is never a reason to ask the person', async (_name, fault, failure) => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    await google.fault(fault);
    await expect(heart.credentials.borrow(connection)).rejects.toMatchObject(failure);
    expect(await connectionOf(heart, connection)).toEqual(connection);
    // The lease was given back: the next try does not wait for it.
    expect((await heart.credentials.borrow(connection)).kind).toBe('lent');
  });

  test('no answer in time is a timeout, and the next try may refresh at once', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    await google.fault({ path: '/token', hang: true });
    const real = heart.oauth('google');
    const impatient = otherProcess({ google: { refresh: (token) => real.refresh(token, AbortSignal.timeout(200)) } });
    await expect(impatient.borrow(connection)).rejects.toMatchObject({ kind: 'timeout' });
    expect((await heart.credentials.borrow(connection)).kind).toBe('lent');
  });

  test('a dead grant is dead, and so is an expired token that cannot be refreshed', async () => {
    const { connection } = await connected(heart);
    const { credential, revision } = await storedSecret(heart, connection);
    await heart.vaults.orchestrator.replace(
      pathOf(connection),
      { ...credential, refreshToken: null, expiresAt: new Date(0).toISOString() },
      revision,
    );
    expect(await heart.credentials.borrow(connection)).toEqual({ kind: 'dead', as: 'expired' });

    await heart.vaults.orchestrator.replace(
      pathOf(connection),
      { ...credential, expiresAt: new Date(0).toISOString() },
      revision + 1,
    );
    await google.revoke(MINJI);
    expect(await heart.credentials.borrow(connection)).toEqual({ kind: 'dead', as: 'revoked' });
  });
});

describe('SE-2: Vault', () => {
  test.each([
    ['sealed', { status: 503, body: '{"errors":["Vault is sealed"]}' }, 'sealed'],
    ['overloaded', { status: 429, body: '{"errors":[]}' }, 'failing'],
    ['gone', 'drop' as const, 'unreachable'],
    ['refusing our policy', { status: 403, body: '{"errors":["1 error occurred: permission denied"]}' }, 'refused'],
  ])('%s is never a reason to ask the person: the call is tried again', async (_name, fate, reason) => {
    const { connection } = await connected(heart);
    await createVaultAgainst(fate, createLogger({ name: 'test', level: 'silent' }), async (vault) => {
      await expect(otherProcess({ vault }).borrow(connection)).rejects.toMatchObject({
        name: 'VaultUnavailable',
        reason,
      });
    });
    expect(await connectionOf(heart, connection)).toEqual(connection);
  });

  test('that stops between refresh and storing lends nothing and gives the lease back', async () => {
    const { connection } = await connected(heart);
    await expireSecret(heart, connection);
    await createVaultAgainst('drop', createLogger({ name: 'test', level: 'silent' }), async ({ replace }) => {
      await expect(otherProcess({ vault: { replace } }).borrow(connection)).rejects.toMatchObject({
        name: 'VaultUnavailable',
      });
    });
    expect((await heart.credentials.borrow(connection)).kind).toBe('lent');
  });

  test('that holds nothing at a row’s path any more makes the call look at the row again', async () => {
    const { connection } = await connected(heart);
    const nothing = [{ kind: 'missing' }, { kind: 'destroyed' }, { kind: 'tombstone' }] as const;
    for (const stored of nothing) {
      const process = otherProcess({ vault: { read: () => Promise.resolve(stored) } });
      expect(await process.borrow(connection)).toEqual({ kind: 'busy' });
    }
  });
});

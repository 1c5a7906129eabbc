import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { repairAttempt } from '../../src/connections/repair-attempt.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import type { AttemptStatus } from '../../src/domain/words.ts';
import { VaultUnavailable } from '../../src/ports/credential-vault.ts';
import { createLogger } from '../../src/logger.ts';
import { createCredentialVault } from '../../src/providers/vault.ts';
import { startLossyProxy, type Fate } from '../providers/support/lossy-proxy.ts';
import { newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { testVault } from '../support/servers.ts';
import { diesOn, gatewayWith, ProcessDied, type Differences } from './support/gateway-with.ts';
import { expectInvariants, leaveClean } from './support/invariants.ts';
import { ALEX, connect, startTrip, statusOf } from './support/trip.ts';
import { park, promptOf, READ, TASKS, waiterOf, wakesOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const repair = (attemptId: string) => repairAttempt(heart.store, heart.vaults.orchestrator, attemptId);

async function returning() {
  const userId = await newPerson(heart);
  const wait = await park(heart, userId);
  const trip = await startTrip(heart, userId, wait.publicId);
  return { userId, wait, attemptId: trip.attemptId, callback: await trip.walk() };
}

const die = () => Promise.reject(new ProcessDied());

/** Where a callback may be cut off, in the order of its steps, and what repair makes of it. */
const CUTS: [string, (heart: Heart) => Differences, AttemptStatus][] = [
  ['after the state was burnt', () => ({ google: { exchange: die } }), 'failed'],
  ['after the exchange', () => ({ google: { identify: die } }), 'failed'],
  ['before the account was recorded', () => ({ store: { recordAccount: die } }), 'failed'],
  ['before the secret was stored', () => ({ vault: { create: die } }), 'failed'],
  [
    'after the secret was stored',
    ({ vaults }) => ({ vault: { create: (...stored) => vaults.gateway.create(...stored).then(die) } }),
    'granted',
  ],
  [
    'after everything was committed',
    ({ gatewayStore }) => ({ store: { transact: (locks, work) => gatewayStore.transact(locks, work).then(die) } }),
    'granted',
  ],
];

describe('OA-10: repair ends what a killed callback left, whatever it had done', () => {
  test.each(CUTS)('%s', async (_name, cut, status) => {
    const { wait, attemptId, callback } = await returning();
    await diesOn(gatewayWith(heart, cut(heart)).receiveCallback(callback));
    await expectInvariants(heart);

    await repair(attemptId);

    expect(await statusOf(heart, attemptId)).toBe(status);
    expect(await wakesOf(heart, wait.call)).toEqual([status]);
    expect(await outboxOf(heart.pools.owner, attemptId)).toEqual([]);
    const decision = await enterCall(heart.store, wait.call);
    expect(decision.kind).toBe(status === 'granted' ? 'run' : 'parked');
  });

  test.each(CUTS)('any number of times, also at once: %s', async (_name, cut, status) => {
    const { wait, attemptId, callback } = await returning();
    await diesOn(gatewayWith(heart, cut(heart)).receiveCallback(callback));
    await Promise.all(Array.from({ length: 5 }, () => repair(attemptId)));
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe(status);
    expect(await wakesOf(heart, wait.call)).toEqual([status]);
  });
});

describe('S5: a callback that was frozen and wakes up after its repair', () => {
  test.each([
    [
      'before the exchange',
      (thaw: Promise<void>, { oauth }: Heart): Differences => {
        const google = oauth('google');
        return { google: { exchange: (...args) => thaw.then(() => google.exchange(...args)) } };
      },
    ],
    [
      'before it stores the secret',
      (thaw: Promise<void>, { vaults }: Heart): Differences => {
        return { vault: { create: (...args) => thaw.then(() => vaults.gateway.create(...args)) } };
      },
    ],
  ])('%s stores nothing and says that it took too long', async (_name, freeze) => {
    const { userId, wait, attemptId, callback } = await returning();
    const { promise, resolve: thaw } = Promise.withResolvers<void>();
    const frozen = gatewayWith(heart, freeze(promise, heart)).receiveCallback(callback);
    // Burnt, so the freeze is somewhere behind it.
    while ((await statusOf(heart, attemptId)) !== 'burnt') await wakesOf(heart, wait.call);
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe('failed');

    thaw();
    expect(await frozen).toMatchObject({ kind: 'refused', reason: 'expired' });
    expect(await statusOf(heart, attemptId)).toBe('failed');
    expect(await heart.vaults.orchestrator.read({ userId, provider: 'google', attemptId })).toEqual({
      kind: 'tombstone',
    });
    expect(await wakesOf(heart, wait.call)).toEqual(['failed']);
  });

  test('with its secret stored finds itself connected', async () => {
    const { wait, attemptId, callback } = await returning();
    const slow = gatewayWith(heart, {
      vault: {
        async create(...args) {
          const stored = await heart.vaults.gateway.create(...args);
          await repair(attemptId);
          return stored;
        },
      },
    });
    expect(await slow.receiveCallback(callback)).toMatchObject({ kind: 'connected', missingScopes: [] });
    expect(await wakesOf(heart, wait.call)).toEqual(['granted']);
  });
});

test('repair and callback that run side by side end in one of two ways, and both agree on which', async () => {
  for (let round = 0; round < 12; round++) {
    const { wait, attemptId, callback } = await returning();
    const google = heart.oauth('google');
    const racing = gatewayWith(heart, {
      google: {
        async identify(...args) {
          const account = await google.identify(...args);
          // Repair sets out while the callback has between none and all of its writes before it.
          void Promise.all(Array.from({ length: round }, () => heart.pools.owner.query('SELECT 1'))).then(() =>
            repairs.push(repair(attemptId)),
          );
          return account;
        },
      },
    });
    const repairs: Promise<void>[] = [];
    const result = await racing.receiveCallback(callback);
    while (repairs.length === 0) await heart.pools.owner.query('SELECT 1');
    await Promise.all(repairs);

    const status = await statusOf(heart, attemptId);
    expect([result.kind, status]).toEqual(
      result.kind === 'connected' ? ['connected', 'granted'] : ['refused', 'failed'],
    );
    expect(await wakesOf(heart, wait.call)).toEqual([status]);
    await leaveClean(heart);
  }
});

describe('SE-2: Vault does not answer during the callback', () => {
  const { address, credentials } = testVault();

  /** A gateway whose writes to Vault meet `fate`. */
  async function behind(fate: Fate, work: (gateway: ReturnType<typeof gatewayWith>) => Promise<void>): Promise<void> {
    const proxy = await startLossyProxy(address);
    const logger = createLogger({ name: 'test', level: 'silent' });
    const vault = createCredentialVault({ addr: proxy.addr, ...credentials.gateway, logger, timeoutMs: 2_000 });
    proxy.decide(({ method, path }) => (method === 'POST' && path.includes('/data/') ? fate : 'pass'));
    try {
      await work(gatewayWith(heart, { vault }));
    } finally {
      vault.close();
      await proxy.stop();
    }
  }

  test('it stored the secret and the answer was lost: the page says it is being finished, repair connects', async () => {
    const { wait, attemptId, callback } = await returning();
    await behind('lose', async (gateway) => {
      expect(await gateway.receiveCallback(callback)).toMatchObject({ kind: 'beingFinished' });
    });
    expect(await statusOf(heart, attemptId)).toBe('burnt');
    expect(await waiterOf(heart, wait.call)).toMatchObject({ status: 'open' });
    await repair(attemptId);
    expect(await wakesOf(heart, wait.call)).toEqual(['granted']);
  });

  test.each<[string, Fate]>([
    ['sealed', { status: 503, body: '{"errors":["Vault is sealed"]}' }],
    ['gone', 'drop'],
    ['too busy', { status: 429, body: '{"errors":["rate limited"]}' }],
  ])('%s: nothing is decided here; repair tells the request that it did not work', async (_name, fate) => {
    const { wait, attemptId, callback } = await returning();
    await behind(fate, async (gateway) => {
      expect(await gateway.receiveCallback(callback)).toMatchObject({ kind: 'beingFinished' });
    });
    expect(await wakesOf(heart, wait.call)).toEqual([]);
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe('failed');
    expect(await promptOf(heart, wait.call)).toMatchObject({ lastOutcome: 'failed' });
  });

  test('repair that does not reach Vault decides nothing and is tried again', async () => {
    const { wait, attemptId, callback } = await returning();
    await diesOn(gatewayWith(heart, { vault: { create: die } }).receiveCallback(callback));
    const down = { ...heart.vaults.orchestrator, bury: () => Promise.reject(new VaultUnavailable('sealed')) };
    await expect(repairAttempt(heart.store, down, attemptId)).rejects.toThrow(VaultUnavailable);
    const half = { ...heart.vaults.orchestrator, read: () => Promise.reject(new VaultUnavailable('timeout')) };
    await expect(repairAttempt(heart.store, half, attemptId)).rejects.toThrow(VaultUnavailable);
    expect(await statusOf(heart, attemptId)).toBe('burnt');
    expect(await wakesOf(heart, wait.call)).toEqual([]);
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe('failed');
  });
});

describe('OA-9: repair repeats the checks of the callback', () => {
  const dying = () =>
    gatewayWith(heart, { vault: { create: (...stored) => heart.vaults.gateway.create(...stored).then(die) } });

  test('another account than before is asked about', async () => {
    const userId = await newPerson(heart);
    await connect(heart, userId, (await park(heart, userId, [READ])).publicId);
    const trip = await startTrip(heart, userId, (await park(heart, userId, [TASKS])).publicId);
    await diesOn(dying().receiveCallback(await trip.walk({ account: ALEX })));
    await repair(trip.attemptId);
    expect(await statusOf(heart, trip.attemptId)).toBe('confirm');
    expect(await heart.consent.confirm(trip.attemptId, userId, true)).toMatchObject({ kind: 'connected' });
  });

  test('an account of another person is refused and its secret destroyed', async () => {
    const [owner, userId] = [await newPerson(heart), await newPerson(heart)];
    const wait = await park(heart, userId);
    const trip = await startTrip(heart, userId, wait.publicId);
    await diesOn(dying().receiveCallback(await trip.walk()));
    await connect(heart, owner, (await park(heart, owner)).publicId);
    await repair(trip.attemptId);
    expect(await statusOf(heart, trip.attemptId)).toBe('void');
    expect(await outboxOf(heart.pools.owner, trip.attemptId)).toEqual([
      { kind: 'destroyCredential', payload: { revoke: false } },
    ]);
    expect(await wakesOf(heart, wait.call)).toEqual(['failed']);
  });

  test('a trip that was voided meanwhile ends without a connection and without a secret', async () => {
    const userId = await newPerson(heart);
    await connect(heart, userId, (await park(heart, userId, [READ])).publicId);
    const { publicId } = await park(heart, userId, [TASKS]);
    const [cut, other] = [await startTrip(heart, userId, publicId), await startTrip(heart, userId, publicId)];
    await diesOn(dying().receiveCallback(await cut.walk()));
    await other.finish({ account: ALEX });
    await heart.consent.confirm(other.attemptId, userId, true);
    await expectInvariants(heart);

    await repair(cut.attemptId);
    expect(await statusOf(heart, cut.attemptId)).toBe('void');
    expect(await outboxOf(heart.pools.owner, cut.attemptId)).toContainEqual({
      kind: 'destroyCredential',
      payload: { revoke: false },
    });
  });

  test('an attempt that has ended, or never was, is left as it is', async () => {
    const { attemptId, callback } = await returning();
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe('started');
    await heart.consent.receiveCallback(callback);
    await repair(attemptId);
    expect(await statusOf(heart, attemptId)).toBe('granted');
    await repair('00000000-0000-4000-8000-000000000000');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Alarm } from '../../src/connections/alarm.ts';
import { disconnect } from '../../src/connections/disconnect.ts';
import { repairAttempt } from '../../src/connections/repair-attempt.ts';
import { FIRST_PAGE, searchOrphans, type OrphanBounds, type OrphanPage } from '../../src/connections/search-orphans.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import type { CredentialPath } from '../../src/ports/credential-vault.ts';
import { createLogger } from '../../src/logger.ts';
import { activitiesOf, runAs } from '../activities/support/activities.ts';
import { newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { connected, connectionOf, pathOf, runnable } from './support/connected.ts';
import { diesOn, gatewayWith, ProcessDied } from './support/gateway-with.ts';
import { leaveClean } from './support/invariants.ts';
import { connect, startTrip, statusOf } from './support/trip.ts';
import { createVaultAgainst } from './support/vault-against.ts';
import { park, promptOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const SECRET = { accessToken: 'a', refreshToken: 'r', expiresAt: null };
const NOW: Partial<OrphanBounds> = { people: 3, connections: 2, settledAfterMs: 0 };

/** Every page, over these people only: other tests store in the same Vault, and their rows are elsewhere. */
async function search(people: string[], bounds: Partial<OrphanBounds> = NOW) {
  const trouble: unknown[] = [];
  const vault = heart.vaults.orchestrator;
  const index = {
    ...vault,
    people: async (after: string | null, limit: number) =>
      people
        .toSorted()
        .filter((id) => after === null || id > after)
        .slice(0, limit),
  };
  const parts = { store: heart.store, vault, index, onTrouble: (error: unknown) => trouble.push(error), bounds };
  let pages = 0;
  for (let page: OrphanPage | null = FIRST_PAGE; page !== null; pages++) page = await searchOrphans(parts, page);
  return { pages, alarms: trouble.map((error) => (error instanceof Alarm ? error.message : error)) };
}

const DESTROYED = ['credentials that nobody owns are destroyed: 1'];
const QUIET: unknown[] = [];
const stored = async (path: CredentialPath) => (await heart.vaults.orchestrator.read(path)).kind;

/** Runs what the outbox holds for an attempt that is to be destroyed. */
async function runJob(attemptId: string): Promise<void> {
  const { activities } = activitiesOf(heart);
  await runAs(`destroy-credential-${attemptId}`, () => activities.destroyCredential({ attemptId }));
  await heart.pools.owner.query(`DELETE FROM outbox WHERE kind = 'destroyCredential' AND subject_id = $1`, [attemptId]);
}

test('S5: a secret whose callback died is no orphan until its repair has decided; then it is connected', async () => {
  const userId = await newPerson(heart);
  const trip = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  const dying = gatewayWith(heart, {
    vault: {
      async create(...args) {
        await heart.vaults.gateway.create(...args);
        throw new ProcessDied();
      },
    },
  });
  await diesOn(dying.receiveCallback(await trip.walk()));
  const path = { userId, provider: 'google', attemptId: trip.attemptId } as const;
  // Even when its repair is out of the outbox and under way.
  await heart.pools.owner.query('DELETE FROM outbox WHERE subject_id = $1', [trip.attemptId]);
  expect((await search([userId])).alarms).toEqual(QUIET);
  expect(await stored(path)).toBe('credential');

  await repairAttempt(heart.store, heart.vaults.orchestrator, trip.attemptId);
  expect(await statusOf(heart, trip.attemptId)).toBe('granted');
  expect((await search([userId])).alarms).toEqual(QUIET);
  expect(await stored(path)).toBe('credential');
});

test('S5: a secret whose job was lost is found, destroyed by a job, and not looked at again', async () => {
  const { userId, connection } = await connected(heart);
  await disconnect(heart.store, connection.id, userId);
  expect((await search([userId])).alarms).toEqual(QUIET);

  await heart.pools.owner.query(`DELETE FROM outbox WHERE kind = 'disconnect'`);
  await heart.pools.owner.query('UPDATE attempt SET revoking = false WHERE user_id = $1', [userId]);
  expect((await search([userId])).alarms).toEqual(DESTROYED);
  expect(await outboxOf(heart.pools.owner, connection.credential)).toEqual([
    { kind: 'destroyCredential', payload: { revoke: false } },
  ]);
  // The job is on its way: it is found once.
  expect((await search([userId])).alarms).toEqual(QUIET);
  await runJob(connection.credential);
  expect(await stored(pathOf(connection))).toBe('destroyed');
  expect(await heart.store.ownershipOf([connection.credential])).toEqual([
    { attemptId: connection.credential, state: 'gone' },
  ]);
  expect((await search([userId])).alarms).toEqual(QUIET);
});

test('S5: the secret of a trip that ended without it is found', async () => {
  const userId = await newPerson(heart);
  const { attemptId } = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  await heart.vaults.gateway.create({ userId, provider: 'google', attemptId }, SECRET);
  expect((await search([userId])).alarms).toEqual(QUIET);
  await heart.pools.owner.query(`UPDATE attempt SET status = 'failed' WHERE id = $1`, [attemptId]);
  expect((await search([userId])).alarms).toEqual(DESTROYED);
  await runJob(attemptId);
});

test('a tombstone is no secret: no alarm, and it stays where it bars the way', async () => {
  const userId = await newPerson(heart);
  const { attemptId } = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  const path = { userId, provider: 'google', attemptId } as const;
  await heart.vaults.orchestrator.bury(path);
  await heart.pools.owner.query(`UPDATE attempt SET status = 'failed' WHERE id = $1`, [attemptId]);
  expect((await search([userId])).alarms).toEqual(QUIET);
  expect(await stored(path)).toBe('tombstone');
  expect(await heart.store.ownershipOf([attemptId])).toEqual([{ attemptId, state: 'gone' }]);
  expect(await heart.vaults.gateway.create(path, SECRET)).toBe('exists');
});

test('what no row knows is destroyed when it is old, and left alone before', async () => {
  const path = { userId: randomUUID(), provider: 'google', attemptId: randomUUID() } as const;
  await heart.vaults.gateway.create(path, SECRET);
  expect((await search([path.userId])).alarms).toEqual(QUIET);
  expect(await stored(path)).toBe('credential');
  expect((await search([path.userId], { ...NOW, unknownAfterMs: 0 })).alarms).toEqual([
    'credentials that no row knows were destroyed: 1',
  ]);
  expect(await stored(path)).toBe('destroyed');
  expect((await search([path.userId], { ...NOW, unknownAfterMs: 0 })).alarms).toEqual(QUIET);
});

test('S5: a connection whose secret is gone is asked for again, and the next consent brings it back', async () => {
  const { userId, connection } = await connected(heart);
  const { call } = await runnable(heart, userId);
  await heart.vaults.orchestrator.destroy(pathOf(connection));
  expect((await search([], { ...NOW, settledAfterMs: 3_600_000 })).alarms).toEqual(QUIET);
  expect((await search([])).alarms).toEqual(['connections pointed to no credential, and are asked for again: 1']);
  expect(await connectionOf(heart, connection)).toMatchObject({ status: 'revoked', revokedAs: 'revoked' });
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'parked', reason: 'revoked' });
  expect((await search([])).alarms).toEqual(QUIET);

  await connect(heart, userId, (await promptOf(heart, call)).publicId);
  expect(await enterCall(heart.store, call)).toMatchObject({ kind: 'run' });
  expect((await search([userId])).alarms).toEqual(QUIET);
});

test('S7: a reconnection between the look and the lock is not marked', async () => {
  const { userId, connection } = await connected(heart);
  await heart.vaults.orchestrator.destroy(pathOf(connection));
  const { publicId } = await heart.consent.open('google', userId);
  const trip = await startTrip(heart, userId, publicId);
  const callback = await trip.walk();
  const index = {
    ...heart.vaults.orchestrator,
    async look(path: CredentialPath) {
      const seen = await heart.vaults.orchestrator.look(path);
      await heart.consent.receiveCallback(callback);
      return seen;
    },
  };
  const { store, vaults } = heart;
  const parts = { store, vault: vaults.orchestrator, index, onTrouble: () => undefined, bounds: NOW };
  await searchOrphans(parts, { place: 'connections', after: null });
  expect(await connectionOf(heart, connection)).toMatchObject({ status: 'active', version: 2 });
});

test('SE-2: a sealed Vault decides nothing', async () => {
  const { userId, connection } = await connected(heart);
  const sealed = { status: 503, body: '{"errors":["Vault is sealed"]}' };
  await createVaultAgainst(sealed, createLogger({ name: 'test', level: 'silent' }), async (vault) => {
    const parts = {
      store: heart.store,
      vault,
      index: heart.vaults.orchestrator,
      onTrouble: () => undefined,
      bounds: NOW,
    };
    await heart.pools.owner.query(`UPDATE connection SET status = 'gone' WHERE id = $1`, [connection.id]);
    const index = { ...heart.vaults.orchestrator, people: async () => [userId] };
    await expect(searchOrphans({ ...parts, index }, FIRST_PAGE)).rejects.toMatchObject({ name: 'VaultUnavailable' });
    await heart.pools.owner.query(`UPDATE connection SET status = 'active' WHERE id = $1`, [connection.id]);
  });
  expect(await outboxOf(heart.pools.owner, connection.credential)).toEqual([]);
  expect(await connectionOf(heart, connection)).toEqual(connection);
});

test('S5, S6: searching all the time while people connect side by side finds nothing, and everybody is connected', async () => {
  let connecting = true;
  const people = await Promise.all(Array.from({ length: 2 }, () => newPerson(heart)));
  const trips = await Promise.all(
    people.map(async (userId, index) => {
      const { publicId } = await park(heart, userId);
      const account = index === 0 ? 'minji@example.com' : 'alex@example.com';
      const rounds = async () => {
        for (let round = 0; round < 5; round++) {
          const link = round === 0 ? publicId : (await heart.consent.open('google', userId)).publicId;
          expect(await connect(heart, userId, link, { account })).toMatchObject({ kind: 'connected' });
        }
      };
      return rounds;
    }),
  );
  const searching = (async () => {
    const alarms: unknown[] = [];
    while (connecting) alarms.push(...(await search(people)).alarms);
    return alarms;
  })();
  await Promise.all(trips.map((rounds) => rounds())).finally(() => (connecting = false));
  expect(await searching).toEqual(QUIET);
  for (const userId of people) {
    const { connection } = await runnable(heart, userId);
    expect(await stored(pathOf(connection))).toBe('credential');
  }
}, 120_000);

test('people are paged through in order, everybody once', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => newPerson(heart)));
  for (const userId of people) {
    await heart.vaults.gateway.create({ userId, provider: 'google', attemptId: randomUUID() }, SECRET);
  }
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const page: string[] = await heart.vaults.orchestrator.people(after, 2);
    seen.push(...page);
    if (page.length < 2) break;
    after = page.at(-1) ?? null;
  }
  expect(seen).toEqual([...new Set(seen)].sort());
  expect(people.filter((userId) => !seen.includes(userId))).toEqual([]);
  expect((await search(people, { ...NOW, people: 2 })).pages).toBeGreaterThanOrEqual(4);
});

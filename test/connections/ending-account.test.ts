import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { disconnect } from '../../src/connections/disconnect.ts';
import type { CredentialVault } from '../../src/ports/credential-vault.ts';
import { activitiesOf, runAs } from '../activities/support/activities.ts';
import { newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { connected, type Connected } from './support/connected.ts';
import { gatewayWith } from './support/gateway-with.ts';
import { leaveClean } from './support/invariants.ts';
import { connect, startTrip, statusOf } from './support/trip.ts';
import { park, wakesOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** What the workflow of a disconnection does: tells the provider, then destroys the secret. */
async function endGrant({ connection }: Connected): Promise<void> {
  const { activities } = activitiesOf(heart);
  const workflowId = `disconnect-${connection.id}`;
  await runAs(workflowId, () => activities.revokeGrant({ attemptId: connection.credential }));
  await runAs(workflowId, () => activities.destroyCredential({ attemptId: connection.credential }));
}

/** A call with the new token, at the real end. */
async function reads(userId: string): Promise<boolean> {
  const connection = await heart.store.transact({ userId, providers: ['google'] }, (tx) => tx.connection('google'));
  const lent = await heart.credentials.borrow(connection!);
  if (lent.kind !== 'lent') return false;
  const range = { from: '2026-11-23', to: '2026-11-30' };
  return heart.calendar.listEvents(lent.accessToken, range, AbortSignal.timeout(5_000)).then(
    () => true,
    () => false,
  );
}

test('an account whose grant is being ended for somebody else is not connected; once it has ended, it is', async () => {
  const former = await connected(heart);
  const userId = await newPerson(heart);
  const { call, publicId } = await park(heart, userId);
  await disconnect(heart.gatewayStore, former.connection.id, former.userId);

  const trip = await startTrip(heart, userId, publicId);
  expect(await trip.finish()).toMatchObject({ kind: 'refused', reason: 'accountEnding', publicId });
  expect(await statusOf(heart, trip.attemptId)).toBe('void');
  expect(await wakesOf(heart, call)).toEqual(['failed']);
  expect((await outboxOf(heart.pools.owner, trip.attemptId)).filter(({ kind }) => kind !== 'repairAttempt')).toEqual([
    { kind: 'destroyCredential', payload: { revoke: false } },
  ]);

  await endGrant(former);
  expect(await connect(heart, userId, publicId)).toMatchObject({ kind: 'connected' });
  expect(await reads(userId)).toBe(true);
});

test('a token from before the end of somebody else’s grant is not connected, although the end is over by then', async () => {
  const former = await connected(heart);
  const userId = await newPerson(heart);
  const { publicId } = await park(heart, userId);
  const trip = await startTrip(heart, userId, publicId);

  // The browser is back and the code exchanged; the secret is on its way to Vault while the other disconnects.
  let endedMeanwhile = false;
  const create: CredentialVault['create'] = async (...args) => {
    await disconnect(heart.gatewayStore, former.connection.id, former.userId);
    await endGrant(former);
    endedMeanwhile = true;
    return heart.vaults.gateway.create(...args);
  };
  const slow = gatewayWith(heart, { vault: { create } });
  expect(await slow.receiveCallback(await trip.walk())).toMatchObject({ kind: 'refused', reason: 'accountEnding' });
  expect(endedMeanwhile).toBe(true);

  expect(await connect(heart, userId, publicId)).toMatchObject({ kind: 'connected' });
  expect(await reads(userId)).toBe(true);
});

test('a trip that began before the end of somebody else’s grant and was exchanged after it is connected', async () => {
  const former = await connected(heart);
  const userId = await newPerson(heart);
  const trip = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  await disconnect(heart.gatewayStore, former.connection.id, former.userId);
  await endGrant(former);
  expect(await trip.finish()).toMatchObject({ kind: 'connected' });
  expect(await reads(userId)).toBe(true);
});

test('disconnecting and connecting the same account side by side: whoever is told connected can read', async () => {
  for (let round = 0; round < 5; round++) {
    const former = await connected(heart);
    const userId = await newPerson(heart);
    const { publicId } = await park(heart, userId);
    const trip = await startTrip(heart, userId, publicId);
    const callback = await trip.walk();
    const [result] = await Promise.all([
      heart.consent.receiveCallback(callback),
      disconnect(heart.gatewayStore, former.connection.id, former.userId).then(() => endGrant(former)),
    ]);
    if (result.kind === 'connected') expect(await reads(userId)).toBe(true);
    else
      expect(result).toMatchObject({
        kind: 'refused',
        reason: expect.stringMatching(/^(accountTaken|accountEnding|exchangeFailed)$/),
      });
    await leaveClean(heart);
  }
});

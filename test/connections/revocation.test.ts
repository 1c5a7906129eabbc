import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { enterCall, MAX_ROUNDS, refuseCredential } from '../../src/connections/tool-calls.ts';
import { newPerson, startHeart, type Heart } from '../support/heart.ts';
import {
  connected,
  connectionOf,
  entered,
  expireSecret,
  runnable,
  storedSecret,
  type Connected,
} from './support/connected.ts';
import { leaveClean } from './support/invariants.ts';
import { connect } from './support/trip.ts';
import { park, promptOf, waiterOf, wakesOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** The provider refused for good what this attempt used. */
const refuse = ({ call, connection, fence }: Connected, as: 'expired' | 'revoked' = 'revoked') =>
  refuseCredential(heart.store, call, connection, as, fence);
const reconnect = async ({ call, userId }: Connected) => connect(heart, userId, (await promptOf(heart, call)).publicId);

describe('a credential that the provider refuses for good', () => {
  test('revokes the connection, parks the call with the cause, and the next consent runs it', async () => {
    const used = await connected(heart);
    expect(await refuse(used, 'expired')).toMatchObject({ kind: 'parked', reason: 'expired' });
    expect(await connectionOf(heart, used.connection)).toMatchObject({ status: 'revoked', revokedAs: 'expired' });
    expect(await promptOf(heart, used.call)).toMatchObject({ reason: 'expired', missingScopes: used.call.needs });
    expect(await enterCall(heart.store, used.call)).toMatchObject({ kind: 'parked', reason: 'expired' });

    expect(await reconnect(used)).toMatchObject({ kind: 'connected' });
    expect((await entered(heart, used.call)).connection).toMatchObject({ version: 2, status: 'active', secretRev: 1 });
  });

  test('a call that comes later is told the same cause and waits on the same link', async () => {
    const used = await connected(heart);
    await refuse(used);
    const later = await park(heart, used.userId);
    expect(await promptOf(heart, later.call)).toMatchObject({
      reason: 'revoked',
      publicId: (await promptOf(heart, used.call)).publicId,
    });
    await reconnect(used);
    for (const call of [used.call, later.call]) expect(await wakesOf(heart, call)).toEqual(['granted']);
  });

  test('two calls that are refused with one credential make one mark and wait on one link', async () => {
    const used = await connected(heart);
    const other = await runnable(heart, used.userId);
    const [first, second] = await Promise.all([refuse(used), refuse(other)]);
    expect([first.kind, second.kind]).toEqual(['parked', 'parked']);
    expect(await connectionOf(heart, used.connection)).toMatchObject({ version: 1, status: 'revoked' });
    const { rows } = await heart.pools.owner.query(
      `SELECT 1 FROM audit_event WHERE user_id = $1 AND kind = 'connectionRevoked'`,
      [used.userId],
    );
    expect(rows).toHaveLength(1);
  });

  test('S9: is asked for again three times, then the call ends as insufficient', async () => {
    let used = await connected(heart);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      expect(await refuse(used)).toMatchObject({ kind: 'parked' });
      expect(await waiterOf(heart, used.call)).toEqual({ status: 'open', rounds: round });
      await reconnect(used);
      used = await entered(heart, used.call);
    }
    expect(await refuse(used)).toEqual({ kind: 'closed', reason: 'insufficient' });
    expect(await enterCall(heart.store, used.call)).toEqual({ kind: 'closed', reason: 'insufficient' });
  });

  test('S9: a round counts only for a newer credential: old attempts that wake up late end nothing', async () => {
    const used = await connected(heart);
    for (let late = 0; late <= MAX_ROUNDS; late++) expect(await refuse(used)).toMatchObject({ kind: 'parked' });
    expect(await waiterOf(heart, used.call)).toEqual({ status: 'open', rounds: 0 });
  });

  test('S2: of a request that was cancelled meanwhile parks nothing', async () => {
    const used = await connected(heart);
    await heart.consent.cancel(used.call.requestId, used.userId);
    expect(await refuse(used)).toEqual({ kind: 'closed', reason: 'cancelled' });
  });
});

describe('S7: a mark of a refusal never hits a newer secret', () => {
  test('that a reconnect brought', async () => {
    const used = await connected(heart);
    const other = await runnable(heart, used.userId);
    await refuse(other);
    await reconnect(other);
    expect(await refuse(used)).toEqual({ kind: 'overtaken' });
    expect(await connectionOf(heart, used.connection)).toMatchObject({ status: 'active', version: 2 });
  });

  test('that a refresh brought', async () => {
    const used = await connected(heart);
    await expireSecret(heart, used.connection);
    await heart.credentials.borrow(used.connection);
    expect(await refuse(used)).toEqual({ kind: 'overtaken' });
    expect(await connectionOf(heart, used.connection)).toMatchObject({ status: 'active', version: 1, secretRev: 2 });
  });

  test('whatever comes first, refusal or refresh: the newer secret is good in the end and runs every call', async () => {
    for (let round = 0; round < 8; round++) {
      const used = await connected(heart);
      const waiting = await runnable(heart, used.userId);
      await refuse(waiting);
      // The mark of one call is there; a refresh that was under way comes to its end beside the refusal of another.
      await expireSecret(heart, used.connection);
      const [lent] = await Promise.all([heart.credentials.borrow(used.connection), refuse(used)]);
      expect(lent.kind).toBe('lent');

      const now = await connectionOf(heart, used.connection);
      expect(now).toMatchObject({ status: 'active', version: 2, revokedAs: null });
      expect((await storedSecret(heart, now)).credential.accessToken).toBe(lent.kind === 'lent' && lent.accessToken);
      expect(await wakesOf(heart, waiting.call)).toEqual(['granted']);
      for (const { call } of [used, waiting]) expect((await entered(heart, call)).connection.version).toBe(2);
      await leaveClean(heart);
    }
  });

  test('a refresh that ends after a reconnect changes nothing of the new connection', async () => {
    const used = await connected(heart);
    const other = await runnable(heart, used.userId);
    await refuse(other);
    await reconnect(other);
    const now = await connectionOf(heart, used.connection);
    await heart.credentials.borrow(used.connection);
    expect(await connectionOf(heart, used.connection)).toEqual(now);
  });
});

test('a person without any connection is asked for the first one', async () => {
  const userId = await newPerson(heart);
  const { call } = await park(heart, userId);
  expect(await promptOf(heart, call)).toMatchObject({ reason: 'neverConnected', lastOutcome: null });
});

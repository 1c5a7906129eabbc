import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { enterCall, MAX_ROUNDS } from '../../src/connections/tool-calls.ts';
import { chosenCalls, newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { leaveClean } from './support/invariants.ts';
import { connect, startTrip, statusOf } from './support/trip.ts';
import { park, parkCall, promptOf, READ, TASKS, waiterOf, wakesOf } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const connectionOf = async (userId: string) => {
  const { rows } = await heart.pools.owner.query<{ version: number; scopes: string[]; credential: string }>(
    `SELECT version, scopes, credential FROM connection WHERE user_id = $1 AND status = 'active'`,
    [userId],
  );
  return rows[0];
};

test('OA-9: with one permission unticked the call that does not need it goes on, and the other names what is missing', async () => {
  const userId = await newPerson(heart);
  const [reads, tasks] = await chosenCalls(heart, userId, [[READ], [READ, TASKS]]);
  const { publicId } = await parkCall(heart, reads!);
  await parkCall(heart, tasks!);

  const result = await connect(heart, userId, publicId, { untick: [TASKS] });

  expect(result).toMatchObject({ kind: 'connected', missingScopes: [TASKS] });
  expect(await waiterOf(heart, reads!)).toMatchObject({ status: 'released' });
  expect(await waiterOf(heart, tasks!)).toEqual({ status: 'open', rounds: 1 });
  // One wake, and it is the other call's: what is not covered is not woken.
  expect(await wakesOf(heart, reads!)).toEqual(['granted']);
  expect(await promptOf(heart, tasks!)).toMatchObject({
    publicId,
    reason: 'scopeMissing',
    missingScopes: [TASKS],
    lastOutcome: 'granted',
  });
});

test('OA-5: the next trip asks for what is missing together with what is granted already', async () => {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId, [READ])).publicId);
  const { publicId } = await park(heart, userId, [TASKS]);
  const { authorizationUrl } = await startTrip(heart, userId, publicId);
  expect(authorizationUrl.searchParams.get('scope')?.split(' ').sort()).toEqual(
    ['email', READ, TASKS, 'openid'].sort(),
  );
});

test('S9: three consents that lack the same permission end the wait as insufficient, with a single wake', async () => {
  const userId = await newPerson(heart);
  const { call, publicId } = await park(heart, userId, [TASKS]);
  for (let round = 1; round < MAX_ROUNDS; round++) {
    expect(await connect(heart, userId, publicId, { untick: [TASKS] })).toMatchObject({ missingScopes: [TASKS] });
    expect(await waiterOf(heart, call)).toEqual({ status: 'open', rounds: round });
    expect(await wakesOf(heart, call)).toEqual([]);
  }
  await connect(heart, userId, publicId, { untick: [TASKS] });
  expect(await waiterOf(heart, call)).toEqual({ status: 'insufficient', rounds: MAX_ROUNDS });
  expect(await wakesOf(heart, call)).toEqual(['failed']);
  expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'insufficient' });
});

test('kept: an older tab that grants less does not replace the wider grant of a newer one', async () => {
  const userId = await newPerson(heart);
  const { publicId } = await park(heart, userId, [READ, TASKS]);
  const [older, newer] = [await startTrip(heart, userId, publicId), await startTrip(heart, userId, publicId)];
  const late = await older.walk({ untick: [TASKS] });
  await newer.finish();
  const before = await connectionOf(userId);

  expect(await heart.consent.receiveCallback(late)).toMatchObject({ kind: 'connected', missingScopes: [] });
  expect(await statusOf(heart, older.attemptId)).toBe('kept');
  expect(await connectionOf(userId)).toEqual(before);
  // Its secret goes, but Google would end the newer grant with it: nothing is revoked there.
  expect(await outboxOf(heart.pools.owner, older.attemptId)).toEqual([
    { kind: 'destroyCredential', payload: { revoke: false } },
  ]);
});

test('S9: kept, the page names what the connection lacks, whatever the older tab had granted', async () => {
  const userId = await newPerson(heart);
  const { publicId } = await park(heart, userId, [READ]);
  const tasks = await park(heart, userId, [TASKS]);
  const [older, newer] = [await startTrip(heart, userId, publicId), await startTrip(heart, userId, publicId)];
  newer.authorizationUrl.searchParams.delete('include_granted_scopes');
  const late = await older.walk({ untick: [READ] });
  await newer.finish({ untick: [TASKS] });

  expect(await heart.consent.receiveCallback(late)).toMatchObject({ kind: 'connected', missingScopes: [TASKS] });
  expect(await waiterOf(heart, tasks.call)).toMatchObject({ status: 'open' });
  expect(await promptOf(heart, tasks.call)).toMatchObject({ missingScopes: [TASKS] });
});

test('an older tab that grants as much replaces the secret, and the old one is destroyed without being revoked', async () => {
  const userId = await newPerson(heart);
  const { publicId } = await park(heart, userId);
  const [older, newer] = [await startTrip(heart, userId, publicId), await startTrip(heart, userId, publicId)];
  await newer.finish();
  await older.finish();

  expect(await connectionOf(userId)).toMatchObject({ version: 2, credential: older.attemptId });
  expect(await outboxOf(heart.pools.owner, newer.attemptId)).toEqual([
    { kind: 'destroyCredential', payload: { revoke: false } },
  ]);
});

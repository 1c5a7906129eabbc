import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { completeCall, failCall } from '../../src/connections/tool-calls.ts';
import { createConnectionReader } from '../../src/providers/postgres/connection-reader.ts';
import { newPerson, startHeart, type Heart } from '../support/heart.ts';
import { connected, runnable } from './support/connected.ts';
import { leaveClean } from './support/invariants.ts';
import { connect } from './support/trip.ts';
import { park } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

async function lastUsed(userId: string): Promise<Date | null> {
  const [account] = await createConnectionReader(heart.pools.gateway).list(userId);
  return account?.lastUsedAt ?? null;
}

test('an account was last used when a call of its person was done with it, and not before', async () => {
  const { userId, call } = await connected(heart);
  expect(await lastUsed(userId)).toBeNull();
  await failCall(heart.store, call, 'forbidden');
  expect(await lastUsed(userId)).toBeNull();
  const next = await runnable(heart, userId);
  await completeCall(heart.store, next.call, {});
  expect(Date.now() - (await lastUsed(userId))!.getTime()).toBeLessThan(60_000);
});

test('calls within a minute of each other note it once; a later one notes it anew', async () => {
  const { userId, call } = await connected(heart);
  await completeCall(heart.store, call, {});
  const first = await lastUsed(userId);
  await completeCall(heart.store, (await runnable(heart, userId)).call, {});
  expect(await lastUsed(userId)).toEqual(first);

  await heart.pools.owner.query(
    `UPDATE connection SET last_used_at = now() - interval '61 seconds' WHERE user_id = $1`,
    [userId],
  );
  await completeCall(heart.store, (await runnable(heart, userId)).call, {});
  expect((await lastUsed(userId))!.getTime()).toBeGreaterThan(first!.getTime());
});

test('nobody else’s account counts as used', async () => {
  const other = await newPerson(heart);
  await connect(heart, other, (await park(heart, other)).publicId, { account: 'alex@example.com' });
  const { call } = await connected(heart);
  await completeCall(heart.store, call, {});
  expect(await lastUsed(other)).toBeNull();
});

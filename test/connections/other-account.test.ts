import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { credentialPath } from '../../src/connections/receive-callback.ts';
import { sweepAttempts } from '../../src/connections/sweep.ts';
import { enterCall } from '../../src/connections/tool-calls.ts';
import { chosenCall, newPerson, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { gatewayWith, ProcessDied } from './support/gateway-with.ts';
import { expectInvariants, forgetConnections, leaveClean } from './support/invariants.ts';
import { ALEX, connect, MINJI, startTrip, statusOf } from './support/trip.ts';
import { park, promptOf, READ, TASKS, wakesOf } from './support/waiting.ts';

let heart: Heart;
const fail = (error: unknown) => {
  throw error;
};
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** Minji is connected; a call that needs more waits; the browser comes back with Alex. */
async function askedAboutAlex() {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId, [READ])).publicId, { account: MINJI });
  const { call, publicId } = await park(heart, userId, [TASKS]);
  const trip = await startTrip(heart, userId, publicId);
  const result = await trip.finish({ account: ALEX });
  return { userId, call, publicId, trip, result };
}

const accountOf = async (userId: string) => {
  const decision = await enterCall(heart.store, await chosenCall(heart, userId, [READ]));
  return decision.kind === 'run' ? decision.connection?.account : decision.kind;
};
const passConfirmation = (attemptId: string) =>
  heart.pools.owner.query(`UPDATE attempt SET confirm_by = now() - interval '1 second' WHERE id = $1`, [attemptId]);
const destroys = async (attemptId: string) =>
  (await outboxOf(heart.pools.owner, attemptId)).filter(({ kind }) => kind === 'destroyCredential');

const google = () => heart.oauth('google');

test('OA-9: another account than before is asked about, and used by nobody until there is a yes', async () => {
  const { userId, call, trip, result } = await askedAboutAlex();
  expect(result).toMatchObject({ kind: 'confirm', account: ALEX, previousAccount: MINJI, attemptId: trip.attemptId });
  expect(await accountOf(userId)).toBe(MINJI);
  expect(await wakesOf(heart, call)).toEqual([]);

  expect(await heart.consent.confirm(trip.attemptId, userId, true)).toMatchObject({ kind: 'connected', account: ALEX });
  expect(await accountOf(userId)).toBe(ALEX);
  expect(await wakesOf(heart, call)).toEqual(['granted']);
});

test('the account that was replaced is revoked at the provider; a second yes changes nothing', async () => {
  const { userId, trip } = await askedAboutAlex();
  const { rows } = await heart.pools.owner.query<{ credential: string }>(
    'SELECT credential FROM connection WHERE user_id = $1',
    [userId],
  );
  await heart.consent.confirm(trip.attemptId, userId, true);
  const again = await heart.consent.confirm(trip.attemptId, userId, true);
  expect(again).toMatchObject({ kind: 'connected', account: ALEX });
  expect(await heart.consent.confirm(trip.attemptId, userId, false)).toMatchObject({ kind: 'connected' });
  expect(await destroys(rows[0]!.credential)).toEqual([{ kind: 'destroyCredential', payload: { revoke: true } }]);
  expect(await destroys(trip.attemptId)).toEqual([]);
});

test('a no keeps the old account, destroys the new secret once, and the request keeps waiting', async () => {
  const { userId, call, publicId, trip } = await askedAboutAlex();
  const no = await heart.consent.confirm(trip.attemptId, userId, false);
  expect(no).toMatchObject({ kind: 'refused', reason: 'notConfirmed', publicId });
  expect(await heart.consent.confirm(trip.attemptId, userId, true)).toMatchObject({ kind: 'refused' });

  expect(await destroys(trip.attemptId)).toEqual([{ kind: 'destroyCredential', payload: { revoke: false } }]);
  expect(await accountOf(userId)).toBe(MINJI);
  expect(await promptOf(heart, call)).toMatchObject({ publicId });
  expect(await wakesOf(heart, call)).toEqual(['denied']);
});

test('OA-9: a yes after ten minutes is too late', async () => {
  const { userId, trip } = await askedAboutAlex();
  await passConfirmation(trip.attemptId);
  expect(await heart.consent.confirm(trip.attemptId, userId, true)).toMatchObject({ reason: 'notConfirmed' });
  expect(await accountOf(userId)).toBe(MINJI);
});

test('OA-9: a question that nobody answers is ended by the sweep, and its secret is destroyed', async () => {
  const { userId, call, trip } = await askedAboutAlex();
  await sweepAttempts(heart.store, fail);
  expect(await statusOf(heart, trip.attemptId)).toBe('confirm');
  await passConfirmation(trip.attemptId);
  expect(await sweepAttempts(heart.store, fail)).toBe(1);
  expect(await sweepAttempts(heart.store, fail)).toBe(0);

  expect(await statusOf(heart, trip.attemptId)).toBe('void');
  expect(await destroys(trip.attemptId)).toHaveLength(1);
  expect(await wakesOf(heart, call)).toEqual(['failed']);
  expect(await accountOf(userId)).toBe(MINJI);
});

test('a process that dies while it takes a yes has either connected the account or asked nothing yet', async () => {
  const { userId, trip } = await askedAboutAlex();
  let transactions = 0;
  const dying = gatewayWith(heart, {
    store: {
      async transact(locks, work) {
        if (++transactions > 1) throw new ProcessDied();
        return heart.gatewayStore.transact(locks, work);
      },
    },
  });
  await dying.confirm(trip.attemptId, userId, true).catch(() => undefined);

  await passConfirmation(trip.attemptId);
  await sweepAttempts(heart.store, fail);
  const status = await statusOf(heart, trip.attemptId);
  expect([status, await accountOf(userId)]).toEqual(status === 'granted' ? ['granted', ALEX] : ['void', MINJI]);
});

test('a yes voids every other trip under way, and destroys the secret of one that was asked about too', async () => {
  const { userId, publicId, trip } = await askedAboutAlex();
  const [asked, walking, idle] = [
    await startTrip(heart, userId, publicId),
    await startTrip(heart, userId, publicId),
    await startTrip(heart, userId, publicId),
  ];
  await asked.finish({ account: ALEX });
  expect(await statusOf(heart, asked.attemptId)).toBe('confirm');
  const late = await walking.walk({ account: MINJI });

  await heart.consent.confirm(trip.attemptId, userId, true);

  for (const { attemptId } of [asked, walking, idle]) expect(await statusOf(heart, attemptId)).toBe('void');
  expect(await destroys(asked.attemptId)).toEqual([{ kind: 'destroyCredential', payload: { revoke: false } }]);
  expect(await heart.consent.receiveCallback(late)).toMatchObject({ kind: 'refused', reason: 'superseded' });
  expect(await accountOf(userId)).toBe(ALEX);
});

test('S5: a yes for a trip whose secret is not stored yet connects nothing', async () => {
  const userId = await newPerson(heart);
  const trip = await startTrip(heart, userId, (await park(heart, userId)).publicId);
  expect(await heart.consent.confirm(trip.attemptId, userId, true)).toMatchObject({ kind: 'refused' });
  let whileStoring: unknown;
  const slow = gatewayWith(heart, {
    vault: {
      async create(path, credential) {
        whileStoring = await heart.consent.confirm(trip.attemptId, userId, true);
        await expectInvariants(heart);
        return heart.vaults.gateway.create(path, credential);
      },
    },
  });
  expect(await slow.receiveCallback(await trip.walk())).toMatchObject({ kind: 'connected' });
  expect(whileStoring).toMatchObject({ kind: 'beingFinished' });
});

test('OA-9: nobody answers for somebody else, and an id that names nothing is unknown', async () => {
  const { trip } = await askedAboutAlex();
  const stranger = await newPerson(heart);
  expect(await heart.consent.confirm(trip.attemptId, stranger, true)).toEqual({ kind: 'unknown' });
  expect(await heart.consent.confirm(stranger, stranger, true)).toEqual({ kind: 'unknown' });
  expect(await statusOf(heart, trip.attemptId)).toBe('confirm');
});

test('OA-9: accounts are compared by subject: a new address of the same account is not another account', async () => {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId, [READ])).publicId);
  const renamed = gatewayWith(heart, {
    google: {
      identify: async (...args) => ({ ...(await google().identify(...args)), label: 'minji.kim@example.com' }),
    },
  });
  const trip = await startTrip(heart, userId, (await park(heart, userId, [TASKS])).publicId);
  const result = await renamed.receiveCallback(await trip.walk());
  expect(result).toMatchObject({ kind: 'connected', account: 'minji.kim@example.com' });
});

test('OA-9: another account that shows the same address is another account', async () => {
  const userId = await newPerson(heart);
  await connect(heart, userId, (await park(heart, userId, [READ])).publicId);
  const twin = gatewayWith(heart, {
    google: { identify: async (...args) => ({ ...(await google().identify(...args)), subject: '100000000000000099' }) },
  });
  const trip = await startTrip(heart, userId, (await park(heart, userId, [TASKS])).publicId);
  expect(await twin.receiveCallback(await trip.walk())).toMatchObject({ kind: 'confirm', account: MINJI });
});

test('OA-9: an account of another person is refused, its secret destroyed, and their grant stays alive', async () => {
  const [owner, userId] = [await newPerson(heart), await newPerson(heart)];
  await connect(heart, owner, (await park(heart, owner)).publicId);
  const { call, publicId } = await park(heart, userId);
  const trip = await startTrip(heart, userId, publicId);

  expect(await trip.finish()).toMatchObject({ kind: 'refused', reason: 'accountTaken', publicId });
  expect(await statusOf(heart, trip.attemptId)).toBe('void');
  expect(await destroys(trip.attemptId)).toEqual([{ kind: 'destroyCredential', payload: { revoke: false } }]);
  expect(await wakesOf(heart, call)).toEqual(['failed']);
  expect(await accountOf(owner)).toBe(MINJI);

  expect(await connect(heart, userId, publicId, { account: ALEX })).toMatchObject({ kind: 'connected' });
});

test('OA-9: a yes to an account that somebody else connected meanwhile is refused', async () => {
  const { userId, trip } = await askedAboutAlex();
  const other = await newPerson(heart);
  await connect(heart, other, (await park(heart, other)).publicId, { account: ALEX });
  const late = await heart.consent.confirm(trip.attemptId, userId, true);
  expect(late).toMatchObject({ kind: 'refused', reason: 'accountTaken' });
  expect(await destroys(trip.attemptId)).toEqual([{ kind: 'destroyCredential', payload: { revoke: false } }]);
  expect([await accountOf(userId), await accountOf(other)]).toEqual([MINJI, ALEX]);
});

test('two people who connect the same account at the same moment: one gets it, the other is told', async () => {
  for (let round = 0; round < 3; round++) {
    const people = [await newPerson(heart), await newPerson(heart)];
    const callbacks = await Promise.all(
      people.map(async (userId) => {
        const trip = await startTrip(heart, userId, (await park(heart, userId)).publicId);
        return { userId, attemptId: trip.attemptId, callback: await trip.walk() };
      }),
    );
    const results = await Promise.all(callbacks.map(({ callback }) => heart.consent.receiveCallback(callback)));
    expect(results.map((result) => (result.kind === 'refused' ? result.reason : result.kind)).sort()).toEqual([
      'accountTaken',
      'connected',
    ]);
    const loser = callbacks[results.findIndex(({ kind }) => kind === 'refused')]!;
    expect(await destroys(loser.attemptId)).toHaveLength(1);
    await expectInvariants(heart);
    await forgetConnections(heart);
  }
});

test('an attempt can be read back by the ids of its own person only', async () => {
  const { userId, trip } = await askedAboutAlex();
  const attempt = (await heart.store.findAttempt(trip.attemptId))!;
  expect(credentialPath(attempt)).toEqual({ userId, provider: 'google', attemptId: trip.attemptId });
  const stranger = await newPerson(heart);
  await heart.store.transact({ userId: stranger, providers: ['google'] }, async (tx) => {
    expect(await tx.attempt(trip.attemptId)).toBeNull();
  });
});

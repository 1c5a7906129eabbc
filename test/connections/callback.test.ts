import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../infra/local/google/faults.ts';
import type { Callback, RefusedReason } from '../../src/connections/consent.ts';
import { sweepAttempts } from '../../src/connections/sweep.ts';
import { newPerson, startHeart, type Heart } from '../support/heart.ts';
import { gatewayWith } from './support/gateway-with.ts';
import { leaveClean } from './support/invariants.ts';
import { practiceGoogle } from './support/practice-google.ts';
import { connect, startTrip, statusOf, type Trip } from './support/trip.ts';
import { park, promptOf, wakesOf, type Wait } from './support/waiting.ts';

let heart: Heart;
const fail = (error: unknown) => {
  throw error;
};
let google: ReturnType<typeof practiceGoogle>;
beforeAll(async () => {
  heart = await startHeart();
  google = practiceGoogle(heart);
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** A person whose browser is about to come back from the provider. */
async function returning(): Promise<{ userId: string; wait: Wait; trip: Trip; callback: Callback }> {
  const userId = await newPerson(heart);
  const wait = await park(heart, userId);
  const trip = await startTrip(heart, userId, wait.publicId);
  return { userId, wait, trip, callback: await trip.walk() };
}

/** How many requests with a code the provider saw while `work` ran. */
async function exchangesDuring(work: () => Promise<unknown>): Promise<number> {
  const before = await google.tokenRequests();
  await work();
  const after = await google.tokenRequests();
  return after.exchange + after.refused - before.exchange - before.refused;
}

/** The request learned it and still waits, on the same link, with a fresh start that works. */
async function expectStillWaiting({ userId, wait }: { userId: string; wait: Wait }): Promise<void> {
  expect(await wakesOf(heart, wait.call)).toEqual(['failed']);
  expect(await promptOf(heart, wait.call)).toMatchObject({ publicId: wait.publicId, lastOutcome: 'failed' });
  expect(await connect(heart, userId, wait.publicId)).toMatchObject({ kind: 'connected' });
}

describe('OA-7: a callback that is wrong is refused without an exchange, burns its state, and the request still waits', () => {
  const WRONG: [string, Partial<Callback>, RefusedReason][] = [
    ['malformed parameters', { malformed: true }, 'malformed'],
    ['no cookie of this attempt', { bindSecretOf: () => undefined }, 'wrongBrowser'],
    ["another attempt's cookie", { bindSecretOf: () => randomBytes(32).toString('base64url') }, 'wrongBrowser'],
    ['an empty cookie', { bindSecretOf: () => '' }, 'wrongBrowser'],
    ['nobody is signed in', { userId: null }, 'wrongPerson'],
    ['somebody else is signed in', { userId: '00000000-0000-4000-8000-000000000000' }, 'wrongPerson'],
    ['another redirect URI', { redirectUri: 'http://localhost:8000/oauth/github/callback' }, 'wrongRedirect'],
    ["another provider's address", { provider: 'github' }, 'wrongRedirect'],
    ['another issuer', { iss: 'https://accounts.google.com.example' }, 'wrongIssuer'],
    ['no issuer', { iss: null }, 'wrongIssuer'],
    ['a denial from another issuer', { iss: null, code: null, error: 'access_denied' }, 'wrongIssuer'],
    ['neither code nor error', { code: null }, 'malformed'],
    ['an error that is not a no', { code: null, error: 'temporarily_unavailable' }, 'exchangeFailed'],
    ['an error of somebody', { code: null, error: '<script>alert(1)</script>' }, 'exchangeFailed'],
  ];

  test.each(WRONG)('%s', async (_name, change, reason) => {
    const { userId, wait, trip, callback } = await returning();
    const exchanges = await exchangesDuring(async () => {
      const result = await heart.consent.receiveCallback({ ...callback, ...change });
      expect(result).toMatchObject({ kind: 'refused', reason, attemptId: trip.attemptId, publicId: wait.publicId });
    });
    expect(exchanges).toBe(0);
    expect(await statusOf(heart, trip.attemptId)).toBe('failed');

    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'refused', reason: 'alreadyUsed' });
    await expectStillWaiting({ userId, wait });
  });
});

test('OA-7: a state that is nobody’s is unknown and touches no attempt', async () => {
  const { trip, callback } = await returning();
  for (const state of [null, '', 'x', randomBytes(32).toString('base64url')]) {
    expect(await heart.consent.receiveCallback({ ...callback, state })).toEqual({ kind: 'unknown' });
  }
  expect(await statusOf(heart, trip.attemptId)).toBe('started');
});

test('OA-5: a code that another trip brought is refused: its verifier is in the cookie of that trip', async () => {
  const [victim, attacker] = [await returning(), await returning()];
  const injected = await heart.consent.receiveCallback({ ...victim.callback, code: attacker.callback.code });
  expect(injected).toMatchObject({ kind: 'refused', reason: 'exchangeFailed' });
  await expectStillWaiting(victim);
});

test('OA-7: a trip of more than ten minutes is refused as expired, and the sweep tells the request', async () => {
  const { userId, wait, trip, callback } = await returning();
  await heart.pools.owner.query(`UPDATE attempt SET expires_at = now() - interval '1 second' WHERE id = $1`, [
    trip.attemptId,
  ]);
  const exchanges = await exchangesDuring(async () => {
    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'refused', reason: 'expired' });
    expect(await sweepAttempts(heart.store, fail)).toBe(1);
    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'refused', reason: 'expired' });
  });
  expect(exchanges).toBe(0);
  expect(await statusOf(heart, trip.attemptId)).toBe('failed');
  await expectStillWaiting({ userId, wait });
});

test('OA-7: of fifty callbacks at once with one state exactly one exchanges', async () => {
  const { trip, callback } = await returning();
  const results: string[] = [];
  const exchanges = await exchangesDuring(async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => heart.consent.receiveCallback(callback)));
    results.push(...all.map((result) => (result.kind === 'refused' ? result.reason : result.kind)));
  });
  expect(exchanges).toBe(1);
  expect(results.filter((result) => result === 'connected')).toHaveLength(1);
  expect(results.filter((result) => result === 'alreadyUsed')).toHaveLength(49);
  expect(await statusOf(heart, trip.attemptId)).toBe('granted');
});

test('a reload after the trip says that it is over, not that the browser is the wrong one', async () => {
  const { trip, callback } = await returning();
  await heart.consent.receiveCallback(callback);
  // The cookie goes with the answer of the first callback.
  const reload = { ...callback, bindSecretOf: () => undefined };
  expect(await heart.consent.receiveCallback(reload)).toMatchObject({ kind: 'refused', reason: 'alreadyUsed' });
  const stranger = await heart.consent.receiveCallback({ ...reload, userId: await newPerson(heart) });
  expect(stranger).toMatchObject({ kind: 'refused', reason: 'wrongBrowser' });
  expect(await statusOf(heart, trip.attemptId)).toBe('granted');
});

test('S5: a callback from the wrong browser during the exchange of the right one changes nothing', async () => {
  const { wait, trip, callback } = await returning();
  const provider = heart.oauth('google');
  const disturbed = gatewayWith(heart, {
    google: {
      async exchange(grant, signal) {
        for (const change of [{ bindSecretOf: () => undefined, userId: null }, { malformed: true }, {}]) {
          expect(await heart.consent.receiveCallback({ ...callback, ...change })).toMatchObject({ kind: 'refused' });
        }
        expect(await statusOf(heart, trip.attemptId)).toBe('burnt');
        return provider.exchange(grant, signal);
      },
    },
  });
  expect(await disturbed.receiveCallback(callback)).toMatchObject({ kind: 'connected' });
  expect(await wakesOf(heart, wait.call)).toEqual(['granted']);
});

test('OA-7: a wrong browser that is faster than the right one leaves no exchange to it', async () => {
  for (let round = 0; round < 5; round++) {
    const { trip, callback } = await returning();
    const wrong = { ...callback, bindSecretOf: () => undefined };
    const exchanges = await exchangesDuring(async () => {
      const [right] = await Promise.all([
        heart.consent.receiveCallback(callback),
        heart.consent.receiveCallback(wrong),
      ]);
      const status = await statusOf(heart, trip.attemptId);
      expect([right.kind, status]).toEqual(
        right.kind === 'connected' ? ['connected', 'granted'] : ['refused', 'failed'],
      );
    });
    expect(exchanges).toBe(await statusOf(heart, trip.attemptId).then((status) => (status === 'granted' ? 1 : 0)));
    await leaveClean(heart);
  }
});

describe('OA-7: a provider that fails in the exchange is a refusal with a fresh start, never a half connection', () => {
  const FAULTS: [string, Fault][] = [
    ['500', { path: '/token', status: 500 }],
    ['503 with Retry-After', { path: '/token', status: 503, retryAfter: 30 }],
    ['429', { path: '/token', status: 429 }],
    ['half of an answer', { path: '/token', truncate: true }],
    ['a page', { path: '/token', html: true }],
    ['an error page', { path: '/token', html: true, status: 502 }],
    ['invalid_client', { path: '/token', status: 401, reason: 'invalid_client' }],
    ['it did it, we saw an error', { path: '/token', status: 500, afterEffect: true }],
    ['it did it, half of the tokens arrived', { path: '/token', truncate: true, afterEffect: true }],
    ['no word about the account', { path: '/v1/userinfo', status: 500 }],
    ['the new token is refused at once', { path: '/v1/userinfo', status: 401 }],
    ['a page instead of the account', { path: '/v1/userinfo', html: true }],
  ];

  test.each(FAULTS)('%s', async (_name, fault) => {
    const { userId, wait, trip, callback } = await returning();
    await google.fault(fault);
    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'refused', reason: 'exchangeFailed' });
    expect(await statusOf(heart, trip.attemptId)).toBe('failed');
    await expectStillWaiting({ userId, wait });
  });

  test.each(['/token', '/v1/userinfo'])('no answer ever from %s', async (path) => {
    const { userId, wait, callback } = await returning();
    await google.fault({ path, hang: true });
    const impatient = gatewayWith(heart, { store: { times: { ...heart.gatewayStore.times, exchangeMs: 200 } } });
    expect(await impatient.receiveCallback(callback)).toMatchObject({ kind: 'refused', reason: 'exchangeFailed' });
    await expectStillWaiting({ userId, wait });
  });
});

describe('starting a trip', () => {
  test('OA-4: the link of another person starts nothing; a link of nobody is not found; a closed one says so', async () => {
    const { userId, wait } = await returning();
    const stranger = await newPerson(heart);
    expect(await heart.consent.start(wait.publicId, stranger)).toEqual({ kind: 'notOwner' });
    expect(await heart.consent.start('nobody-has-this-link', userId)).toEqual({ kind: 'notFound' });
    await connect(heart, userId, wait.publicId);
    await sweepAttempts(heart.store, fail);
    const { rows } = await heart.pools.owner.query(`SELECT 1 FROM attempt WHERE user_id = $1`, [stranger]);
    expect(rows).toEqual([]);
  });

  test('OA-4: the owner is told that somebody else opened the link; the audit names both sides by id only', async () => {
    const { userId, wait } = await returning();
    const stranger = await newPerson(heart);
    await heart.consent.reportStranger(wait.publicId, stranger);
    expect(await promptOf(heart, wait.call)).toMatchObject({ openedByStranger: true });
    const { rows } = await heart.pools.owner.query(
      'SELECT user_id, kind, flow_id FROM audit_event WHERE kind = ANY ($1) ORDER BY id',
      [['linkOpenedByStranger', 'openedForeignLink']],
    );
    expect(rows).toEqual([
      { user_id: userId, kind: 'linkOpenedByStranger', flow_id: wait.flowId },
      { user_id: stranger, kind: 'openedForeignLink', flow_id: null },
    ]);
  });

  test('OA-5: SQL holds neither state nor cookie nor verifier, and Vault alone holds the tokens', async () => {
    const { trip, callback } = await returning();
    await heart.consent.receiveCallback(callback);
    const { rows } = await heart.pools.owner.query<{ dump: string }>(
      `SELECT to_jsonb(a)::text AS dump FROM attempt a UNION ALL SELECT to_jsonb(c)::text FROM connection c
       UNION ALL SELECT to_jsonb(o)::text FROM outbox o UNION ALL SELECT to_jsonb(e)::text FROM audit_event e`,
    );
    const dump = rows.map((row) => row.dump).join('\n');
    const stored = await heart.vaults.orchestrator.read({
      userId: callback.userId!,
      provider: 'google',
      attemptId: trip.attemptId,
    });
    if (stored.kind !== 'credential') throw new Error('the secret is in Vault');
    const { accessToken, refreshToken } = stored.credential;
    const secrets = [
      callback.state!,
      callback.code!,
      callback.bindSecretOf(trip.attemptId)!,
      accessToken,
      refreshToken!,
    ];
    for (const secret of secrets) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(dump).toContain(trip.attemptId);
  });

  test('an eleventh trip at once is too many', async () => {
    const { userId, wait } = await returning();
    for (let trips = 1; trips < 10; trips++) await startTrip(heart, userId, wait.publicId);
    expect(await heart.consent.start(wait.publicId, userId)).toEqual({ kind: 'busy' });
  });
});

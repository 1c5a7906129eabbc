import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { finishAttempt } from '../../src/connections/finish-attempt.ts';
import { credentialPath } from '../../src/connections/receive-callback.ts';
import { repairAttempt } from '../../src/connections/repair-attempt.ts';
import { sweepAttempts } from '../../src/connections/sweep.ts';
import { completeCall, enterCall } from '../../src/connections/tool-calls.ts';
import type { Attempt, Call } from '../../src/ports/consent-store.ts';
import { chosenCall, newPerson, startHeart, type Heart } from '../support/heart.ts';
import { expectInvariants, leaveClean } from './support/invariants.ts';
import { startTrip } from './support/trip.ts';
import { park, parkCall, passDeadline, READ, TASKS, wakesOf, type Wait } from './support/waiting.ts';

let heart: Heart;
const fail = (error: unknown) => {
  throw error;
};
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

/** Repeatable chance (mulberry32): the same seed makes the same rounds. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A trip whose secret is stored and whose finish is due, without Google: its account is nobody else's. */
async function storedTrip({ call, publicId }: Wait, granted: string[]): Promise<Attempt> {
  const { userId } = call;
  const { attemptId } = await startTrip(heart, userId, publicId);
  const attempt = (await heart.gatewayStore.findAttempt(attemptId))!;
  await heart.gatewayStore.burnAttempt(attemptId);
  const account = { subject: userId, account: 'somebody@example.com', granted };
  await heart.gatewayStore.recordAccount(attemptId, account);
  const secret = { accessToken: 'an-access-token', refreshToken: 'a-refresh-token', expiresAt: null };
  await heart.vaults.gateway.create(credentialPath(attempt), secret);
  return attempt;
}

const finish = (attempt: Attempt) => finishAttempt(heart.gatewayStore, attempt);
const repair = (attempt: Attempt) => repairAttempt(heart.store, heart.vaults.orchestrator, attempt.id);
const choose = ({ call, flowId }: Wait, choice: 'skip' | 'snooze') =>
  heart.consent.choose({ requestId: call.requestId, userId: call.userId, flowId, choice });
const cancel = ({ call }: Wait) => heart.consent.cancel(call.requestId, call.userId);

/** A wake: the call is tried and, where it may, runs to its end. */
async function wake(call: Call): Promise<string> {
  const decision = await enterCall(heart.store, call);
  if (decision.kind === 'run') await completeCall(heart.store, call, {});
  return decision.kind === 'closed' ? decision.reason : decision.kind;
}

/** Runs all at once, each after a few milliseconds of chance. */
async function atOnce<T extends Record<string, () => Promise<unknown>>>(random: () => number, steps: T) {
  const answers = await Promise.all(
    Object.entries(steps).map(async ([name, step]) => {
      await delay(random() * 8);
      return [name, await step()];
    }),
  );
  return Object.fromEntries(answers) as { [Name in keyof T]: Awaited<ReturnType<T[Name]>> };
}

test('S2, S4: a skip that races consent, repair and a wake has either closed the call or come too late', async () => {
  const random = chance(1);
  const seen = new Set<string>();
  for (let round = 0; round < 15; round++) {
    const userId = await newPerson(heart);
    const [skipped, other] = [await park(heart, userId), await park(heart, userId)];
    const attempt = await storedTrip(skipped, [READ]);
    const { skip, wakened } = await atOnce(random, {
      finished: () => finish(attempt),
      repaired: () => repair(attempt),
      skip: () => choose(skipped, 'skip'),
      wakened: () => wake(skipped.call),
      snoozed: () => choose(other, 'snooze'),
    });
    const end = await wake(skipped.call);
    seen.add(`${skip}, ${wakened}, ${end}`);
    if (skip === 'accepted') {
      expect(['parked', 'skipped']).toContain(wakened);
      expect(end).toBe('skipped');
    } else {
      expect(['run', 'done']).toContain(end);
    }
    expect(await wakesOf(heart, other.call)).toEqual(['granted']);
    expect(await wake(other.call)).toBe('run');
  }
  expect(seen.size).toBeGreaterThan(1);
});

test('S2, L1: a cancel that races the first try of a call leaves no wait behind, and the call never runs after it', async () => {
  const random = chance(2);
  for (let round = 0; round < 15; round++) {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    const attempt = await storedTrip(wait, [READ]);
    const late = await chosenCall(heart, userId);
    const lateWait = { ...wait, call: late };
    const { cancelled } = await atOnce(random, {
      tried: () => enterCall(heart.store, late),
      cancelled: () => cancel(lateWait),
      finished: () => finish(attempt),
    });
    expect(cancelled).toBe('cancelled');
    expect(await wake(late)).toBe('cancelled');
    await expectInvariants(heart, userId);
  }
});

test('L2: a deadline that races consent expires the call only where the credential was not committed yet', async () => {
  const random = chance(3);
  for (let round = 0; round < 15; round++) {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    const attempt = await storedTrip(wait, [READ]);
    await passDeadline(heart, wait.call);
    const { decided } = await atOnce(random, {
      decided: () => wake(wait.call),
      finished: () => finish(attempt),
      repaired: () => repair(attempt),
    });
    expect(['run', 'expired']).toContain(decided);
    expect(await wake(wait.call)).toBe(decided === 'run' ? 'done' : 'expired');
    if (decided === 'expired') expect(await wakesOf(heart, wait.call)).toEqual([]);
  }
});

test('S3, S6: calls that begin to wait while consent is committed join the one flow or run at once', async () => {
  const random = chance(4);
  for (let round = 0; round < 15; round++) {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    const attempt = await storedTrip(wait, [READ]);
    const calls = await Promise.all(Array.from({ length: 4 }, () => chosenCall(heart, userId)));
    await atOnce(random, {
      finished: () => finish(attempt),
      first: () => enterCall(heart.store, calls[0]!),
      second: () => enterCall(heart.store, calls[1]!),
      third: () => enterCall(heart.store, calls[2]!),
      fourth: () => enterCall(heart.store, calls[3]!),
    });
    await expectInvariants(heart, userId);
    // Whoever parked before the commit was released by it, and nobody waits although the account is connected.
    for (const call of [wait.call, ...calls]) expect(await wake(call)).toBe('run');
  }
});

test('S3: ten calls of one person that begin to wait at the same moment wait on one flow', async () => {
  const userId = await newPerson(heart);
  const calls = await Promise.all(Array.from({ length: 10 }, () => chosenCall(heart, userId)));
  const waits = await Promise.all(calls.map((call) => parkCall(heart, call)));
  expect(new Set(waits.map(({ flowId }) => flowId)).size).toBe(1);
});

test('S5, S6: two tabs that finish at the same moment leave one credential, the wider one where they differ', async () => {
  const random = chance(5);
  for (let round = 0; round < 8; round++) {
    const userId = await newPerson(heart);
    const [reads, tasks] = [await park(heart, userId, [READ]), await park(heart, userId, [TASKS])];
    const [narrow, wide] = [await storedTrip(reads, [READ]), await storedTrip(reads, [READ, TASKS])];
    await atOnce(random, {
      narrow: () => finish(narrow),
      wide: () => finish(wide),
      swept: () => sweepAttempts(heart.store, fail),
      repaired: () => repair(narrow),
    });
    await expectInvariants(heart, userId);
    for (const { call } of [reads, tasks]) {
      expect(await wakesOf(heart, call)).toEqual(['granted']);
      expect(await wake(call)).toBe('run');
    }
    const { rows } = await heart.pools.owner.query('SELECT scopes, credential FROM connection WHERE user_id = $1', [
      userId,
    ]);
    expect(rows).toEqual([{ scopes: [READ, TASKS].sort(), credential: wide.id }]);
  }
});

test('whatever happens at once to one person, what must hold holds, and every request can end', async () => {
  const random = chance(6);
  for (let round = 0; round < 8; round++) {
    const userId = await newPerson(heart);
    const [a, b, c] = [await park(heart, userId), await park(heart, userId, [READ, TASKS]), await park(heart, userId)];
    const attempts = [await storedTrip(a, [READ]), await storedTrip(a, [TASKS]), await storedTrip(a, [READ, TASKS])];
    const started = await startTrip(heart, userId, a.publicId);
    const calls = [a, b, c];
    const any = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!;
    const menu = [
      () => finish(any(attempts)),
      () => repair(any(attempts)),
      () => choose(any(calls), 'skip'),
      () => choose(any(calls), 'snooze'),
      () => cancel(any(calls)),
      () => wake(any(calls).call),
      () => passDeadline(heart, any(calls).call),
      () => heart.consent.decline(a.publicId, userId),
      () => heart.consent.confirm(any(attempts).id, userId, random() > 0.5),
      () => heart.consent.confirm(started.attemptId, userId, true),
    ];
    const steps = Array.from({ length: 14 }, (_, index) => [String(index), any(menu)]);
    await atOnce(random, Object.fromEntries(steps) as Record<string, () => Promise<unknown>>);
    await expectInvariants(heart, userId);

    for (const attempt of attempts) await repair(attempt);
    await Promise.all(calls.map(({ call }) => passDeadline(heart, call)));
    for (const { call } of calls) {
      expect(['run', 'done', 'expired', 'skipped', 'cancelled', 'insufficient']).toContain(await wake(call));
    }
  }
});

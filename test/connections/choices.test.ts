import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { cancelRequest, endRequest } from '../../src/connections/end-request.ts';
import { completeCall, enterCall } from '../../src/connections/tool-calls.ts';
import type { ConsentStore, RequestFacts } from '../../src/ports/consent-store.ts';
import { chosenCall, chosenCalls, newPerson, newRequest, outboxOf, startHeart, type Heart } from '../support/heart.ts';
import { leaveClean } from './support/invariants.ts';
import { connect, startTrip } from './support/trip.ts';
import { park, parkCall, passDeadline, promptOf, READ, waiterOf, wakesOf, type Wait } from './support/waiting.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const DAY_MS = 24 * 60 * 60 * 1000;

const choose = ({ call, flowId }: Wait, choice: 'skip' | 'snooze', userId = call.userId) =>
  heart.consent.choose({ requestId: call.requestId, userId, flowId, choice });
const cancel = ({ call }: Wait) => heart.consent.cancel(call.requestId, call.userId);
const kindsOf = async (requestId: string) => (await outboxOf(heart.pools.owner, requestId)).map(({ kind }) => kind);
const ended = { outcome: 'done', answer: 'an answer', ifCancelled: 'it was cancelled' } as const;

describe('skip', () => {
  test('S2: a skipped call never runs, although a consent that would cover it comes afterwards', async () => {
    const userId = await newPerson(heart);
    const [skipped, other] = [await park(heart, userId), await park(heart, userId)];
    const trip = await startTrip(heart, userId, skipped.publicId);
    const callback = await trip.walk();

    expect(await choose(skipped, 'skip')).toBe('accepted');
    await heart.consent.receiveCallback(callback);

    expect(await enterCall(heart.store, skipped.call)).toEqual({ kind: 'closed', reason: 'skipped' });
    expect(await wakesOf(heart, skipped.call)).toEqual([]);
    expect(await kindsOf(skipped.call.requestId)).toEqual(['startRequest', 'choiceMade']);
    expect(await wakesOf(heart, other.call)).toEqual(['granted']);
  });

  test('leaves the wait of others as it is, and closes the link with the last one', async () => {
    const userId = await newPerson(heart);
    const [first, last] = [await park(heart, userId), await park(heart, userId)];
    await choose(first, 'skip');
    expect(await heart.consent.describe(last.publicId)).toMatchObject({
      live: true,
      waiting: [{ requestId: last.call.requestId }],
    });
    await choose(last, 'skip');
    expect(await heart.consent.describe(last.publicId)).toMatchObject({ live: false, waiting: [] });
    expect(await heart.consent.start(last.publicId, userId)).toEqual({ kind: 'closed' });
  });

  test('skips every call of the request that waits on this account, with one hint', async () => {
    const userId = await newPerson(heart);
    const calls = await chosenCalls(heart, userId, [[READ], [READ]]);
    const [wait] = [await parkCall(heart, calls[0]!), await parkCall(heart, calls[1]!)];
    await choose(wait, 'skip');
    for (const call of calls) expect(await waiterOf(heart, call)).toMatchObject({ status: 'skipped' });
    expect(await kindsOf(wait.call.requestId)).toEqual(['startRequest', 'choiceMade']);
  });

  test('after the release is too late: the call runs', async () => {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    await connect(heart, userId, wait.publicId);
    expect(await choose(wait, 'skip')).toBe('notFound');
    expect(await enterCall(heart.store, wait.call)).toMatchObject({ kind: 'run' });
  });

  test('WE-1: nobody chooses for somebody else, and only for a flow that the request waits on', async () => {
    const [userId, stranger] = [await newPerson(heart), await newPerson(heart)];
    const [wait, foreign] = [await park(heart, userId), await park(heart, stranger)];
    expect(await choose(wait, 'skip', stranger)).toBe('notFound');
    expect(await choose({ ...wait, flowId: foreign.flowId }, 'skip')).toBe('notFound');
    expect(await choose({ ...foreign, flowId: wait.flowId }, 'skip', userId)).toBe('notFound');
    for (const { call } of [wait, foreign]) expect(await waiterOf(heart, call)).toMatchObject({ status: 'open' });
  });
});

describe('deadline', () => {
  test('L2: a credential that comes before the deadline is decided runs the call, although the time is over', async () => {
    const userId = await newPerson(heart);
    const [late, other] = [await park(heart, userId), await park(heart, userId)];
    await connect(heart, userId, other.publicId);
    await passDeadline(heart, late.call);
    expect(await enterCall(heart.store, late.call)).toMatchObject({ kind: 'run' });
  });

  test('L1: without one the call expires, once, and no later consent runs it', async () => {
    const userId = await newPerson(heart);
    const [late, other] = [await park(heart, userId), await park(heart, userId)];
    await passDeadline(heart, late.call);
    expect(await enterCall(heart.store, late.call)).toEqual({ kind: 'closed', reason: 'expired' });
    await connect(heart, userId, other.publicId);
    expect(await enterCall(heart.store, late.call)).toEqual({ kind: 'closed', reason: 'expired' });
    expect(await wakesOf(heart, late.call)).toEqual([]);
  });

  test('is the first one however often the call is parked again', async () => {
    const userId = await newPerson(heart);
    const { call } = await park(heart, userId);
    await heart.pools.owner.query(`UPDATE waiter SET deadline = now() + interval '1 hour' WHERE request_id = $1`, [
      call.requestId,
    ]);
    const { deadline } = await promptOf(heart, call);
    await heart.consent.decline((await promptOf(heart, call)).publicId, userId);
    await parkCall(heart, call);
    expect((await promptOf(heart, call)).deadline).toEqual(deadline);
  });

  test('a snooze moves it by a day, and a deadline that was passed meanwhile does not count', async () => {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    const { deadline } = await promptOf(heart, wait.call);
    expect(deadline.getTime() - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
    expect(await choose(wait, 'snooze')).toBe('accepted');
    expect((await promptOf(heart, wait.call)).deadline.getTime() - deadline.getTime()).toBe(DAY_MS);

    await passDeadline(heart, wait.call);
    expect(await choose(wait, 'snooze')).toBe('accepted');
    await parkCall(heart, wait.call);
    expect(await kindsOf(wait.call.requestId)).toEqual(['startRequest', 'choiceMade', 'choiceMade']);
  });

  test('after it was decided nothing can be chosen any more', async () => {
    const wait = await park(heart, await newPerson(heart));
    await passDeadline(heart, wait.call);
    await enterCall(heart.store, wait.call);
    expect(await choose(wait, 'snooze')).toBe('notFound');
    expect(await choose(wait, 'skip')).toBe('notFound');
    expect(await waiterOf(heart, wait.call)).toMatchObject({ status: 'expired' });
  });
});

describe('cancel', () => {
  test('S2: while it waits: the wait closes with its link, and no consent runs the call', async () => {
    const userId = await newPerson(heart);
    const wait = await park(heart, userId);
    const callback = await (await startTrip(heart, userId, wait.publicId)).walk();
    expect(await cancel(wait)).toBe('cancelled');
    expect(await heart.consent.receiveCallback(callback)).toMatchObject({ kind: 'connected' });
    expect(await enterCall(heart.store, wait.call)).toEqual({ kind: 'closed', reason: 'cancelled' });
    expect(await kindsOf(wait.call.requestId)).toEqual(['startRequest', 'cancelRequest']);
    expect(await heart.consent.start(wait.publicId, userId)).toEqual({ kind: 'closed' });
  });

  test('S2: before its call was tried, and after its release: the call does not run', async () => {
    const userId = await newPerson(heart);
    const untried = await chosenCall(heart, userId);
    await heart.consent.cancel(untried.requestId, userId);
    expect(await enterCall(heart.store, untried)).toEqual({ kind: 'closed', reason: 'cancelled' });

    const released = await park(heart, userId);
    await connect(heart, userId, released.publicId);
    await cancel(released);
    expect(await waiterOf(heart, released.call)).toMatchObject({ status: 'cancelled' });
    expect(await enterCall(heart.store, released.call)).toEqual({ kind: 'closed', reason: 'cancelled' });
  });

  test('twice is once; after the end it is too late; nobody cancels for somebody else', async () => {
    const [userId, stranger] = [await newPerson(heart), await newPerson(heart)];
    const wait = await park(heart, userId);
    expect(await heart.consent.cancel(wait.call.requestId, stranger)).toBe('notFound');
    expect(await heart.consent.cancel(stranger, userId)).toBe('notFound');
    expect(await cancel(wait)).toBe('cancelled');
    expect(await cancel(wait)).toBe('cancelled');
    expect(await kindsOf(wait.call.requestId)).toEqual(['startRequest', 'cancelRequest']);

    const requestId = await newRequest(heart, userId);
    await endRequest(heart.store, requestId, ended);
    expect(await heart.consent.cancel(requestId, userId)).toBe('alreadyEnded');
    expect(await heart.requests.find(userId, requestId)).toMatchObject({ status: 'done', answer: 'an answer' });
  });

  test('L1: closes a wait that began after the request was looked up, and its link with it', async () => {
    const userId = await newPerson(heart);
    for (const finish of ['cancel', 'end'] as const) {
      const requestId = await newRequest(heart, userId);
      const late = parksAfterLookUp(requestId);
      if (finish === 'cancel') expect(await cancelRequest(late, requestId, userId)).toBe('cancelled');
      else await endRequest(late, requestId, ended);

      const call = (await heart.store.findCall(requestId, '1.1'))!;
      expect(await waiterOf(heart, call)).toMatchObject({ status: 'cancelled' });
      expect(await enterCall(heart.store, call)).toEqual({ kind: 'closed', reason: 'cancelled' });
    }
  });

  /** A store in which a call of the request is chosen and parked right after the request's facts were read. */
  function parksAfterLookUp(requestId: string): ConsentStore {
    let facts: Promise<RequestFacts | null> | null = null;
    const lookUp = async () => {
      const found = await heart.store.findRequest(requestId);
      const needs = { provider: 'google', needs: [READ], writes: false } as const;
      await heart.stories.saveTurn(requestId, {
        step: 1,
        answer: null,
        calls: [{ tool: 'calendar_list_events', arguments: {}, ...needs }],
      });
      await parkCall(heart, (await heart.store.findCall(requestId, '1.1'))!);
      return found;
    };
    return {
      ...heart.store,
      findRequest: async (id) => {
        if (facts !== null) return heart.store.findRequest(id);
        facts = lookUp();
        return facts;
      },
    };
  }
});

describe('end', () => {
  test('closes what the request left open, and is written once', async () => {
    const wait = await park(heart, await newPerson(heart));
    await endRequest(heart.store, wait.call.requestId, ended);
    await endRequest(heart.store, wait.call.requestId, { ...ended, outcome: 'failed', answer: 'a retry that differs' });
    expect(await waiterOf(heart, wait.call)).toMatchObject({ status: 'cancelled' });
    expect(await heart.requests.find(wait.call.userId, wait.call.requestId)).toMatchObject({
      status: 'done',
      answer: 'an answer',
      waitingFor: [],
    });
    expect(await enterCall(heart.store, wait.call)).toEqual({ kind: 'closed', reason: 'cancelled' });
    expect(await heart.consent.start(wait.publicId, wait.call.userId)).toEqual({ kind: 'closed' });
  });

  test('a cancellation that was accepted wins over an answer that was on its way', async () => {
    const userId = await newPerson(heart);
    const call = await chosenCall(heart, userId);
    await completeCall(heart.store, call, {});
    await heart.consent.cancel(call.requestId, userId);
    expect(await endRequest(heart.store, call.requestId, ended)).toBe('cancelled');
    const view = await heart.requests.find(userId, call.requestId);
    expect(view).toMatchObject({ status: 'cancelled', answer: 'it was cancelled' });
  });
});

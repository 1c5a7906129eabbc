import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Call, ConsentTx } from '../../src/ports/consent-store.ts';
import type { ModelTurn } from '../../src/ports/model.ts';
import { leaveClean } from '../connections/support/invariants.ts';
import { park, promptOf, waiterOf } from '../connections/support/waiting.ts';
import { newPerson, newRequest, startHeart, type Heart } from '../support/heart.ts';
import { activitiesOf, runAs } from './support/activities.ts';

let heart: Heart;
beforeAll(async () => {
  heart = await startHeart();
}, 60_000);
afterAll(() => heart.close());
afterEach(() => leaveClean(heart));

const WEEK = { tool: 'calendar_list_events', arguments: { from: '2026-11-23', to: '2026-11-30' } };
const calls = (...chosen: { tool: string; arguments: unknown }[]): ModelTurn => ({ kind: 'calls', calls: chosen });
const workflowOf = (requestId: string) => `request-${requestId}`;
const storedTurns = async (requestId: string) => (await heart.stories.claim(requestId))?.turns;

describe('think', () => {
  const firstTurn = (requestId: string, activities: ReturnType<typeof activitiesOf>['activities']) =>
    runAs(workflowOf(requestId), () => activities.think({ requestId, step: 1, settled: [] }));

  test('stores the turn before it returns it, with ids of ours and without the arguments', async () => {
    const requestId = await newRequest(heart, await newPerson(heart));
    const { activities, turns } = activitiesOf(heart);
    turns.push(calls(WEEK, WEEK));
    expect(await firstTurn(requestId, activities)).toEqual({
      kind: 'calls',
      calls: [
        { callId: '1.1', tool: WEEK.tool, provider: 'google' },
        { callId: '1.2', tool: WEEK.tool, provider: 'google' },
      ],
    });
    expect(await storedTurns(requestId)).toMatchObject([{ step: 1, calls: [WEEK, WEEK] }]);
  });

  test('a retry returns the stored turn and does not think again', async () => {
    const requestId = await newRequest(heart, await newPerson(heart));
    const { activities, turns } = activitiesOf(heart);
    turns.push(calls(WEEK));
    const first = await firstTurn(requestId, activities);
    expect(await firstTurn(requestId, activities)).toEqual(first);

    turns.push({ kind: 'answer', text: 'done' });
    const second = () =>
      runAs(workflowOf(requestId), () =>
        activities.think({ requestId, step: 2, settled: [{ callId: '1.1', outcome: 'done' }] }),
      );
    expect(await second()).toEqual({ kind: 'answer' });
    expect(await second()).toEqual({ kind: 'answer' });
    expect(await storedTurns(requestId)).toMatchObject([{ step: 1 }, { step: 2, answer: 'done', calls: [] }]);
  });

  test('two that think at once return one turn, whatever the second model would have said', async () => {
    const requestId = await newRequest(heart, await newPerson(heart));
    const processes = [activitiesOf(heart), activitiesOf(heart)];
    processes[0]!.turns.push(calls(WEEK));
    processes[1]!.turns.push({ kind: 'answer', text: 'no need' });
    const [one, other] = await Promise.all(processes.map(({ activities }) => firstTurn(requestId, activities)));
    expect(one).toEqual(other);
    expect(await storedTurns(requestId)).toHaveLength(1);
  });

  test.each<[string, ModelTurn, string]>([
    ['a tool that does not exist', calls({ tool: 'shell', arguments: {} }), 'unknownTool'],
    ['a tool of every object', calls({ tool: 'constructor', arguments: {} }), 'unknownTool'],
    ['arguments that are none', calls({ tool: WEEK.tool, arguments: 'this week' }), 'badArguments'],
    ['unknown arguments', calls({ tool: WEEK.tool, arguments: { ...WEEK.arguments, calendar: 'x' } }), 'badArguments'],
    [
      'a range backwards',
      calls({ tool: WEEK.tool, arguments: { from: '2026-11-30', to: '2026-11-23' } }),
      'badArguments',
    ],
    ['no calls', calls(), 'modelMisbehaved'],
    ['too many calls', calls(WEEK, WEEK, WEEK, WEEK, WEEK, WEEK), 'modelMisbehaved'],
  ])('AG-1: %s from the model is refused and stored nowhere', async (_name, turn, type) => {
    const requestId = await newRequest(heart, await newPerson(heart));
    const { activities, turns } = activitiesOf(heart);
    turns.push(turn);
    await expect(firstTurn(requestId, activities)).rejects.toMatchObject({ type, nonRetryable: true });
    expect(await storedTurns(requestId)).toEqual([]);
  });

  test('what a call failed with is there for the next turn, and never replaces a result', async () => {
    const requestId = await newRequest(heart, await newPerson(heart));
    const { activities, turns } = activitiesOf(heart);
    turns.push(calls(WEEK, WEEK), { kind: 'answer', text: 'half' });
    await firstTurn(requestId, activities);
    await heart.store.transact(
      { userId: (await heart.store.findRequest(requestId))!.userId, providers: [] },
      async (tx) => {
        const call = (await heart.store.findCall(requestId, '1.2'))!;
        await tx.enterCall(call);
        await tx.saveResult(call, { events: [] });
      },
    );
    const settled = ['1.1', '1.2'].map((callId) => ({ callId, outcome: 'failed', code: 'provider.timeout' }) as const);
    await runAs(workflowOf(requestId), () => activities.think({ requestId, step: 2, settled }));
    const [first] = (await storedTurns(requestId))!;
    expect(first?.calls.map(({ outcome }) => outcome)).toEqual([
      { kind: 'failed', code: 'provider.timeout' },
      { kind: 'done', result: { events: [] } },
    ]);
  });
});

describe('finishRequest', () => {
  const finish = (requestId: string, outcome: 'done' | 'failed' | 'cancelled' | 'expired') => {
    const { activities } = activitiesOf(heart);
    return runAs(workflowOf(requestId), () => activities.finishRequest({ requestId, outcome }));
  };

  test('twice is once: the first answer stays', async () => {
    const userId = await newPerson(heart);
    const requestId = await newRequest(heart, userId);
    await heart.stories.claim(requestId);
    await heart.stories.saveTurn(requestId, { step: 1, answer: 'here it is', calls: [] });
    expect(await finish(requestId, 'done')).toEqual({ outcome: 'done' });
    const first = await heart.requests.find(userId, requestId);
    expect(first).toMatchObject({ status: 'done', answer: 'here it is' });
    await finish(requestId, 'failed');
    expect(await heart.requests.find(userId, requestId)).toEqual(first);
  });

  test('closes what the request left waiting and says what happened', async () => {
    const userId = await newPerson(heart);
    const { call } = await park(heart, userId);
    expect(await finish(call.requestId, 'failed')).toEqual({ outcome: 'failed' });
    expect(await waiterOf(heart, call)).toMatchObject({ status: 'cancelled' });
    const view = await heart.requests.find(userId, call.requestId);
    expect(view).toMatchObject({
      status: 'failed',
      answer: expect.stringContaining('답을 만들지 못했습니다'),
      waitingFor: [],
    });
  });

  test('S2: a failure never says that nothing was changed while a write was perhaps sent, or done', async () => {
    const userId = await newPerson(heart);
    const answerAfter = async (write: (call: Call) => Promise<void>) => {
      const requestId = await newRequest(heart, userId);
      const chosen = {
        tool: 'calendar_create_event',
        arguments: {},
        provider: 'google',
        needs: [],
        writes: true,
      } as const;
      await heart.stories.saveTurn(requestId, { step: 1, answer: null, calls: [chosen] });
      await write((await heart.store.findCall(requestId, '1.1'))!);
      await finish(requestId, 'failed');
      return (await heart.requests.find(userId, requestId))?.answer;
    };
    const inLedger = (work: (tx: ConsentTx, call: Call) => Promise<void>) => (call: Call) =>
      heart.store.transact({ userId, providers: [] }, async (tx) => {
        await tx.enterCall(call);
        await work(tx, call);
      });
    expect(await answerAfter(inLedger((tx, call) => tx.startEffect(call, 1)))).toMatch(/처리되었을 수 있으니/);
    expect(await answerAfter(inLedger((tx, call) => tx.saveResult(call, {})))).toMatch(/이미 처리된 일이 있으니/);
    expect(await answerAfter(() => Promise.resolve())).toMatch(/아무것도 바뀌지 않았으니/);
  });

  test('an accepted cancellation wins over an answer, also one that is accepted while it is written', async () => {
    const userId = await newPerson(heart);
    const early = await newRequest(heart, userId);
    await heart.consent.cancel(early, userId);
    expect(await finish(early, 'done')).toEqual({ outcome: 'cancelled' });

    const late = await newRequest(heart, userId);
    const { activities } = activitiesOf(heart, {
      stories: {
        ...heart.stories,
        async claim(requestId) {
          const story = await heart.stories.claim(requestId);
          await heart.consent.cancel(late, userId);
          return story;
        },
      },
    });
    const ended = runAs(workflowOf(late), () => activities.finishRequest({ requestId: late, outcome: 'done' }));
    expect(await ended).toEqual({ outcome: 'cancelled' });
    for (const requestId of [early, late]) {
      expect(await heart.requests.find(userId, requestId)).toMatchObject({
        status: 'cancelled',
        answer: '요청을 그만두었습니다. 아무것도 보내지 않았습니다.',
      });
    }
  });
});

describe('MO-5: an activity acts only for the workflow that its row belongs to', () => {
  test('every other one is refused, not retried, and changes nothing', async () => {
    const wait = await park(heart, await newPerson(heart));
    const started = await heart.consent.start(wait.publicId, wait.call.userId);
    if (started.kind !== 'started') throw new Error(started.kind);
    const { requestId, callId } = wait.call;
    const { attemptId } = started;
    const before = await promptOf(heart, wait.call);
    const { activities } = activitiesOf(heart);
    const work: Record<string, () => Promise<unknown>> = {
      think: () => activities.think({ requestId, step: 1, settled: [] }),
      callTool: () => activities.callTool({ requestId, callId }),
      finishRequest: () => activities.finishRequest({ requestId, outcome: 'failed' }),
      repairAttempt: () => activities.repairAttempt({ attemptId }),
      revokeGrant: () => activities.revokeGrant({ attemptId }),
      destroyCredential: () => activities.destroyCredential({ attemptId }),
    };
    const strangers = ['', requestId, workflowOf(randomUUID()), `run-${requestId}`, `disconnect-${randomUUID()}`];
    for (const act of Object.values(work)) {
      for (const stranger of strangers) {
        await expect(runAs(stranger, act)).rejects.toMatchObject({ type: 'notYours', nonRetryable: true });
      }
    }
    expect(await promptOf(heart, wait.call)).toEqual(before);
    expect(await heart.requests.find(wait.call.userId, requestId)).toMatchObject({ status: 'waiting', answer: null });
    const path = { userId: wait.call.userId, provider: 'google', attemptId } as const;
    expect(await heart.vaults.orchestrator.read(path)).toEqual({ kind: 'missing' });
  });

  test('a row that does not exist is refused too', async () => {
    const requestId = randomUUID();
    const { activities } = activitiesOf(heart);
    const think = () => activities.think({ requestId, step: 1, settled: [] });
    const callTool = () => activities.callTool({ requestId, callId: '1.1' });
    const finish = () => activities.finishRequest({ requestId, outcome: 'done' });
    await expect(runAs(workflowOf(requestId), think)).rejects.toMatchObject({ type: 'requestNotFound' });
    await expect(runAs(workflowOf(requestId), callTool)).rejects.toMatchObject({ type: 'callNotFound' });
    await expect(runAs(workflowOf(requestId), finish)).rejects.toMatchObject({ type: 'requestNotFound' });
  });
});

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager();
}, 90_000);
afterAll(() => panager.close());
afterEach(() => panager.forgetConnections());

async function waitingLink(userId: string, requestId: string): Promise<string> {
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  const [wait] = waitingFor;
  if (!wait) throw new Error('a waiting request names its link');
  return wait.publicId;
}

/** How often the provider was really asked for events, by its own ledger. */
async function listings(): Promise<number> {
  const answer = await fetch(new URL('/_emulator/ledger', panager.heart.google.address));
  const { effects } = (await answer.json()) as { effects: { kind: string }[] };
  return effects.filter(({ kind }) => kind === 'list').length;
}

async function activitiesOf(requestId: string): Promise<string[]> {
  const { events } = await panager.handle(requestId).fetchHistory();
  return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
}

test('chat needs no account: it is answered with two activities and without a link', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId, '안녕하세요');
  const { answer, waitingFor } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toContain('오프라인 도우미');
  expect(waitingFor).toEqual([]);
  expect(await activitiesOf(requestId)).toEqual(['think', 'finishRequest']);
});

test('a request without an account waits, and consent runs exactly the blocked call', async () => {
  const userId = await newPerson(panager.heart);
  const before = await listings();
  const requestId = await panager.ask(userId);
  const publicId = await waitingLink(userId, requestId);

  expect(await panager.connect(userId, publicId)).toMatchObject({ kind: 'connected' });
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');

  expect(answer).toContain('minji@example.com');
  expect(calls).toEqual([{ id: '1.1', tool: 'calendar_list_events', status: 'done' }]);
  expect((await listings()) - before).toBe(1);
  expect(await activitiesOf(requestId)).toEqual(['think', 'callTool', 'callTool', 'think', 'finishRequest']);
});

test('with a connection nothing is asked', async () => {
  const userId = await newPerson(panager.heart);
  const first = await panager.ask(userId);
  await panager.connect(userId, await waitingLink(userId, first), { account: 'alex@example.com' });
  await panager.reaches(userId, first, 'done');

  const second = await panager.ask(userId, 'what is on my calendar tomorrow?');
  await panager.reaches(userId, second, 'done');
  expect(await activitiesOf(second)).toEqual(['think', 'callTool', 'think', 'finishRequest']);
});

test('three requests of one person wait on one link; one consent answers all three, and nobody else', async () => {
  const [userId, other] = [await newPerson(panager.heart), await newPerson(panager.heart)];
  const mine = await Promise.all(
    ['오늘 일정', '내일 일정 알려줘', 'events next week'].map((text) => panager.ask(userId, text)),
  );
  const theirs = await panager.ask(other);
  const links = new Set(await Promise.all(mine.map((requestId) => waitingLink(userId, requestId))));
  expect(links.size).toBe(1);
  const foreign = await waitingLink(other, theirs);
  const untouched = await panager.view(other, theirs);

  await panager.connect(userId, foreign).then(
    () => Promise.reject(new Error('a stranger used the link')),
    (error: Error) => expect(error.message).toBe('start answered notOwner'),
  );
  const [link = ''] = links;
  await panager.connect(userId, link);
  await Promise.all(mine.map((requestId) => panager.reaches(userId, requestId, 'done')));

  expect(await panager.view(other, theirs)).toEqual(untouched);
});

test('several calls of one request run side by side and a finished one is not repeated', async () => {
  const userId = await newPerson(panager.heart);
  const before = await listings();
  const requestId = await panager.ask(userId, '오늘이랑 다음 주 일정 보여줘');
  const { calls } = await panager.reaches(userId, requestId, 'waiting');
  expect(calls.map(({ id }) => id)).toEqual(['1.1', '1.2']);
  await panager.connect(userId, await waitingLink(userId, requestId));
  await panager.reaches(userId, requestId, 'done');
  expect((await listings()) - before).toBe(2);
});

test('a denial is told at once, keeps the request waiting, and a later consent still answers it', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  const link = await waitingLink(userId, requestId);
  const denied = await panager.connect(userId, link, { account: 'minji@example.com', decision: 'deny' });
  expect(denied).toMatchObject({ kind: 'denied' });
  const told = await panager.reaches(userId, requestId, 'waiting');
  expect(told.waitingFor).toMatchObject([{ lastOutcome: 'denied', publicId: link }]);

  await panager.connect(userId, link);
  await panager.reaches(userId, requestId, 'done');
});

test('going on without the connection ends the wait with an answer that says what is missing', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  const flowId = waitingFor[0]?.flowId ?? '';
  expect(await panager.heart.consent.choose({ requestId, userId, flowId, choice: 'skip' })).toBe('accepted');
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toContain('연결하지 않고 넘어갔기 때문에');
  expect(calls).toMatchObject([{ status: 'skipped' }]);
});

test('cancelling while it waits ends the workflow, the wait and its link', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  const link = await waitingLink(userId, requestId);
  expect(await panager.heart.consent.cancel(requestId, userId)).toBe('cancelled');
  const { waitingFor } = await panager.reaches(userId, requestId, 'cancelled');
  expect(waitingFor).toEqual([]);
  expect(await panager.handle(requestId).result()).toBe('cancelled');
  expect(await panager.heart.consent.start(link, userId)).toEqual({ kind: 'closed' });
});

test('cancelled before its workflow starts, a request ends as cancelled and never thinks twice', async () => {
  const userId = await newPerson(panager.heart);
  await panager.pauseDispatch();
  const requestId = await panager.ask(userId);
  expect(await panager.heart.consent.cancel(requestId, userId)).toBe('cancelled');
  panager.resumeDispatch();
  await until('the request has ended', async () => (await panager.view(userId, requestId)).finishedAt);
  expect(await panager.handle(requestId).result()).toBe('cancelled');
});

test('a message sent while Temporal cannot be reached is answered when it can', async () => {
  const userId = await newPerson(panager.heart);
  await panager.pauseDispatch();
  const requestId = await panager.ask(userId, '안녕');
  expect((await panager.view(userId, requestId)).status).toBe('queued');
  panager.resumeDispatch();
  await panager.reaches(userId, requestId, 'done');
});

test('consent that comes while no worker runs is not lost', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  const link = await waitingLink(userId, requestId);
  await panager.stopWorker();
  await panager.connect(userId, link);
  await panager.startWorker();
  await panager.reaches(userId, requestId, 'done');
  const callTools = (await activitiesOf(requestId)).filter((name) => name === 'callTool');
  expect(callTools).toHaveLength(2);
});

test('operators see exactly who waits for google, with ids and names only', async () => {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId);
  await panager.reaches(userId, requestId, 'waiting');
  const waiting = async () => {
    const found: string[] = [];
    const query = `PanagerWaitingFor="google" AND PanagerUser="${userId}" AND ExecutionStatus="Running"`;
    for await (const { workflowId } of panager.client.workflow.list({ query })) found.push(workflowId);
    return found;
  };
  await until('the filter finds it', async () => ((await waiting()).length === 1 ? true : null));
  expect(await waiting()).toEqual([`request-${requestId}`]);

  await panager.connect(userId, await waitingLink(userId, requestId));
  await panager.reaches(userId, requestId, 'done');
  await until('the filter is empty', async () => ((await waiting()).length === 0 ? true : null));
});

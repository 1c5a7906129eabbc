import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Fault } from '../../infra/local/google/faults.ts';
import type { Model } from '../../src/ports/model.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';

/** Always makes one event, named by the person's words, and tells how that ended. */
const scripted: Model = {
  async think({ text, turns }) {
    const [turn] = turns;
    if (turn) return { kind: 'answer', text: JSON.stringify(turn.calls.map(({ outcome }) => outcome.kind)) };
    const start = { date: '2026-12-01', time: '15:00' };
    const event = { title: text, start, durationMinutes: 60, timeZone: 'Asia/Seoul' };
    return { kind: 'calls', calls: [{ tool: 'calendar_create_event', arguments: event }] };
  },
};

let panager: Panager;
beforeAll(async () => {
  silenceTemporal();
  // A write that was cut off may be looked at soon, and any wait makes a write stale.
  panager = await startPanager({ sendMs: 2_000, staleWriteMs: 0 }, scripted);
}, 90_000);
afterAll(() => panager.close());
afterEach(async () => {
  await control('DELETE', 'faults');
  await panager.forgetConnections();
});

async function control(method: string, name: string, body?: object): Promise<unknown> {
  const answer = await fetch(new URL(`/_emulator/${name}`, panager.heart.google.address), {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return answer.json();
}

/** How many events the provider made, by its own ledger. */
async function made(): Promise<number> {
  const { effects } = (await control('GET', 'ledger')) as { effects: { kind: string }[] };
  return effects.filter(({ kind }) => kind === 'insert').length;
}

/** Somebody whose account is connected, so that no write of theirs has to wait. */
async function connectedPerson(): Promise<string> {
  const userId = await newPerson(panager.heart);
  const { publicId } = await panager.heart.consent.open('google', userId);
  expect(await panager.connect(userId, publicId)).toMatchObject({ kind: 'connected' });
  return userId;
}

const INSERT = { path: '/calendar/v3/calendars/primary/events', method: 'POST' };
const FAULTS: Record<string, Fault> = {
  'answers 503 and does nothing': { ...INSERT, status: 503 },
  'answers 429 and does nothing': { ...INSERT, status: 429, retryAfter: 1 },
  'does it and answers 500': { ...INSERT, status: 500, afterEffect: true },
  'does it and breaks its answer off': { ...INSERT, truncate: true, afterEffect: true },
  'does it and answers with a page': { ...INSERT, html: true, afterEffect: true },
};

test.each(Object.entries(FAULTS))('S1: an event is made once when the provider %s', async (_, fault) => {
  const userId = await connectedPerson();
  const before = await made();
  await control('POST', 'faults', fault);
  const requestId = await panager.ask(userId, '회의');
  const { answer } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toBe('["done"]');
  expect((await made()) - before).toBe(1);
});

test('a definite refusal is told and not tried again', async () => {
  const userId = await connectedPerson();
  const before = await made();
  await control('POST', 'faults', { ...INSERT, status: 400, reason: 'invalid', times: 5 });
  const requestId = await panager.ask(userId, '회의');
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toBe('["failed"]');
  expect(calls).toMatchObject([{ status: 'failed' }]);
  expect((await made()) - before).toBe(0);
});

/** A write that waited for consent, and is asked about before it runs. */
async function askedAbout(): Promise<{ userId: string; requestId: string; approvalId: string }> {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId, '회의');
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  await panager.connect(userId, waitingFor[0]?.publicId ?? '');
  const [approval] = await until('the write is asked about', async () => {
    const { approvals } = await panager.view(userId, requestId);
    return approvals.length > 0 ? approvals : null;
  });
  return { userId, requestId, approvalId: approval?.approvalId ?? '' };
}

test('a write that waited is shown to operators and to its person as waiting for approval, and runs after a yes', async () => {
  const { userId, requestId, approvalId } = await askedAbout();
  const before = await made();
  const query = `PanagerWaitingFor="approval" AND PanagerUser="${userId}"`;
  await until('the filter finds it', async () => {
    const { count } = await panager.client.workflow.count(query);
    return count === 1 ? true : null;
  });
  expect((await panager.view(userId, requestId)).status).toBe('waiting');

  expect(await panager.heart.consent.decide(approvalId, userId, 'approve')).toBe('decided');
  panager.poke();
  await panager.reaches(userId, requestId, 'done');
  expect((await made()) - before).toBe(1);
});

test('after a no nothing is made, and the request ends with an answer', async () => {
  const { userId, requestId, approvalId } = await askedAbout();
  const before = await made();
  expect(await panager.heart.consent.decide(approvalId, userId, 'deny')).toBe('decided');
  panager.poke();
  const { answer, calls } = await panager.reaches(userId, requestId, 'done');
  expect(answer).toBe('["closed"]');
  expect(calls).toMatchObject([{ status: 'skipped' }]);
  expect((await made()) - before).toBe(0);
});

test('S2: cancelled while it waits for approval, nothing is made and the person reads that nothing was sent', async () => {
  const { userId, requestId, approvalId } = await askedAbout();
  const before = await made();
  await panager.heart.consent.cancel(requestId, userId);
  panager.poke();
  await until('the request has ended', async () => (await panager.view(userId, requestId)).finishedAt);
  expect((await panager.view(userId, requestId)).answer).toContain('아무것도 보내지 않았습니다');
  expect(await panager.heart.consent.decide(approvalId, userId, 'approve')).toBe('alreadyDecided');
  expect((await made()) - before).toBe(0);
});

test('S2: cancelled while the provider does not answer, the person is not told that nothing was sent', async () => {
  const userId = await connectedPerson();
  const before = await made();
  await control('POST', 'faults', { ...INSERT, hang: true, afterEffect: true });
  const requestId = await panager.ask(userId, '회의');
  await until('the event was made', async () => ((await made()) > before ? true : null));
  await panager.heart.consent.cancel(requestId, userId);
  panager.poke();
  const { answer } = await until(
    'the request has ended',
    async () => {
      const view = await panager.view(userId, requestId);
      return view.finishedAt === null ? null : view;
    },
    40_000,
  );
  expect(answer).toMatch(/확인해 주세요/);
  expect(answer).not.toContain('아무것도 보내지 않았습니다');
  expect((await made()) - before).toBe(1);
}, 60_000);

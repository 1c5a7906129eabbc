import { expect, test } from '@jest/globals';
import { ApiFault } from '../../src/web/api.ts';
import { exchangesOf, flowsOf, waitersPerFlow } from '../../src/web/exchanges.ts';
import { NO_REQUESTS, reduceRequests, type RequestsChange } from '../../src/web/requests-state.ts';
import { aRequest, aWait } from './support/samples.ts';

const after = (...changes: RequestsChange[]) => changes.reduce(reduceRequests, NO_REQUESTS);
const changed = (...requests: ReturnType<typeof aRequest>[]): RequestsChange => ({ kind: 'changed', requests });
const sending = (clientId: string, text: string): RequestsChange => ({
  kind: 'sending',
  clientId,
  text,
  sentAt: '2026-11-24T01:00:00.000Z',
});
const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 0, 0, second)).toISOString();

test('of two copies the one with the larger revision is shown, whichever arrives last', () => {
  const old = aRequest({ revision: 2, status: 'waiting' });
  const answered = { ...old, revision: 3, status: 'done' as const };

  for (const order of [
    [old, answered],
    [answered, old],
  ]) {
    expect(exchangesOf(after(changed(...order))).map(({ request }) => request)).toEqual([answered]);
  }
});

test('the same news twice changes nothing, so nothing is drawn again', () => {
  const request = aRequest();
  const state = after(changed(request));

  expect(reduceRequests(state, changed({ ...request })).requests.get(request.id)).toBe(request);
});

test('requests are shown oldest first, however they arrive, and unsent words come last', () => {
  const [first, second] = [aRequest({ createdAt: at(1) }), aRequest({ createdAt: at(2) })];

  const exchanges = exchangesOf(after(sending('client-1', '셋째'), changed(second, first)));

  expect(exchanges.map(({ request, send }) => request?.id ?? send?.clientId)).toEqual([
    first.id,
    second.id,
    'client-1',
  ]);
});

test('an event that overtakes the answer of its own call does not show the words twice', () => {
  const request = aRequest({ text: '내일 일정', createdAt: at(5) });

  const exchanges = exchangesOf(after(sending('client-1', '내일 일정'), changed(request)));

  expect(exchanges.map(({ key, request }) => [key, request?.id])).toEqual([['client-1', request.id]]);
});

test('the answer of the call corrects a request that was matched by its words alone', () => {
  const elsewhere = aRequest({ text: '내일 일정', createdAt: at(5) });
  const own = aRequest({ text: '내일 일정', createdAt: at(6) });

  const exchanges = exchangesOf(
    after(sending('client-1', '내일 일정'), changed(elsewhere, own), {
      kind: 'accepted',
      clientId: 'client-1',
      requestId: own.id,
    }),
  );

  expect(exchanges.map(({ key }) => key)).toEqual([elsewhere.id, 'client-1']);
});

test('an older request of the same words is never taken for the one being sent', () => {
  const newest = aRequest({ createdAt: at(9) });
  const older = aRequest({ text: '내일 일정', createdAt: at(3) });

  const exchanges = exchangesOf(after(changed(newest), sending('client-1', '내일 일정'), changed(older)));

  expect(exchanges.map(({ key }) => key)).toEqual([older.id, newest.id, 'client-1']);
});

test('a message whose answer was lost, and whose request is already here, did arrive', () => {
  const fault = new ApiFault(0, { code: 'unreachable', message: '', hint: '' });
  const request = aRequest({ text: '내일 일정' });

  const state = after(sending('client-1', '내일 일정'), changed(request), {
    kind: 'notSent',
    clientId: 'client-1',
    fault,
  });

  expect(state.sends).toMatchObject([{ state: 'accepted', requestId: request.id }]);
});

test.each([
  ['its answer was lost', 0, 'unreachable'],
  ['a gateway in between gave up', 504, 'unreadable'],
])('a message whose fate is not known, as %s, has arrived once its request is here', (_why, status, code) => {
  const fault = new ApiFault(status, { code, message: '', hint: '' });
  const request = aRequest({ text: '내일 일정' });
  const lost: RequestsChange = { kind: 'notSent', clientId: 'client-1', fault };
  for (const order of [
    [lost, changed(request)],
    [changed(request), lost],
  ]) {
    const exchanges = exchangesOf(after(sending('client-1', '내일 일정'), ...order));
    expect(exchanges).toMatchObject([{ key: 'client-1', send: { state: 'accepted', fault: null }, request }]);
  }
});

test('a message that was refused is not taken for another of the same words', () => {
  const fault = new ApiFault(429, { code: 'dailyCap', message: '', hint: '' });
  const elsewhere = aRequest({ text: '내일 일정' });

  const state = after(
    sending('client-1', '내일 일정'),
    { kind: 'notSent', clientId: 'client-1', fault },
    changed(elsewhere),
  );

  expect(state.sends).toMatchObject([{ state: 'failed', requestId: null }]);
});

test('when more came than a page holds, what is between it and what was known can be had', () => {
  const [old, first, second] = [
    aRequest({ createdAt: at(1) }),
    aRequest({ createdAt: at(5) }),
    aRequest({ createdAt: at(9) }),
  ];
  const page = (requests: ReturnType<typeof aRequest>[]): RequestsChange => ({
    kind: 'listed',
    requests,
    hasMore: true,
    older: false,
  });

  expect(after(page([old]), page([second, first]))).toMatchObject({ oldestListed: at(5), hasMore: true });
  expect(after(page([first, old]), page([second, first]))).toMatchObject({ oldestListed: at(1) });
});

test('a renewed first page does not forget how far back the list goes', () => {
  const listed = (requests: ReturnType<typeof aRequest>[], hasMore: boolean, older: boolean): RequestsChange => ({
    kind: 'listed',
    requests,
    hasMore,
    older,
  });
  const [recent, old] = [aRequest({ createdAt: at(9) }), aRequest({ createdAt: at(1) })];

  const state = after(listed([recent], true, false), listed([old], false, true), listed([recent], true, false));

  expect(state).toMatchObject({ oldestListed: at(1), hasMore: false });
});

test('calls that wait on the same flow ask once, with the permissions of all', () => {
  const one = aWait({ scopes: ['a', 'b'] });

  expect(flowsOf([one, { ...one, scopes: ['b', 'c'] }])).toEqual([{ ...one, scopes: ['a', 'b', 'c'] }]);
});

test('every request that waits on a flow is counted once', () => {
  const wait = aWait();
  const waiting = [wait, wait].map(() => aRequest({ status: 'waiting', waitingFor: [wait, wait] }));

  const answered = aRequest({ status: 'done', waitingFor: [wait] });

  expect(waitersPerFlow(exchangesOf(after(changed(...waiting, answered)))).get(wait.flowId)).toBe(2);
});

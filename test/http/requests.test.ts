import { afterEach, expect, test } from '@jest/globals';
import { connectionListAnswer, requestAnswer, requestListAnswer, waitingAnswer } from '../../src/http/contract.ts';
import { FLOW_ID, kim, lee, LINK, PUBLIC_URL, REQUEST_ID, requestView, startHttp } from './http-fixture.ts';
import type { Given, Http } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

/** Kim owns `REQUEST_ID`; nobody else owns anything. */
const ofKim: Given = {
  requests: {
    list: async (userId) => (userId === kim.id ? [requestView()] : []),
    find: async (userId, id) => (userId === kim.id && id === REQUEST_ID ? requestView() : null),
    waiting: async (userId) => (userId === kim.id ? [requestView()] : []),
  },
  consent: {
    cancel: async (id, userId) => (userId === kim.id && id === REQUEST_ID ? 'cancelled' : 'notFound'),
    choose: async (choice) =>
      choice.userId === kim.id && choice.requestId === REQUEST_ID && choice.flowId === FLOW_ID
        ? 'accepted'
        : 'notFound',
  },
};
const post = (action: string, as: string, json?: unknown, id = REQUEST_ID) =>
  http.ask({ method: 'POST', path: `/api/requests/${id}/${action}`, as, json });

test('a request is shown as the contract says, with the address of its connect page', async () => {
  http = await startHttp(ofKim);
  const answer = await http.ask({ path: `/api/requests/${REQUEST_ID}`, as: http.signInAs(kim) });
  const shown = requestAnswer.strict().parse(answer.json());
  expect(shown).toMatchObject({ status: 'waiting', createdAt: '2026-11-19T00:00:00.000Z', finishedAt: null });
  expect(shown.waitingFor[0]).toMatchObject({ kind: 'connection', link: `${PUBLIC_URL}/connect/${LINK}` });
});

test('a page that shows somebody else than who is signed in by now gets nothing and changes nothing', async () => {
  http = await startHttp(ofKim);
  const as = http.signInAs(kim);
  const asked = (shown: string) => ({ as, headers: { 'x-panager-user': shown } });
  expect((await http.ask({ path: '/api/requests', ...asked(kim.id) })).status).toBe(200);
  expect((await http.ask({ path: '/api/requests', ...asked(lee.id) })).status).toBe(401);
  const path = `/api/requests/${REQUEST_ID}/cancel`;
  expect((await http.ask({ method: 'POST', path, json: {}, ...asked(lee.id) })).status).toBe(401);
  expect(http.callsOf('consent.cancel')).toEqual([]);
});

test('the list pages back by time and refuses what it does not know', async () => {
  http = await startHttp(ofKim);
  const as = http.signInAs(kim);
  const answer = await http.ask({ path: '/api/requests?before=2026-11-19T00:00:00Z&limit=5', as });
  expect(requestListAnswer.parse(answer.json()).requests).toHaveLength(1);
  expect(http.callsOf('requests.list')[0]?.args).toEqual([
    kim.id,
    { before: new Date('2026-11-19T00:00:00Z'), limit: 5 },
  ]);
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=abc',
    'limit=1&limit=2',
    'limit[]=1',
    'before=yesterday',
    'before=2026-02-30T00:00:00Z',
    'before=',
    'user=x',
    '__proto__=x',
  ]) {
    const refused = await http.ask({ path: `/api/requests?${query}`, as });
    expect([query, refused.status]).toEqual([query, 400]);
  }
});

test('the inbox shows each wait with the words that wait', async () => {
  http = await startHttp(ofKim);
  const answer = await http.ask({ path: '/api/waiting', as: http.signInAs(kim) });
  expect(waitingAnswer.parse(answer.json()).waiting).toMatchObject([
    { requestId: REQUEST_ID, text: '이번 주 일정 보여줘', flowId: FLOW_ID },
  ]);
});

test('connections are shown without what is gone', async () => {
  const connection = {
    id: FLOW_ID,
    provider: 'google' as const,
    account: 'a@example.com',
    scopes: ['s'],
    connectedAt: new Date(0),
    lastUsedAt: null,
  };
  http = await startHttp({
    connections: {
      list: async () => [
        { ...connection, status: 'active' },
        { ...connection, status: 'gone' },
      ],
    },
  });
  const answer = await http.ask({ path: '/api/connections', as: http.signInAs(kim) });
  expect(connectionListAnswer.parse(answer.json()).connections).toMatchObject([{ account: 'a@example.com' }]);
});

test('cancel, skip and snooze reach the wait for consent of their person', async () => {
  http = await startHttp(ofKim);
  const as = http.signInAs(kim);
  expect((await post('cancel', as)).status).toBe(202);
  expect((await post('cancel', as, {})).json()).toEqual({ requestId: REQUEST_ID });
  expect((await post('skip', as, { flowId: FLOW_ID })).status).toBe(202);
  expect((await post('snooze', as, { flowId: FLOW_ID })).status).toBe(202);
  expect(http.callsOf('consent').map(({ args }) => args)).toEqual([
    [REQUEST_ID, kim.id],
    [REQUEST_ID, kim.id],
    [{ requestId: REQUEST_ID, userId: kim.id, flowId: FLOW_ID, choice: 'skip' }],
    [{ requestId: REQUEST_ID, userId: kim.id, flowId: FLOW_ID, choice: 'snooze' }],
  ]);
});

test('cancelling what has ended is no fault', async () => {
  http = await startHttp({ consent: { cancel: async () => 'alreadyEnded' } });
  expect((await post('cancel', http.signInAs(kim))).status).toBe(202);
});

test('restart makes a new request of the same words, and a double click the same one', async () => {
  http = await startHttp({ ...ofKim, intake: { accept: async () => ({ requestId: FLOW_ID, created: true }) } });
  const as = http.signInAs(kim);
  const [first, second] = [await post('restart', as), await post('restart', as)];
  expect([first.status, first.json()]).toEqual([202, { requestId: FLOW_ID }]);
  expect(second.json()).toEqual(first.json());
  const messages = http.callsOf('intake.accept').map(({ args }) => args[0]);
  expect(messages[0]).toEqual(messages[1]);
  expect(messages[0]).toMatchObject({
    userId: kim.id,
    clientId: `restart:${REQUEST_ID}`,
    text: '이번 주 일정 보여줘',
    timeZone: 'Asia/Seoul',
  });
});

test("WE-1: another person's request is not found by any route", async () => {
  http = await startHttp(ofKim);
  const as = http.signInAs(lee);
  const answers = [
    await http.ask({ path: `/api/requests/${REQUEST_ID}`, as }),
    await post('cancel', as),
    await post('skip', as, { flowId: FLOW_ID }),
    await post('snooze', as, { flowId: FLOW_ID }),
    await post('restart', as),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect(http.callsOf('intake')).toEqual([]);
  expect(
    http
      .callsOf('consent')
      .flatMap(({ args }) => JSON.stringify(args))
      .join(),
  ).not.toContain(kim.id);
  expect((await http.ask({ path: '/api/requests', as })).json()).toEqual({ requests: [] });
  expect((await http.ask({ path: '/api/waiting', as })).json()).toEqual({ waiting: [] });
});

test.each([
  'abc',
  '1',
  `${REQUEST_ID}x`,
  `${REQUEST_ID}%00`,
  `${REQUEST_ID}%0a`,
  "1'%20OR%20'1'='1",
  '..%2f..%2fetc',
  '%ff',
  '%',
  '__proto__',
])('WE-1: the malformed id %s names nothing', async (id) => {
  http = await startHttp();
  const as = http.signInAs(kim);
  for (const answer of [
    await http.ask({ path: `/api/requests/${id}`, as }),
    await post('cancel', as, undefined, id),
    await post('skip', as, { flowId: FLOW_ID }, id),
    await post('restart', as, undefined, id),
  ]) {
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  }
  expect(http.callsOf('requests')).toEqual([]);
  expect(http.callsOf('consent')).toEqual([]);
});

test.each<[string, string, unknown]>([
  ['skip', 'no flow', {}],
  ['skip', 'no body', undefined],
  ['skip', 'a flow that is no id', { flowId: 'x' }],
  ['skip', 'a list of flows', { flowId: [FLOW_ID] }],
  ['snooze', 'an unknown key', { flowId: FLOW_ID, hours: 9999 }],
  ['cancel', 'an unknown key', { force: true }],
  ['cancel', 'a list', []],
  ['restart', 'another text', { text: 'something else' }],
])('WE-1: %s with %s is refused with 400', async (action, _what, json) => {
  http = await startHttp();
  const answer = await post(action, http.signInAs(kim), json);
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
});

test('routes that do not exist yet answer 404 in JSON', async () => {
  http = await startHttp();
  const as = http.signInAs(kim);
  for (const [method, path] of [
    ['GET', '/api'],
    ['GET', '/api/nothing'],
    ['PUT', '/api/messages'],
    ['DELETE', `/api/requests/${REQUEST_ID}`],
  ] as const) {
    const answer = await http.ask({ method, path, as });
    expect([path, answer.status, answer.code()]).toEqual([path, 404, 'notFound']);
  }
});

import { afterEach, expect, test } from '@jest/globals';
import { requestAnswer, waitingAnswer } from '../../src/http/contract.ts';
import type { DecisionResult } from '../../src/connections/consent.ts';
import { kim, lee, PUBLIC_URL, REQUEST_ID, requestView, startHttp } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';

const APPROVAL_ID = '66666666-6666-4666-8666-666666666666';

let http: Http;
afterEach(() => http.stop());

/** Kim owns `APPROVAL_ID`; a decision about it is answered with `result`. */
const ofKim = (result: DecisionResult) =>
  startHttp({
    consent: { decide: async (id, userId) => (id === APPROVAL_ID && userId === kim.id ? result : 'notFound') },
  });

const decide = (json: unknown, { id = APPROVAL_ID, ...ask }: Partial<Ask> & { id?: string } = {}) =>
  http.ask({ method: 'POST', path: `/api/approvals/${id}`, as: http.signInAs(kim), json, ...ask });

test.each(['approve', 'deny', 'approveAll'] as const)(
  'the decision %s of its person is taken, and the answer names what it was about',
  async (decision) => {
    http = await ofKim('decided');
    const answer = await decide({ decision });
    expect([answer.status, answer.json()]).toEqual([202, { approvalId: APPROVAL_ID }]);
    expect(http.callsOf('consent').map(({ args }) => args)).toEqual([[APPROVAL_ID, kim.id, decision]]);
  },
);

test.each<[string, unknown]>([
  ['no decision', {}],
  ['no body', undefined],
  ['another decision', { decision: 'yes' }],
  ['a decision in other letters', { decision: 'Approve' }],
  ['an empty decision', { decision: '' }],
  ['two decisions', { decision: ['approve', 'deny'] }],
  ['a decision that is true', { decision: true }],
  ['nothing for a decision', { decision: null }],
  ['an unknown key', { decision: 'approve', preview: '{}' }],
  ['arguments of its own', { decision: 'approve', arguments: { title: 'x' } }],
  ['a list', [{ decision: 'approve' }]],
])('WE-1: %s is refused with 400, and nothing is decided', async (_what, json) => {
  http = await ofKim('decided');
  const answer = await decide(json);
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(http.callsOf('consent')).toEqual([]);
});

test.each([
  ['alreadyDecided', 'approvalDecided'],
  ['expired', 'approvalExpired'],
] as const)('AG-1: a decision about what is %s gets 409 with words in both languages', async (result, code) => {
  http = await ofKim(result);
  for (const [language, letters] of [
    ['ko', /[가-힣]/],
    ['en', /[a-z]/i],
  ] as const) {
    const answer = await decide({ decision: 'approve' }, { headers: { 'accept-language': language } });
    expect([answer.status, answer.code()]).toEqual([409, code]);
    const { error } = answer.json() as { error: { message: string; hint: string } };
    expect(error.message).toMatch(letters);
    expect(error.hint).toMatch(letters);
  }
});

test("AG-1: another person's approval is not found, and the decision is asked for in the name of who is signed in", async () => {
  http = await ofKim('decided');
  for (const decision of ['approve', 'deny', 'approveAll']) {
    const answer = await decide({ decision }, { as: http.signInAs(lee) });
    expect([answer.status, answer.code()]).toEqual([404, 'notFound']);
  }
  expect(http.callsOf('consent').map(({ args }) => args[1])).toEqual([lee.id, lee.id, lee.id]);
});

test('without a session nothing is decided', async () => {
  http = await ofKim('decided');
  const answer = await decide({ decision: 'approve' }, { as: undefined });
  expect([answer.status, answer.code()]).toEqual([401, 'signedOut']);
  expect(http.callsOf('consent')).toEqual([]);
});

test.each(['abc', `${APPROVAL_ID}x`, `${APPROVAL_ID}%00`, '..%2f..%2fetc', '__proto__', '%'])(
  'WE-1: the malformed id %s names nothing',
  async (id) => {
    http = await ofKim('decided');
    expect([400, 404]).toContain((await decide({ decision: 'approve' }, { id })).status);
    expect(http.callsOf('consent')).toEqual([]);
  },
);

test.each<[string, Ask['headers']]>([
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['the Origin null', { origin: 'null' }],
  ['no Origin', { origin: null }],
  ['no Origin and Sec-Fetch-Site cross-site', { origin: null, 'sec-fetch-site': 'cross-site' }],
  ['an Origin that begins like ours', { origin: `${PUBLIC_URL}.evil.example` }],
])('MO-2: with %s nothing is decided', async (_what, headers) => {
  http = await ofKim('decided');
  expect((await decide({ decision: 'approve' }, { headers })).status).toBe(403);
  expect(http.calls).toEqual([]);
});

test('a decision is made by POST alone', async () => {
  http = await ofKim('decided');
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await http.ask({ method, path: `/api/approvals/${APPROVAL_ID}`, as: http.signInAs(kim) });
    expect([method, answer.status]).toEqual([method, 404]);
  }
  expect(http.callsOf('consent')).toEqual([]);
});

test('what waits for a decision is shown with its request and in the inbox, as the contract says', async () => {
  const preview = '{\n  "arguments": {},\n  "tool": "calendar_create_event"\n}';
  const waiting = requestView({
    waitingFor: [],
    approvals: [
      {
        approvalId: APPROVAL_ID,
        provider: 'google',
        reason: 'staleWrite',
        tool: 'calendar_create_event',
        preview,
        deadline: new Date('2026-11-20T00:00:00Z'),
        expiresAt: new Date('2026-11-19T00:15:00Z'),
      },
    ],
  });
  http = await startHttp({ requests: { find: async () => waiting, waiting: async () => [waiting] } });
  const as = http.signInAs(kim);

  const shown = requestAnswer.strict().parse((await http.ask({ path: `/api/requests/${REQUEST_ID}`, as })).json());
  const inbox = waitingAnswer.parse((await http.ask({ path: '/api/waiting', as })).json());

  const expected = {
    kind: 'approval',
    provider: 'google',
    reason: 'staleWrite',
    scopes: [],
    link: null,
    flowId: null,
    approvalId: APPROVAL_ID,
    tool: 'calendar_create_event',
    preview,
    deadline: '2026-11-20T00:00:00.000Z',
    expiresAt: '2026-11-19T00:15:00.000Z',
  };
  expect(shown.waitingFor).toEqual([expected]);
  expect(inbox.waiting).toEqual([{ ...expected, requestId: REQUEST_ID, text: '이번 주 일정 보여줘' }]);
});

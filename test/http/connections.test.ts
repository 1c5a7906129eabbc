import { afterEach, expect, test } from '@jest/globals';
import { consequencesAnswer } from '../../src/http/contract.ts';
import type { Consequences } from '../../src/ports/requests.ts';
import { kim, lee, LINK, PUBLIC_URL, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Ask, Given, Http } from './http-fixture.ts';

const CONNECTION_ID = '77777777-7777-4777-8777-777777777777';
const CONSEQUENCES: Consequences = {
  provider: 'google',
  account: 'kim@example.com',
  requests: [{ id: REQUEST_ID, text: '이번 주 일정 보여줘' }],
};

let http: Http;
afterEach(() => http.stop());

const isKims = (id: string, userId: string) => id === CONNECTION_ID && userId === kim.id;

/** Kim owns `CONNECTION_ID`; nobody else owns anything. */
const ofKim: Given = {
  connections: { consequences: async (userId, id) => (isKims(id, userId) ? CONSEQUENCES : null) },
  consent: {
    disconnect: async (id, userId) => (isKims(id, userId) ? 'disconnected' : 'notFound'),
    open: async () => ({ publicId: LINK }),
  },
};

const CONSEQUENCES_PATH = `/api/connections/${CONNECTION_ID}/consequences`;
const start = (provider: string, ask: Partial<Ask> = {}) =>
  http.ask({
    method: 'POST',
    path: `/api/connections/${provider}/start`,
    as: http.signInAs(kim),
    json: {},
    ...ask,
  });
const disconnect = (ask: Partial<Ask> = {}) =>
  http.ask({ method: 'DELETE', path: `/api/connections/${CONNECTION_ID}`, as: http.signInAs(kim), ...ask });

test('OA-13: before a connection is ended, what needs it is told and nothing is changed', async () => {
  http = await startHttp(ofKim);
  const answer = await http.ask({ path: CONSEQUENCES_PATH, as: http.signInAs(kim) });
  expect(answer.status).toBe(200);
  expect(consequencesAnswer.strict().parse(answer.json())).toEqual(CONSEQUENCES);
  expect(http.callsOf('consent')).toEqual([]);
});

test('OA-13: a connection is ended for its person, once; after that it is not found', async () => {
  let gone = false;
  http = await startHttp({
    consent: {
      disconnect: async () => {
        const result = gone ? ('notFound' as const) : ('disconnected' as const);
        gone = true;
        return result;
      },
    },
  });
  const first = await disconnect();
  expect([first.status, first.text]).toEqual([204, '']);
  expect((await disconnect()).status).toBe(404);
  expect(http.callsOf('consent').map(({ args }) => args)).toEqual([
    [CONNECTION_ID, kim.id],
    [CONNECTION_ID, kim.id],
  ]);
});

test('an account is connected ahead of any request by the address of our connect page, for who is signed in', async () => {
  http = await startHttp(ofKim);
  const answer = await start('google');
  expect([answer.status, answer.json()]).toEqual([200, { link: `${PUBLIC_URL}/connect/${LINK}` }]);
  expect((await start('google', { json: undefined })).status).toBe(200);
  expect(http.callsOf('consent').map(({ name, args }) => [name, ...args])).toEqual([
    ['consent.open', 'google', kim.id],
    ['consent.open', 'google', kim.id],
  ]);
});

test('a provider that is not set up here cannot be connected', async () => {
  http = await startHttp(ofKim);
  const answer = await start('github');
  expect([answer.status, answer.code()]).toEqual([404, 'notConnectable']);
  expect(http.callsOf('consent')).toEqual([]);
});

test.each(['gogle', 'Google', 'google%00', 'google%0a', '..%2fgoogle', '__proto__', 'constructor'])(
  'WE-1: the unknown provider %s names nothing',
  async (provider) => {
    http = await startHttp(ofKim);
    expect([400, 404]).toContain((await start(provider)).status);
    expect(http.callsOf('consent')).toEqual([]);
  },
);

test.each<[string, unknown]>([
  ['scopes of its own', { scopes: ['https://www.googleapis.com/auth/drive'] }],
  ['another person', { userId: lee.id }],
  ['an address to come back to', { returnTo: 'https://evil.example' }],
  ['a list', []],
  ['a text', 'google'],
])('WE-1: starting with %s is refused with 400', async (_what, json) => {
  http = await startHttp(ofKim);
  const answer = await start('google', { json });
  expect([answer.status, String(answer.code())]).toEqual([400, expect.stringMatching(/^invalid(Input|Json)$/)]);
  expect(http.callsOf('consent')).toEqual([]);
});

test("WE-1: another person's connection is not found by any route", async () => {
  http = await startHttp(ofKim);
  const as = http.signInAs(lee);
  for (const answer of [await http.ask({ path: CONSEQUENCES_PATH, as }), await disconnect({ as })]) {
    expect([answer.status, answer.code()]).toEqual([404, 'notFound']);
    expect(answer.text).not.toContain('kim');
  }
  expect(http.callsOf('consent').map(({ args }) => args)).toEqual([[CONNECTION_ID, lee.id]]);
  expect(http.callsOf('connections').map(({ args }) => args)).toEqual([[lee.id, CONNECTION_ID]]);
});

test('without a session nothing is told, begun or ended', async () => {
  http = await startHttp(ofKim);
  for (const answer of [
    await http.ask({ path: CONSEQUENCES_PATH }),
    await disconnect({ as: undefined }),
    await start('google', { as: undefined }),
  ]) {
    expect([answer.status, answer.code()]).toEqual([401, 'signedOut']);
  }
  expect([...http.callsOf('consent'), ...http.callsOf('connections')]).toEqual([]);
});

test.each(['abc', `${CONNECTION_ID}x`, `${CONNECTION_ID}%00`, "1'%20OR%20'1'='1", '..%2f..%2fetc', '__proto__', '%'])(
  'WE-1: the malformed id %s names nothing',
  async (id) => {
    http = await startHttp(ofKim);
    const as = http.signInAs(kim);
    for (const answer of [
      await http.ask({ path: `/api/connections/${id}/consequences`, as }),
      await disconnect({ path: `/api/connections/${id}`, as }),
    ]) {
      expect([400, 404]).toContain(answer.status);
    }
    expect([...http.callsOf('consent'), ...http.callsOf('connections')]).toEqual([]);
  },
);

test.each<[string, Ask['headers']]>([
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['the Origin null', { origin: 'null' }],
  ['no Origin', { origin: null }],
  ['no Origin and Sec-Fetch-Site same-site', { origin: null, 'sec-fetch-site': 'same-site' }],
])('MO-2: with %s nothing is begun or ended', async (_what, headers) => {
  http = await startHttp(ofKim);
  expect((await disconnect({ headers })).status).toBe(403);
  expect((await start('google', { headers })).status).toBe(403);
  expect(http.calls).toEqual([]);
});

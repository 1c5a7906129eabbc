import { afterEach, expect, test } from '@jest/globals';
import { errorAnswer, sessionAnswer, signedOutAnswer } from '../../src/http/contract.ts';
import type { Http } from './http-fixture.ts';
import { kim, startHttp } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

const signIn = (name: unknown, headers = {}) =>
  http.ask({ method: 'POST', path: '/api/session/local', json: { name }, headers });

test('signing in by name opens a session whose cookie no script can read', async () => {
  http = await startHttp();
  const answer = await signIn('  Kim ');
  expect(answer.status).toBe(200);
  expect(sessionAnswer.parse(answer.json()).user.name).toBe('Kim');
  expect(answer.cookies).toHaveLength(1);
  expect(answer.cookies[0]).toMatch(/^panager=[A-Za-z0-9_-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(http.callsOf('sessions.signIn')[0]?.args).toEqual([
    { issuer: 'local', subject: 'kim', displayName: 'Kim', language: 'ko' },
  ]);

  const as = /^panager=([^;]+)/.exec(answer.cookies[0] ?? '')?.[1] ?? '';
  const me = await http.ask({ path: '/api/session', as });
  expect(sessionAnswer.parse(me.json())).toMatchObject({
    user: { name: 'Kim' },
    emulated: ['google'],
    offlinePlanner: true,
  });
});

test('on https the cookie is bound to the host and sent over TLS only', async () => {
  http = await startHttp({ settings: { publicUrl: 'https://panager.example' } });
  const origin = { host: 'panager.example', origin: 'https://panager.example' };
  const answer = await signIn('Kim', origin);
  expect(answer.cookies[0]).toMatch(/^__Host-panager=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const unprefixed = await http.ask({ path: '/api/session', headers: origin, cookies: 'panager=x' });
  expect(unprefixed.status).toBe(401);
});

test('the language of a new person is what the browser asks for', async () => {
  http = await startHttp();
  for (const [header, language] of [
    ['en-GB,en;q=0.9,ko;q=0.2', 'en'],
    ['ko-KR', 'ko'],
    ['fr', 'en'],
  ] as const) {
    const answer = await signIn('Kim', { 'accept-language': header });
    expect(sessionAnswer.parse(answer.json()).user.language).toBe(language);
  }
});

test('OA-3: a sign-in ends the session that the browser had before', async () => {
  http = await startHttp();
  const before = http.signInAs(kim);
  await http.ask({ method: 'POST', path: '/api/session/local', json: { name: 'Lee' }, as: before });
  expect((await http.ask({ path: '/api/session', as: before })).status).toBe(401);
});

test.each([
  ['no name', {}],
  ['an empty name', { name: '' }],
  ['blanks', { name: ' \t ' }],
  ['nothing visible', { name: '\u200b\u2060' }],
  ['41 characters', { name: 'x'.repeat(41) }],
  ['a number', { name: 5 }],
  ['a list', { name: ['Kim'] }],
  ['NUL', { name: 'Ki\0m' }],
  ['CR LF', { name: 'Kim\r\nLee' }],
  ['a right-to-left override', { name: 'Kim\u202eeel' }],
  ['an unknown key', { name: 'Kim', admin: true }],
  ['a list instead of an object', []],
  ['null', null],
])('WE-1: a sign-in with %s is refused with 400', async (_name, json) => {
  http = await startHttp();
  const answer = await http.ask({ method: 'POST', path: '/api/session/local', json });
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(errorAnswer.parse(answer.json()).error.hint).not.toBe('');
  expect(answer.cookies).toEqual([]);
  expect(http.callsOf('sessions.signIn')).toEqual([]);
});

test('MO-1: sign-in by name does not exist in production', async () => {
  http = await startHttp({ settings: { mode: 'production' } });
  for (const path of [
    '/api/session/local',
    '/connect/AAAAAAAAAAAAAAAAAAAAAA/sign-in',
    '/connect/AAAAAAAAAAAAAAAAAAAAAA',
  ]) {
    const body = path.startsWith('/api') ? { json: { name: 'Kim' } } : { form: { name: 'Kim' } };
    expect((await http.ask({ method: 'POST', path, ...body })).status).toBe(404);
  }
  expect(http.callsOf('sessions.signIn')).toEqual([]);
});

test.each(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'])(
  'MO-2: behind a proxy that sends %s nobody signs in by name',
  async (header) => {
    http = await startHttp({ settings: { trustProxy: 1 } });
    expect((await signIn('Kim', { [header]: '127.0.0.1' })).status).toBe(404);
    const page = await http.ask({ path: '/connect/AAAAAAAAAAAAAAAAAAAAAA', headers: { [header]: '127.0.0.1' } });
    expect(page.text).not.toContain('<form');
  },
);

test('MO-3: only the listed names are served, however they are written', async () => {
  http = await startHttp({ settings: { allowedUsers: ['Kim', 'Jos\u00e9'] } });
  expect((await signIn(' KIM')).status).toBe(200);
  expect((await signIn('JOSE\u0301')).status).toBe(200);
  const refused = await signIn('Lee');
  expect([refused.status, refused.code(), refused.cookies]).toEqual([403, 'notAllowed', []]);
});

test('without a session one learns how to sign in, and nothing else', async () => {
  http = await startHttp();
  for (const cookies of ['', 'panager=', 'panager=unknown', `panager=${'x'.repeat(5000)}`, 'panager=a; panager=b']) {
    const answer = await http.ask({ path: '/api/session', cookies });
    expect(answer.status).toBe(401);
    expect(signedOutAnswer.parse(answer.json())).toMatchObject({ signIn: 'name', error: { code: 'signedOut' } });
  }
});

test('signing out ends the session at the server and removes the cookie', async () => {
  http = await startHttp();
  const as = http.signInAs(kim);
  const answer = await http.ask({ method: 'DELETE', path: '/api/session', as });
  expect([answer.status, answer.cookies]).toEqual([204, ['panager=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax']]);
  expect((await http.ask({ path: '/api/session', as })).status).toBe(401);
});

test('WE-1: without a session every route of a person answers 401 and touches nothing', async () => {
  http = await startHttp();
  const id = '33333333-3333-4333-8333-333333333333';
  const routes = [
    ['GET', '/api/requests'],
    ['GET', `/api/requests/${id}`],
    ['GET', '/api/waiting'],
    ['GET', '/api/connections'],
    ['GET', '/api/events'],
    ['POST', '/api/messages'],
    ['POST', `/api/requests/${id}/cancel`],
    ['POST', `/api/requests/${id}/skip`],
    ['POST', `/api/requests/${id}/snooze`],
    ['POST', `/api/requests/${id}/restart`],
    ['DELETE', '/api/session'],
  ] as const;
  for (const [method, path] of routes) {
    const answer = await http.ask({ method, path });
    expect([path, answer.status, answer.code()]).toEqual([path, 401, 'signedOut']);
  }
  expect(http.calls).toEqual([]);
});

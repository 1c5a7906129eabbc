import { createHash } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { hashState } from '../../src/connections/start-attempt.ts';
import type { DiscordParts } from '../../src/http/parts.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import { begin, DISCORD, fakeDiscord, KIM_AT_DISCORD, type Identify, type Trip } from './fake-discord.ts';
import {
  ATTEMPT_ID,
  flowOfKim,
  GOOGLE,
  kim,
  lee,
  LINK,
  REQUEST_ID,
  startHttp,
  type Given,
  type Http,
} from './http-fixture.ts';

let http: Http;
let discord: ReturnType<typeof fakeDiscord>;
afterEach(() => http.stop());

async function start(given: Given & { identify?: Identify; isServed?: DiscordParts['isServed'] } = {}): Promise<void> {
  discord = fakeDiscord(given);
  http = await startHttp({ ...given, discord: discord.parts });
}

const PAGE = `/connect/${LINK}`;
const CODE = 'code-of-discord';
const comeBack = (trip: Trip, query = `state=${trip.state}&code=${CODE}`, as?: string) =>
  http.ask({ path: `/oauth/discord/callback?${query}`, cookies: trip.cookie, as });
const signIns = () => http.callsOf('sessions.signIn');
const linkOf = (text: string): string => /href="(\/auth[^"]*)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';

test('OA-3: signing in leads to Discord and back, and opens a session for that identity', async () => {
  await start();
  const trip = await begin(http);
  expect([trip.answer.status, trip.answer.text, trip.answer.headers['cache-control']]).toEqual([303, '', 'no-store']);
  expect(trip.answer.headers.location).toMatch(new RegExp(`^${DISCORD}/oauth2/authorize\\?state=[\\w-]{43}&`));
  expect(trip.answer.cookies).toEqual([
    expect.stringMatching(/^login-[0-9a-f-]{36}=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/),
  ]);

  const back = await comeBack(trip);
  expect([back.status, back.headers.location, back.text]).toEqual([303, '/', '']);
  expect(signIns().map(({ args }) => args)).toEqual([
    [{ issuer: 'https://discord.com', subject: KIM_AT_DISCORD.subject, displayName: 'Kim', language: 'ko' }],
  ]);
  const [cleared, session] = back.cookies;
  expect(cleared).toBe(`${trip.cookie.split('=')[0]}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`);
  const as = /^panager=([^;]+)/.exec(session ?? '')?.[1];
  expect((await http.ask({ path: '/api/session', as })).json()).toMatchObject({
    user: { name: 'Kim' },
    signIn: 'discord',
  });
});

test('OA-3: the row keeps hashes of state and cookie, and the code is exchanged with what only the cookie gives', async () => {
  await start();
  const trip = await begin(http);
  const [login] = discord.kept.values();
  const secret = trip.cookie.split('=')[1] ?? '';
  const sha256 = (text: string) => createHash('sha256').update(text).digest();
  expect(login?.stateHash).toEqual(hashState(trip.state));
  expect(login?.bindHash).toEqual(sha256(`bind${secret}`));
  await comeBack(trip);
  expect(discord.identified).toHaveLength(1);
  const { code, codeVerifier = '' } = discord.identified[0] ?? {};
  expect([code, codeVerifier]).toEqual([CODE, sha256(`pkce${secret}`).toString('base64url')]);
  expect(sha256(codeVerifier).toString('base64url')).toBe(trip.codeChallenge);
});

test('OA-3: on https the cookie of the trip is bound to the host', async () => {
  await start({ settings: { publicUrl: 'https://panager.example' } });
  const { answer } = await begin(http, { headers: { host: 'panager.example' } });
  expect(answer.cookies[0]).toMatch(/^__Host-login-.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

test('OA-3: a sign-in ends the session that the browser had, and makes a new one', async () => {
  await start();
  const before = http.signInAs(lee);
  const back = await comeBack(await begin(http), undefined, before);
  expect(back.cookies.filter((each) => each.startsWith('panager='))).toHaveLength(1);
  expect(back.cookies.join()).not.toContain(before);
  expect((await http.ask({ path: '/api/session', as: before })).status).toBe(401);
});

test('the language is that of the Discord account, else what the browser asks for', async () => {
  const accounts = ['en', 'ko', null] as const;
  const waiting = [...accounts];
  await start({ identify: async () => ({ ...KIM_AT_DISCORD, language: waiting.shift() ?? null }) });
  for (let each = 0; each < accounts.length; each++) await comeBack(await begin(http));
  expect(signIns().map(({ args }) => (args[0] as { language: string }).language)).toEqual(['en', 'ko', 'ko']);
});

test.each([
  ['/', '/'],
  [`/?request=${REQUEST_ID}`, `/?request=${REQUEST_ID}`],
  [PAGE, PAGE],
])('OA-3: the way back to %s is kept at the server', async (asked, expected) => {
  await start();
  const trip = await begin(http, { path: `/auth/discord/login?return=${encodeURIComponent(asked)}` });
  expect(trip.answer.headers.location).not.toContain(encodeURIComponent(asked === '/' ? 'return' : asked));
  expect((await comeBack(trip)).headers.location).toBe(expected);
});

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/%5cevil.example',
  'javascript:alert(1)',
  '/connect/../../evil',
  `${PAGE}/start`,
  `${PAGE}@evil.example`,
  `${PAGE}\r\nLocation: https://evil.example`,
  `${PAGE}\n`,
  `${PAGE}\0`,
  '/?request=x&next=https://evil.example',
  '/api/session',
  '/auth/discord/login',
  `/${'x'.repeat(8_000)}`,
])('OA-3: the return target %j is not followed', async (target) => {
  await start();
  const trip = await begin(http, { path: `/auth/discord/login?return=${encodeURIComponent(target)}` });
  expect([...discord.kept.values()].map(({ returnTo }) => returnTo)).toEqual(['/']);
  expect((await comeBack(trip)).headers.location).toBe('/');
});

test.each([`return=${PAGE}&return=${PAGE}`, `return[]=${PAGE}`, 'return='])(
  'OA-3: a return target given as %s is none',
  async (query) => {
    await start();
    await begin(http, { path: `/auth/discord/login?${query}` });
    expect([...discord.kept.values()].map(({ returnTo }) => returnTo)).toEqual(['/']);
  },
);

test('OA-3: the page of a link keeps the link over the sign-in, and its bytes do not depend on it', async () => {
  await start();
  const [one, other] = [await http.ask({ path: PAGE }), await http.ask({ path: '/connect/BBBBBBBBBBBBBBBBBBBBBB' })];
  expect(one.text).toBe(other.text);
  expect(one.text).toContain('Discord로 로그인');
  expect(one.text).not.toContain('name="name"');
  expect(http.calls).toEqual([]);
  const trip = await begin(http, { method: 'POST', path: PAGE, form: {} });
  expect([trip.answer.status, trip.chooseAccount]).toEqual([303, false]);
  expect((await comeBack(trip)).headers.location).toBe(PAGE);
});

test('OA-2: a connect page may lead to Discord where people sign in there, and to nobody else', async () => {
  await start();
  const policy = String((await http.ask({ path: PAGE })).headers['content-security-policy']);
  expect(policy.split(';')).toContain(`form-action 'self' ${GOOGLE} ${DISCORD}`);
});

const started = {
  kind: 'started',
  attemptId: ATTEMPT_ID,
  bindSecret: 'c'.repeat(43),
  expiresAt: new Date(Date.now() + 600_000),
  authorizationUrl: new URL('/authorize', GOOGLE),
} as const;

test('OA-3: the click on the button of a connect page survives the sign-in', async () => {
  await start({ consent: { start: async () => started }, sessions: { signIn: async () => asKim() } });
  const trip = await begin(http, { method: 'POST', path: `${PAGE}/start`, form: {} });
  expect(trip.answer.headers.location).toMatch(DISCORD);
  expect(http.callsOf('consent')).toEqual([]);
  const back = await comeBack(trip);
  expect([back.status, back.headers.location]).toEqual([303, `${GOOGLE}/authorize`]);
  expect(http.callsOf('consent.start').map(({ args }) => args)).toEqual([[LINK, kim.id]]);
  expect(back.cookies.some((each) => each.startsWith(`oa-${ATTEMPT_ID}=${'c'.repeat(43)}; `))).toBe(true);
});

test.each(['notOwner', 'closed', 'notFound', 'busy'] as const)(
  'OA-3: a click that leads nowhere (%s) ends at the page of the link, which says why',
  async (kind) => {
    await start({ consent: { start: async () => ({ kind }) } });
    const back = await comeBack(await begin(http, { method: 'POST', path: `${PAGE}/start`, form: {} }));
    expect([back.status, back.headers.location]).toEqual([303, PAGE]);
  },
);

test('OA-3: no address makes a click: only the form of our own page does', async () => {
  await start();
  await begin(http, { path: `/auth/discord/login?return=${PAGE}&pressed=true&pressed=1` });
  expect([...discord.kept.values()].map(({ pressed }) => pressed)).toEqual([false]);
  const foreign = { origin: 'https://evil.example' };
  const answer = await http.ask({ method: 'POST', path: `${PAGE}/start`, form: {}, headers: foreign });
  expect([answer.status, discord.kept.size]).toEqual([403, 1]);
});

test('OA-4: a stranger is told nothing, and can change to another Discord account and come back', async () => {
  await start({ consent: { describe: async () => flowOfKim(), reportStranger: async () => {} } });
  const as = http.signInAs(lee);
  const page = await http.ask({ path: PAGE, as });
  expect(page.status).toBe(403);
  expect(page.text).toContain('다른 계정으로 로그인');
  expect(page.text).not.toContain(kim.name);
  const trip = await begin(http, { method: 'POST', path: `${PAGE}/sign-out`, form: {}, as });
  expect([trip.answer.status, trip.chooseAccount]).toEqual([303, true]);
  expect((await http.ask({ path: '/api/session', as })).status).toBe(401);
  expect((await comeBack(trip)).headers.location).toBe(PAGE);
});

/** Expects a page that signs nobody in and offers a fresh start; returns where that starts. */
async function refused(trip: Trip, query: string | undefined, status: number, words: string): Promise<string> {
  const answer = await comeBack(trip, query);
  expect([answer.status, answer.headers['cache-control'], signIns()]).toEqual([status, 'no-store', []]);
  expect(answer.headers['content-type']).toMatch(/^text\/html/);
  expect(answer.text).toContain(words);
  expect(answer.cookies.filter((each) => each.startsWith('panager='))).toEqual([]);
  expect(linkOf(answer.text)).toMatch(/^\/auth\/discord\/login\?return=/);
  return linkOf(answer.text);
}

const back = `/auth/discord/login?return=${encodeURIComponent(PAGE)}`;
const toConnect = () => begin(http, { path: back });

test('OA-7: a state counts once, and the second use is said', async () => {
  await start();
  const trip = await toConnect();
  await comeBack(trip);
  const again = await comeBack(trip);
  expect([again.status, signIns().length, discord.identified.length]).toEqual([409, 1, 1]);
  expect(again.text).toContain('이미 처리한 로그인입니다');
  expect((await http.ask({ path: linkOf(again.text) })).status).toBe(303);
  const withoutCookie = await comeBack({ ...trip, cookie: '' });
  expect([withoutCookie.status, linkOf(withoutCookie.text)]).toEqual([409, '/auth/discord/login?return=%2F']);
});

test('OA-7: 50 callbacks at once with one state sign in once', async () => {
  await start();
  const trip = await begin(http);
  const answers = await Promise.all(Array.from({ length: 50 }, () => comeBack(trip)));
  expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  expect([signIns().length, discord.identified.length]).toEqual([1, 1]);
});

test('OA-7: ten minutes later nobody is signed in', async () => {
  await start();
  const trip = await toConnect();
  discord.expireAll();
  expect(await refused(trip, undefined, 410, '시간이 지났습니다')).toBe(back);
  // The browser has dropped the cookie by then.
  await refused({ ...trip, cookie: '' }, undefined, 410, '시간이 지났습니다');
});

test('OA-7: in another browser nobody is signed in, the link is not told, and the state is burnt', async () => {
  await start();
  const trip = await toConnect();
  expect(await refused({ ...trip, cookie: '' }, undefined, 403, '다른 브라우저')).toBe(
    '/auth/discord/login?return=%2F',
  );
  expect((await comeBack(trip)).status).toBe(409);
  expect(signIns()).toEqual([]);
});

test.each([
  ['another value', (cookie: string) => `${cookie.split('=')[0]}=${'A'.repeat(43)}`],
  ['an empty value', (cookie: string) => `${cookie.split('=')[0]}=`],
  ['8 KB', (cookie: string) => `${cookie.split('=')[0]}=${'A'.repeat(8_000)}`],
  ['NUL', (cookie: string) => `${cookie}%00`],
])('OA-3: a cookie with %s signs nobody in', async (_what, change) => {
  await start();
  const trip = await toConnect();
  await refused({ ...trip, cookie: change(trip.cookie) }, undefined, 403, '다른 브라우저');
  expect(discord.identified).toEqual([]);
});

test('OA-3: two tabs are two sign-ins, each with a cookie of its own', async () => {
  await start();
  const [one, two] = [await begin(http), await toConnect()];
  const both = { cookie: `${one.cookie}; ${two.cookie}` };
  expect((await comeBack({ ...two, ...both })).headers.location).toBe(PAGE);
  expect((await comeBack({ ...one, ...both })).headers.location).toBe('/');
});

test('OA-3: the cookie of one sign-in does not fit another', async () => {
  await start();
  const [one, two] = [await begin(http), await begin(http)];
  await refused({ ...one, cookie: two.cookie }, undefined, 403, '다른 브라우저');
});

const MALFORMED: [string, (state: string) => string][] = [
  ['two codes', (state) => `state=${state}&code=a&code=b`],
  ['a list of codes', (state) => `state=${state}&code[]=a`],
  ['no code', (state) => `state=${state}`],
  ['code and error', (state) => `state=${state}&code=a&error=access_denied`],
  ['a code of 10 KB', (state) => `state=${state}&code=${'c'.repeat(10_000)}`],
  ['NUL in the code', (state) => `state=${state}&code=a%00b`],
  ['CR LF in the code', (state) => `state=${state}&code=a%0d%0ab`],
  ['a code that is not UTF-8', (state) => `state=${state}&code=%ff%fe`],
  ['two issuers', (state) => `state=${state}&code=a&iss=${DISCORD}&iss=${DISCORD}`],
  ['another issuer', (state) => `state=${state}&code=a&iss=https://accounts.google.com`],
  ['an empty code', (state) => `state=${state}&code=`],
];
test.each(MALFORMED)('OA-7: a callback with %s signs nobody in and burns its state', async (_what, query) => {
  await start();
  const trip = await toConnect();
  expect(await refused(trip, query(trip.state), 400, '돌아온 주소가 올바르지 않아')).toBe(back);
  expect((await comeBack(trip)).status).toBe(409);
  expect(discord.identified).toEqual([]);
});

const UNKNOWN: [string, (state: string) => string][] = [
  ['no parameter', () => ''],
  ['no state', () => `code=${CODE}`],
  ['another state', () => `state=${'x'.repeat(43)}&code=${CODE}`],
  ['two states', (state) => `state=${state}&state=${state}&code=${CODE}`],
  ['a list of states', (state) => `state[]=${state}&code=${CODE}`],
  ['an object of a state', (state) => `state[a]=${state}&state[__proto__]=x&code=${CODE}`],
  ['a state of 10 KB', (state) => `state=${state.repeat(230)}&code=${CODE}`],
  ['NUL in the state', (state) => `state=${state}%00&code=${CODE}`],
  ['CR LF in the state', (state) => `state=${state}%0d%0aSet-Cookie:%20a=b&code=${CODE}`],
  ['SQL in the state', () => `state=${encodeURIComponent("' OR 1=1 --")}&code=${CODE}`],
];
test.each(UNKNOWN)('OA-7: a callback with %s is not known here', async (_what, query) => {
  await start();
  const trip = await toConnect();
  expect(await refused(trip, query(trip.state), 400, '알 수 없는 로그인입니다')).toBe('/auth/discord/login?return=%2F');
  expect(discord.identified).toEqual([]);
});

test('OA-7: 64 KB of address are refused before anything is looked up', async () => {
  await start();
  const trip = await begin(http);
  const answer = await comeBack(trip, `state=${'x'.repeat(64 * 1024)}&code=${CODE}`);
  expect([answer.status, signIns()]).toEqual([431, []]);
});

test('OA-8: a no at Discord is told as one, and its description is shown to nobody', async () => {
  await start();
  const trip = await toConnect();
  const words = '<script>alert(1)</script>';
  const query = `state=${trip.state}&error=access_denied&error_description=${encodeURIComponent(words)}`;
  const answer = await comeBack(trip, query);
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('허용하지 않으셨습니다');
  expect(answer.text).not.toContain('script');
  expect(linkOf(answer.text)).toBe(back);
});

test('OA-7: another error of Discord is a failed sign-in', async () => {
  await start();
  const trip = await toConnect();
  await refused(trip, `state=${trip.state}&error=server_error`, 424, '지금은 로그인할 수 없습니다');
});

test.each(['unavailable', 'timeout', 'rateLimited', 'invalidGrant', 'unauthorized', 'forbidden'] as const)(
  'OA-3: when Discord does not say who it is (%s), nobody is signed in and a fresh start is one click away',
  async (kind) => {
    await start({ identify: async () => Promise.reject(new ProviderFailure(kind)) });
    expect(await refused(await toConnect(), undefined, 424, '지금은 로그인할 수 없습니다')).toBe(back);
    expect(http.logLines.filter(({ level }) => level === 'error')).toEqual([]);
  },
);

test('a client that Discord refuses is an alarm to the operator', async () => {
  await start({ identify: async () => Promise.reject(new ProviderFailure('invalidRequest', { status: 401 })) });
  await refused(await toConnect(), undefined, 424, '지금은 로그인할 수 없습니다');
  expect(http.logLines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { name: 'Alarm' } }]);
});

test('MO-3: who is not served is told so, is not registered, and can take another account', async () => {
  await start({ isServed: async (userId) => userId !== KIM_AT_DISCORD.subject });
  const before = http.signInAs(lee);
  const answer = await comeBack(await toConnect(), undefined, before);
  expect([answer.status, signIns(), http.callsOf('sessions.end')]).toEqual([403, [], []]);
  expect(answer.text).toContain('이 Panager를 쓸 수 있는 계정이 아닙니다');
  const trip = await begin(http, { path: linkOf(answer.text) });
  expect([trip.chooseAccount, [...discord.kept.values()].at(-1)?.returnTo]).toEqual([true, PAGE]);
});

test('MO-3: when Discord cannot say whether somebody is served, nobody is signed in', async () => {
  await start({ isServed: async () => Promise.reject(new ProviderFailure('unavailable')) });
  await refused(await toConnect(), undefined, 424, '지금은 로그인할 수 없습니다');
});

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
  'OA-7: %s uses nothing up and begins nothing',
  async (method) => {
    await start();
    const trip = await begin(http);
    for (const path of ['/auth/discord/login', `/oauth/discord/callback?state=${trip.state}&code=${CODE}`]) {
      const answer = await http.ask({ method, path, cookies: trip.cookie });
      expect([answer.status, answer.headers.allow, answer.cookies]).toEqual([405, 'GET', []]);
    }
    expect(discord.kept.size).toBe(1);
    expect((await comeBack(trip)).status).toBe(303);
  },
);

test('OA-14: sign-ins and callbacks are limited by address', async () => {
  await start({ settings: { limits: { signInPerAddress: 2, callbackPerAddress: 2 } } });
  const statuses = [await begin(http), await begin(http), await begin(http)].map(({ answer }) => answer.status);
  expect(statuses).toEqual([303, 303, 429]);
  const callbacks: number[] = [];
  for (let each = 0; each < 3; each++) callbacks.push((await http.ask({ path: '/oauth/discord/callback' })).status);
  expect(callbacks).toEqual([400, 400, 429]);
});

test('MO-1: where Discord signs people in, a name signs nobody in', async () => {
  await start();
  const answer = await http.ask({ method: 'POST', path: '/api/session/local', json: { name: 'Kim' } });
  expect(answer.status).toBe(404);
  for (const path of [PAGE, `${PAGE}/sign-in`]) {
    const trip = await begin(http, { method: 'POST', path, form: { name: 'Kim' } });
    expect(trip.answer.headers.location).toMatch(DISCORD);
  }
  expect(signIns()).toEqual([]);
});

test('MO-1: where people sign in by name, there is no Discord', async () => {
  http = await startHttp();
  for (const path of ['/auth/discord/login', '/oauth/discord/callback?state=x&code=y']) {
    expect((await http.ask({ path })).status).toBe(404);
  }
});

const asKim = () => ({ token: http.signInAs(kim), user: kim });

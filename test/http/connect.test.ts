import { afterEach, expect, test } from '@jest/globals';
import type { FlowDescription } from '../../src/connections/consent.ts';
import { ATTEMPT_ID, flowOfKim, GOOGLE, kim, lee, LINK, PUBLIC_URL, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Given, Http } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

const page = `/connect/${LINK}`;
const describing = (changes: Partial<FlowDescription> = {}): NonNullable<Given['consent']> => ({
  describe: async (link) => (link === LINK ? flowOfKim(changes) : null),
  reportStranger: async () => {},
});
const started = {
  kind: 'started' as const,
  attemptId: ATTEMPT_ID,
  bindSecret: 'c'.repeat(43),
  expiresAt: new Date(Date.now() + 600_000),
  authorizationUrl: new URL(`${GOOGLE}/authorize?state=s`),
};

test('OA-2: 20 previews of a link see the same bytes as of a link that does not exist, and reach nothing', async () => {
  http = await startHttp();
  const links = [LINK, 'BBBBBBBBBBBBBBBBBBBBBB', 'x', '..%2f', "'%3E%3Cscript%3E", 'x'.repeat(500)];
  const pages = new Set<string>();
  for (let visit = 0; visit < 20; visit++) {
    const answer = await http.ask({
      path: `/connect/${links[visit % links.length]}`,
      headers: { 'user-agent': 'Discordbot/2.0', 'accept-language': 'ko' },
    });
    pages.add(`${answer.status} ${answer.text} ${JSON.stringify({ ...answer.headers, date: '', ratelimit: '' })}`);
    expect(answer.cookies).toEqual([]);
  }
  expect(pages.size).toBe(1);
  expect(http.calls).toEqual([]);
});

test('OA-2: a HEAD of a link checker reads and changes nothing', async () => {
  http = await startHttp();
  const answer = await http.ask({ method: 'HEAD', path: page });
  expect([answer.status, answer.text]).toEqual([200, '']);
  expect(http.calls).toEqual([]);
});

test('OA-2: connect pages are not stored, not framed, and lead to us and the providers only', async () => {
  http = await startHttp({ consent: describing() });
  for (const as of [undefined, http.signInAs(kim), http.signInAs(lee)]) {
    const { headers } = await http.ask({ path: page, as });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy.split(';')).toEqual(
      expect.arrayContaining([`form-action 'self' ${GOOGLE}`, "frame-ancestors 'none'", "default-src 'none'"]),
    );
    expect(policy).not.toMatch(/unsafe|\*/);
  }
});

test('the sign-in page signs in by name and comes back to the same link', async () => {
  http = await startHttp({ consent: describing() });
  expect((await http.ask({ path: page })).text).toContain('<form method="post">');
  for (const path of [page, `${page}/sign-in`]) {
    const answer = await http.ask({ method: 'POST', path, form: { name: 'Kim' } });
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
    expect(answer.cookies[0]).toMatch(/^panager=/);
  }
  const bad = await http.ask({ method: 'POST', path: page, form: { name: ' ' } });
  expect([bad.status, bad.text.includes('aria-invalid="true"'), bad.cookies]).toEqual([400, true, []]);
});

test.each([
  ['ko', '이번 주 일정 보여줘', 'Google 연결', '거절', '캘린더 일정 보기', '연습용 Google입니다', '약 23시간'],
  [
    'en',
    '이번 주 일정 보여줘',
    'Connect Google',
    'Decline',
    'See your calendar events',
    'practice Google',
    'about 23 hours',
  ],
] as const)('the owner reads in %s why, for what, which permissions and until when', async (language, ...words) => {
  http = await startHttp({ consent: describing({ language }) });
  const answer = await http.ask({ path: page, as: http.signInAs(kim) });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(`<html lang="${language}">`);
  for (const word of words) expect(answer.text).toContain(word);
});

test('the real Google is not called practice', async () => {
  const google = { provider: 'google' as const, redirectUri: `${PUBLIC_URL}/oauth/google/callback` };
  http = await startHttp({
    settings: { emulated: [], providers: [{ ...google, authorizationOrigin: GOOGLE, emulated: false }] },
    consent: describing(),
  });
  expect((await http.ask({ path: page, as: http.signInAs(kim) })).text).not.toContain('연습용');
});

test('WE-1: what people wrote stands on the page as text', async () => {
  const text = `<img src=x onerror=alert(1)> "quoted" & \u202egnp.exe \0`;
  http = await startHttp({
    consent: describing({ waiting: [{ requestId: REQUEST_ID, text }], previousAccount: '<b>@x' }),
  });
  const answer = await http.ask({ path: page, as: http.signInAs(kim) });
  expect(answer.text).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot; &amp; \ufffdgnp.exe \ufffd');
  expect(answer.text).not.toMatch(/<img|<b>|<script|\u202e|\0/);
});

test('OA-4: a link opened by somebody else tells them nothing, starts nothing, and is reported', async () => {
  http = await startHttp({ consent: describing() });
  const as = http.signInAs(lee);
  for (const [method, path] of [
    ['GET', page],
    ['POST', `${page}/start`],
    ['POST', `${page}/decline`],
    ['POST', `${page}/confirm`],
  ] as const) {
    const form = path.endsWith('confirm') ? { attempt: ATTEMPT_ID, answer: 'yes' } : undefined;
    const answer = await http.ask({ method, path, as, form, headers: { 'accept-language': 'ko' } });
    expect([path, answer.status, answer.headers.location, answer.cookies]).toEqual([path, 403, undefined, []]);
    expect(answer.text).toContain('다른 계정으로 로그인');
    expect(answer.text).not.toMatch(/Kim|이번 주|calendar|google|state=/i);
  }
  expect(http.callsOf('consent').filter(({ name }) => name !== 'consent.describe')).toEqual(
    Array.from({ length: 4 }, () => ({ name: 'consent.reportStranger', args: [LINK, lee.id] })),
  );
});

test('OA-4: the refusal stands when the asker cannot be told', async () => {
  http = await startHttp({
    consent: { ...describing(), reportStranger: () => Promise.reject(new Error('database is away')) },
  });
  expect((await http.ask({ path: page, as: http.signInAs(lee) })).status).toBe(403);
  expect(http.logLines).toMatchObject([{ level: 'error' }]);
});

test('OA-4: signing in with another account ends this session and comes back to the link', async () => {
  http = await startHttp();
  const as = http.signInAs(lee);
  const answer = await http.ask({ method: 'POST', path: `${page}/sign-out`, as });
  expect([answer.status, answer.headers.location]).toEqual([303, page]);
  expect(answer.cookies[0]).toMatch(/^panager=; Max-Age=0/);
  expect((await http.ask({ path: '/api/session', as })).status).toBe(401);
});

test('OA-5: starting sends the browser to the provider with a cookie of this attempt alone', async () => {
  http = await startHttp({ consent: { ...describing(), start: async () => started } });
  const answer = await http.ask({ method: 'POST', path: `${page}/start`, as: http.signInAs(kim) });
  expect([answer.status, answer.headers.location]).toEqual([303, started.authorizationUrl.href]);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.cookies).toHaveLength(1);
  expect(answer.cookies[0]).toMatch(
    new RegExp(`^oa-${ATTEMPT_ID}=c{43}; Max-Age=(600|599|598); Path=/; HttpOnly; SameSite=Lax$`),
  );
  expect(http.callsOf('consent.start')[0]?.args).toEqual([LINK, kim.id]);
});

test('OA-5: on https the cookie of an attempt has the __Host- prefix', async () => {
  const publicUrl = 'https://panager.example';
  http = await startHttp({ settings: { publicUrl }, consent: { ...describing(), start: async () => started } });
  const answer = await http.ask({
    method: 'POST',
    path: `${page}/start`,
    headers: { host: 'panager.example', origin: publicUrl },
    cookies: `__Host-panager=${http.signInAs(kim)}`,
  });
  expect(answer.cookies[0]).toMatch(/^__Host-oa-.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});

test('OA-5: a ninth trip lets the oldest one go, so that the cookies never fill the header', async () => {
  http = await startHttp({ consent: { ...describing(), start: async () => started } });
  const cookies = Array.from({ length: 8 }, (_, index) => `oa-old${index}=x`).join('; ');
  const answer = await http.ask({ method: 'POST', path: `${page}/start`, as: http.signInAs(kim), cookies });
  expect(answer.cookies.map((cookie) => cookie.split(';', 2).join(';'))).toEqual([
    'oa-old0=; Max-Age=0',
    expect.stringMatching(`^oa-${ATTEMPT_ID}=`),
  ]);
});

test.each([
  ['closed', 410],
  ['busy', 409],
  ['notFound', 404],
  ['notOwner', 403],
] as const)('a start that is %s is a page with status %d and no redirect', async (kind, status) => {
  http = await startHttp({ consent: { ...describing(), start: async () => ({ kind }) } });
  const answer = await http.ask({ method: 'POST', path: `${page}/start`, as: http.signInAs(kim) });
  expect([answer.status, answer.headers.location, answer.cookies]).toEqual([status, undefined, []]);
});

test('a click after the session ended goes to the sign-in page of the same link', async () => {
  http = await startHttp();
  for (const action of ['start', 'decline', 'confirm']) {
    const answer = await http.ask({ method: 'POST', path: `${page}/${action}` });
    expect([answer.status, answer.headers.location]).toEqual([303, page]);
  }
});

test('a finished link says so, and a link that names nothing is not found', async () => {
  http = await startHttp({ consent: describing({ live: false }) });
  const as = http.signInAs(kim);
  const closed = await http.ask({ path: page, as });
  expect([closed.status, closed.text.includes('끝난 링크입니다'), closed.text.includes('<form')]).toEqual([
    410,
    true,
    false,
  ]);
  for (const link of ['BBBBBBBBBBBBBBBBBBBBBB', 'short', `${LINK}x`, '%00', '..%2f..%2fapi']) {
    expect((await http.ask({ path: `/connect/${link}`, as })).status).toBe(404);
  }
  expect((await http.ask({ path: '/connect', as })).status).toBe(404);
});

test('declining is a real no: the requests learn it and the page says what they do now', async () => {
  http = await startHttp({ consent: { ...describing(), decline: async () => 'declined' } });
  const answer = await http.ask({ method: 'POST', path: `${page}/decline`, as: http.signInAs(kim) });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('연결하지 않았습니다');
  expect(answer.text).toContain(`href="/?request=${REQUEST_ID}"`);
  expect(http.callsOf('consent.decline')[0]?.args).toEqual([LINK, kim.id]);
});

const origin = {
  attemptId: ATTEMPT_ID,
  publicId: LINK,
  provider: 'google' as const,
  platform: 'web' as const,
  language: 'ko' as const,
  requestId: REQUEST_ID,
};

test('OA-9: yes and no to another account reach the attempt of this person', async () => {
  http = await startHttp({
    consent: {
      ...describing(),
      confirm: async (_attempt, _user, yes) =>
        yes
          ? { kind: 'connected', account: 'b@example.com', missingScopes: [], ...origin }
          : { kind: 'refused', reason: 'notConfirmed', ...origin },
    },
  });
  const as = http.signInAs(kim);
  const confirm = (form: Record<string, string>) => http.ask({ method: 'POST', path: `${page}/confirm`, as, form });
  const yes = await confirm({ attempt: ATTEMPT_ID, answer: 'yes' });
  expect([yes.status, yes.text.includes('b@example.com')]).toEqual([200, true]);
  expect((await confirm({ attempt: ATTEMPT_ID, answer: 'no' })).status).toBe(409);
  for (const form of [
    {},
    { attempt: ATTEMPT_ID },
    { attempt: ATTEMPT_ID, answer: 'maybe' },
    { attempt: 'x', answer: 'yes' },
    { attempt: ATTEMPT_ID, answer: 'yes', extra: '1' },
  ]) {
    expect((await confirm(form as Record<string, string>)).status).toBe(400);
  }
  expect(http.callsOf('consent.confirm').map(({ args }) => args)).toEqual([
    [ATTEMPT_ID, kim.id, true],
    [ATTEMPT_ID, kim.id, false],
  ]);
});

import { afterEach, expect, test } from '@jest/globals';
import type { Callback, CallbackResult, RefusedReason } from '../../src/connections/consent.ts';
import { ATTEMPT_ID, GOOGLE, kim, lee, LINK, PUBLIC_URL, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

const STATE = 's'.repeat(43);
const origin = {
  attemptId: ATTEMPT_ID,
  publicId: LINK,
  provider: 'google',
  platform: 'web',
  language: 'ko',
  requestId: REQUEST_ID,
} as const;
const connected = { kind: 'connected', account: 'kim@example.com', missingScopes: [] as string[], ...origin } as const;

async function callback(result: CallbackResult, query: string, ask: Partial<Ask> = {}) {
  http = await startHttp({ consent: { receiveCallback: async () => result } });
  const answer = await http.ask({ path: `/oauth/google/callback?${query}`, as: http.signInAs(kim), ...ask });
  return { answer, received: http.callsOf('consent.receiveCallback')[0]?.args[0] as Callback };
}

test('OA-7: the callback hands on what came, where it came, and who is signed in', async () => {
  const { received } = await callback(
    connected,
    `state=${STATE}&code=4%2Fabc&iss=${encodeURIComponent(GOOGLE)}&scope=a%20b&authuser=0&prompt=consent`,
    { cookies: `oa-${ATTEMPT_ID}=secret` },
  );
  expect(received).toMatchObject({
    provider: 'google',
    redirectUri: `${PUBLIC_URL}/oauth/google/callback`,
    state: STATE,
    code: '4/abc',
    error: null,
    iss: GOOGLE,
    malformed: false,
    userId: kim.id,
  });
  expect(received.bindSecretOf(ATTEMPT_ID)).toBe('secret');
  expect(received.bindSecretOf('__proto__')).toBeUndefined();
});

test('OA-7: without a session nobody is signed in', async () => {
  http = await startHttp({ consent: { receiveCallback: async () => ({ kind: 'unknown' }) } });
  await http.ask({ path: `/oauth/google/callback?state=${STATE}&code=c` });
  expect(http.callsOf('consent.receiveCallback')[0]?.args).toMatchObject([{ userId: null }]);
});

test.each([
  ['web', '연동이 완료됐습니다.'],
  ['discord', '연동이 완료됐습니다. Discord로 돌아가세요.'],
] as const)('people of %s read that it worked, and with which account', async (platform, words) => {
  const { answer } = await callback({ ...connected, platform }, `state=${STATE}&code=c`);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(`<h1>${words}</h1>`);
  expect(answer.text).toContain('kim@example.com');
  expect(answer.headers.refresh).toBe(platform === 'web' ? `2;url=/?request=${REQUEST_ID}` : undefined);
  expect(answer.text.includes(`href="/?request=${REQUEST_ID}"`)).toBe(platform === 'web');
  expect(answer.headers['cache-control']).toBe('no-store');
});

test('OA-5: the cookie of the attempt is removed, the session stays', async () => {
  const { answer } = await callback(connected, `state=${STATE}&code=c`);
  expect(answer.cookies).toEqual([`oa-${ATTEMPT_ID}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax`]);
});

test('OA-9: what was not allowed is named, and the page waits to be read', async () => {
  const missingScopes = ['https://www.googleapis.com/auth/calendar.events.readonly'];
  const { answer } = await callback({ ...connected, missingScopes }, `state=${STATE}&code=c`);
  expect(answer.text).toContain('캘린더 일정 보기');
  expect(answer.text).toContain(`href="/connect/${LINK}"`);
  expect(answer.headers.refresh).toBeUndefined();
});

test('OA-9: another account is shown beside the one before, with yes and no', async () => {
  const { answer } = await callback(
    { kind: 'confirm', account: '<b>new', previousAccount: 'old@example.com', ...origin },
    `state=${STATE}&code=c`,
  );
  expect(answer.text).toContain('&lt;b&gt;new');
  expect(answer.text).toContain('old@example.com');
  expect(answer.text.match(/<form method="post" action="\/connect\/A{22}\/confirm">/g)).toHaveLength(2);
  expect(answer.text).toContain(`name="attempt" value="${ATTEMPT_ID}"`);
});

test('OA-10: an unfinished connection says so and goes back to the request by itself', async () => {
  const { answer } = await callback({ kind: 'beingFinished', ...origin }, `state=${STATE}&code=c`);
  expect([answer.status, answer.headers.refresh]).toEqual([200, `5;url=/?request=${REQUEST_ID}`]);
});

test('OA-8: a no at the provider is told, and its description is never shown', async () => {
  const script = '<script>alert(1)</script>';
  const { answer, received } = await callback(
    { kind: 'denied', ...origin },
    `state=${STATE}&error=access_denied&error_description=${encodeURIComponent(script)}`,
  );
  expect(received).toMatchObject({ error: 'access_denied', code: null, malformed: false });
  expect([answer.status, answer.text.includes('연결하지 않았습니다')]).toEqual([200, true]);
  expect(answer.text).not.toMatch(/script|alert/);
  expect(http.logLines).toMatchObject([{ level: 'info', fields: { error: 'access_denied', description: script } }]);
});

const REASONS: Record<RefusedReason, number> = {
  malformed: 400,
  wrongIssuer: 400,
  wrongRedirect: 400,
  wrongBrowser: 403,
  wrongPerson: 403,
  alreadyUsed: 409,
  expired: 410,
  exchangeFailed: 424,
  accountTaken: 409,
  accountEnding: 409,
  notConfirmed: 409,
  superseded: 409,
};
test.each(Object.entries(REASONS) as [RefusedReason, number][])(
  'OA-7: refused as %s is a page with status %d and a fresh start one click away',
  async (reason, status) => {
    const { answer } = await callback({ kind: 'refused', reason, ...origin }, `state=${STATE}&code=c`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`href="/connect/${LINK}"`);
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers).not.toHaveProperty('refresh');
  },
);

test.each(['wrongBrowser', 'wrongPerson'] as const)(
  'OA-4: refused as %s tells nothing of the flow but its link',
  async (reason) => {
    const { answer } = await callback({ kind: 'refused', reason, ...origin }, `state=${STATE}&code=c`, {
      headers: { 'accept-language': 'en' },
    });
    expect(answer.text).toContain('<html lang="en">');
    expect(answer.text).not.toMatch(new RegExp(`${REQUEST_ID}|Google|연습용`));
  },
);

test('OA-7: a state that nobody knows is a 400 page', async () => {
  const { answer } = await callback({ kind: 'unknown' }, 'state=nobody&code=c');
  expect([answer.status, answer.cookies]).toEqual([400, []]);
});

const known = { state: STATE, malformed: true };
test.each<[string, string, Partial<Callback>]>([
  ['state twice', `state=${STATE}&state=${STATE}&code=c`, { state: null, malformed: true }],
  ['state[]', `state[]=${STATE}&code=c`, { state: null, malformed: true }],
  ['state[0] besides state', `state=${STATE}&state%5B0%5D=x&code=c`, known],
  ['state of 8 KB', `state=${'s'.repeat(8192)}&code=c`, { state: null, malformed: true }],
  ['NUL in state', 'state=a%00b&code=c', { state: null, malformed: true }],
  ['no state', 'code=c', { state: null, malformed: false }],
  ['an empty state', 'state=&code=c', { state: null, malformed: true }],
  ['code twice', `state=${STATE}&code=a&code=b`, known],
  ['code[]', `state=${STATE}&code[]=c`, known],
  ['code with CR LF', `state=${STATE}&code=a%0d%0aSet-Cookie:%20x=y`, known],
  ['code with NUL', `state=${STATE}&code=a%00`, known],
  ['code that is not UTF-8', `state=${STATE}&code=%ff%fe`, known],
  ['a code of 4 KB', `state=${STATE}&code=${'c'.repeat(4096)}`, known],
  ['neither code nor error', `state=${STATE}`, known],
  ['both code and error', `state=${STATE}&code=c&error=access_denied`, known],
  ['iss twice', `state=${STATE}&code=c&iss=a&iss=a`, { ...known, iss: null }],
  ['error twice', `state=${STATE}&error=access_denied&error=x`, known],
  ['an endless description', `state=${STATE}&error=access_denied&error_description=${'x'.repeat(4096)}`, known],
  ['broken percent encoding', `state=${STATE}&code=%zz`, { state: STATE, code: '%zz', malformed: false }],
])('OA-7: a callback with %s is understood as such and burns what it names', async (_name, query, expected) => {
  const { answer, received } = await callback({ kind: 'refused', reason: 'malformed', ...origin }, query);
  expect(received).toMatchObject(expected);
  expect(answer.status).toBe(400);
  expect(answer.headers).not.toHaveProperty('location');
});

test('OA-7: a callback of 64 KB does not reach us', async () => {
  http = await startHttp();
  const answer = await http.ask({ path: `/oauth/google/callback?state=${'s'.repeat(64 * 1024)}` });
  expect(answer.status).toBe(431);
  expect(http.calls).toEqual([]);
});

test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
  'OA-7: %s on a callback is refused with 405',
  async (method) => {
    http = await startHttp();
    for (const origin of [PUBLIC_URL, null, 'https://evil.example']) {
      const answer = await http.ask({
        method,
        path: `/oauth/google/callback?state=${STATE}&code=c`,
        headers: { origin },
      });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET']);
    }
    expect(http.calls).toEqual([]);
  },
);

test('OA-6: the callback of a provider that is not configured does not exist', async () => {
  http = await startHttp();
  const as = http.signInAs(lee);
  for (const provider of [
    'github',
    'claude',
    'discord',
    'evil',
    '__proto__',
    'google%2f..%2fgithub',
    'google/callback',
  ]) {
    const answer = await http.ask({ path: `/oauth/${provider}/callback?state=${STATE}&code=c`, as });
    expect([provider, answer.status]).toEqual([provider, 404]);
  }
  expect((await http.ask({ path: '/oauth/google/callback/more', as })).status).toBe(404);
  expect(http.callsOf('consent')).toEqual([]);
});

test('OA-7: nothing in a callback says where to go next', async () => {
  const to = encodeURIComponent('https://evil.example');
  const { answer } = await callback(connected, `state=${STATE}&code=c&return_to=${to}&next=${to}&redirect_uri=${to}`);
  expect(answer.status).toBe(200);
  expect(answer.text + JSON.stringify(answer.headers)).not.toContain('evil.example');
});

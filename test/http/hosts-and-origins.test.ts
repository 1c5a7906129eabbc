import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PUBLIC_URL, kim, startHttp } from './http-fixture.ts';
import type { Http } from './http-fixture.ts';

let http: Http;
beforeEach(async () => {
  http = await startHttp();
});
afterEach(() => http.stop());

test.each([
  'evil.example',
  'evil.example:8000',
  'localhost',
  'localhost:8001',
  'localhost.:8000',
  '[::1]:8000',
  '10.0.0.1:8000',
  'localhost:8000.evil.example',
  'user@localhost:8000',
])('MO-2: the foreign Host %s gets 421 before any route', async (host) => {
  const as = http.signInAs(kim);
  for (const path of ['/', '/api/session', '/connect/AAAAAAAAAAAAAAAAAAAAAA', '/oauth/google/callback?state=x']) {
    const answer = await http.ask({ path, headers: { host }, as });
    expect(answer.status).toBe(421);
  }
  expect(http.calls).toEqual([]);
});

test('MO-2: the host of PUBLIC_URL is served, in any case of letters', async () => {
  expect((await http.ask({ path: '/api/session', headers: { host: 'LocalHost:8000' } })).status).toBe(401);
});

test('MO-2: a reading visit to 127.0.0.1 is sent on to localhost with its path and query', async () => {
  const answer = await http.ask({ path: '/connect/abc?x=1', headers: { host: '127.0.0.1:8000' } });
  expect([answer.status, answer.headers.location]).toEqual([308, `${PUBLIC_URL}/connect/abc?x=1`]);
});

test('MO-2: the redirect from 127.0.0.1 leads nowhere else', async () => {
  const answer = await http.ask({ path: '//evil.example/x', headers: { host: '127.0.0.1:8000' } });
  expect(new URL(answer.headers.location ?? '').origin).toBe(PUBLIC_URL);
});

test('MO-2: 127.0.0.1 with another port, or with a body, is foreign', async () => {
  expect((await http.ask({ path: '/', headers: { host: '127.0.0.1:9000' } })).status).toBe(421);
  const post = await http.ask({ method: 'POST', path: '/api/messages', json: {}, headers: { host: '127.0.0.1:8000' } });
  expect(post.status).toBe(421);
});

test('MO-2: health probes are answered under any host', async () => {
  for (const path of ['/healthz', '/readyz']) {
    expect((await http.ask({ path, headers: { host: '10.1.2.3:8000' } })).status).toBe(200);
  }
  const post = await http.ask({ method: 'POST', path: '/healthz', headers: { host: '10.1.2.3:8000' } });
  expect(post.status).toBe(421);
});

test('MO-2: a request target that is an address and not a path is refused', async () => {
  const answer = await http.ask({ path: 'http://evil.example/api/session' });
  expect(answer.status).toBe(400);
});

const CHANGES = [
  ['POST', '/api/session/local'],
  ['DELETE', '/api/session'],
  ['POST', '/api/messages'],
  ['POST', '/api/requests/33333333-3333-4333-8333-333333333333/cancel'],
  ['POST', '/api/requests/33333333-3333-4333-8333-333333333333/restart'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA/start'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA/decline'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA/confirm'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA/sign-in'],
  ['POST', '/connect/AAAAAAAAAAAAAAAAAAAAAA/sign-out'],
] as const;

const FOREIGN: Record<string, Record<string, string | null>> = {
  'a foreign Origin': { origin: 'https://evil.example' },
  'the Origin null': { origin: 'null' },
  'an empty Origin': { origin: '' },
  'our Origin with another port': { origin: 'http://localhost:9000' },
  'our Origin with a slash': { origin: `${PUBLIC_URL}/` },
  'a foreign Origin although the browser says same-origin': {
    origin: 'https://evil.example',
    'sec-fetch-site': 'same-origin',
  },
  'neither Origin nor Sec-Fetch-Site': { origin: null },
  'no Origin and Sec-Fetch-Site same-site': { origin: null, 'sec-fetch-site': 'same-site' },
  'no Origin and Sec-Fetch-Site none': { origin: null, 'sec-fetch-site': 'none' },
};

test.each(Object.entries(FOREIGN))('MO-2: with %s nothing is changed', async (_name, headers) => {
  const as = http.signInAs(kim);
  for (const [method, path] of CHANGES) {
    const answer = await http.ask({ method, path, headers, as });
    expect([method, path, answer.status]).toEqual([method, path, 403]);
  }
  expect(http.calls).toEqual([]);
});

test('MO-2: two Origin headers are not one of ours', async () => {
  const answer = await http.ask({
    method: 'DELETE',
    path: '/api/session',
    headers: { origin: [PUBLIC_URL, 'https://evil.example'] },
  });
  expect(answer.status).toBe(403);
});

test('MO-2: without Origin, Sec-Fetch-Site same-origin is enough', async () => {
  const as = http.signInAs(kim);
  const answer = await http.ask({
    method: 'DELETE',
    path: '/api/session',
    headers: { origin: null, 'sec-fetch-site': 'same-origin' },
    as,
  });
  expect(answer.status).toBe(204);
});

import { afterEach, expect, test } from '@jest/globals';
import { flowOfKim, kim, lee, LINK, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

async function statuses(count: number, ask: Ask): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < count; time++) all.push((await http.ask(ask)).status);
  return all;
}

test('WE-1: messages are counted per person; somebody else goes on', async () => {
  http = await startHttp({
    settings: { limits: { messagesPerPerson: 2 } },
    intake: { accept: async () => ({ requestId: REQUEST_ID, created: true }) },
  });
  const message = (as: string): Ask => ({
    method: 'POST',
    path: '/api/messages',
    as,
    json: { text: 'hello', clientId: 'client-0001' },
  });
  expect(await statuses(3, message(http.signInAs(kim)))).toEqual([202, 202, 429]);
  // A new session of the same person is the same person.
  expect(await statuses(1, message(http.signInAs(kim)))).toEqual([429]);
  expect(await statuses(2, message(http.signInAs(lee)))).toEqual([202, 202]);
  const refused = await http.ask(message(http.signInAs(kim)));
  expect([refused.code(), Number(refused.headers['retry-after'])]).toEqual(['tooManyRequests', 60]);
  expect(http.callsOf('intake')).toHaveLength(4);
});

test('WE-1: an address is counted before any session is looked up', async () => {
  http = await startHttp({ settings: { limits: { messagesPerAddress: 2 } } });
  const stranger: Ask = { method: 'POST', path: '/api/messages', json: {}, cookies: `panager=${'x'.repeat(43)}` };
  expect(await statuses(4, stranger)).toEqual([401, 401, 429, 429]);
  expect(http.callsOf('sessions.find')).toHaveLength(2);
});

test('WE-1: the window passes', async () => {
  http = await startHttp({ settings: { limits: { signInPerAddress: 1, windowMs: 200 } } });
  const signIn: Ask = { method: 'POST', path: '/api/session/local', json: { name: 'Kim' } };
  expect(await statuses(2, signIn)).toEqual([200, 429]);
  const end = Date.now() + 5_000;
  let status = 429;
  while (status === 429 && Date.now() < end) [status = 0] = await statuses(1, signIn);
  expect(status).toBe(200);
});

test('OA-14: connect pages and callbacks are limited by address and by person, with a page that says so', async () => {
  const limits = { connectPerAddress: 6, connectPerPerson: 2, callbackPerAddress: 4, callbackPerPerson: 1 };
  http = await startHttp({
    settings: { limits },
    consent: { describe: async () => flowOfKim(), receiveCallback: async () => ({ kind: 'unknown' }) },
  });
  const page: Ask = { path: `/connect/${LINK}` };
  expect(await statuses(3, { ...page, as: http.signInAs(kim) })).toEqual([200, 200, 429]);
  expect(await statuses(4, page)).toEqual([200, 200, 200, 429]);
  const callback: Ask = { path: '/oauth/google/callback?state=s&code=c' };
  expect(await statuses(2, { ...callback, as: http.signInAs(kim) })).toEqual([400, 429]);
  expect(await statuses(3, callback)).toEqual([400, 400, 429]);
  const refused = await http.ask({ ...page, headers: { 'accept-language': 'ko' } });
  expect([refused.headers['content-type'], refused.text.includes('요청이 너무 많아')]).toEqual([
    'text/html; charset=utf-8',
    true,
  ]);
});

test('OA-14: forwarding headers do not give a stranger new addresses', async () => {
  http = await startHttp({ settings: { limits: { connectPerAddress: 2 } } });
  const visit = (index: number): Ask => ({
    path: `/connect/${LINK}`,
    headers: { 'x-forwarded-for': `203.0.113.${index}` },
  });
  expect([
    ...(await statuses(1, visit(1))),
    ...(await statuses(1, visit(2))),
    ...(await statuses(1, visit(3))),
  ]).toEqual([200, 200, 429]);
});

test('OA-14: behind one proxy the address is what that proxy saw', async () => {
  http = await startHttp({ settings: { trustProxy: 1, limits: { connectPerAddress: 1 } } });
  const visit = (forwarded: string): Ask => ({ path: `/connect/${LINK}`, headers: { 'x-forwarded-for': forwarded } });
  expect(await statuses(2, visit('198.51.100.1'))).toEqual([200, 429]);
  expect(await statuses(1, visit('198.51.100.2'))).toEqual([200]);
  // What a client puts in front of it is not believed.
  expect(await statuses(1, visit('6.6.6.6, 198.51.100.1'))).toEqual([429]);
});

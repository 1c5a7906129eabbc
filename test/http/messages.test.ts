import { afterEach, expect, test } from '@jest/globals';
import { errorAnswer, requestAcceptedAnswer } from '../../src/http/contract.ts';
import { DailyCapReached } from '../../src/ports/requests.ts';
import { kim, lee, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';

let http: Http;
afterEach(() => http.stop());

const accepting = { intake: { accept: async () => ({ requestId: REQUEST_ID, created: true }) } };
const message = { text: '이번 주 일정 보여줘', clientId: 'client-0001' };
const send = (ask: Partial<Ask>) => http.ask({ method: 'POST', path: '/api/messages', as: http.signInAs(kim), ...ask });

test('a message is accepted with 202 and handed to intake as its person wrote it', async () => {
  http = await startHttp(accepting);
  const answer = await send({ json: message, headers: { 'x-time-zone': 'Europe/Berlin' } });
  expect([answer.status, requestAcceptedAnswer.parse(answer.json())]).toEqual([202, { requestId: REQUEST_ID }]);
  expect(http.callsOf('intake.accept')[0]?.args).toEqual([
    {
      userId: kim.id,
      platform: 'web',
      channel: 'page',
      clientId: 'client-0001',
      text: '이번 주 일정 보여줘',
      language: 'ko',
      timeZone: 'Europe/Berlin',
    },
  ]);
  expect(http.callsOf('pokeOutbox')).toHaveLength(1);
});

test.each([
  ['hello', kim, 'en'],
  ['show me 일정', lee, 'ko'],
  ['12:30?', kim, 'ko'],
  ['12:30?', lee, 'en'],
  ['Привет', kim, 'en'],
] as const)('the language of %j of a person is what it is written in', async (text, user, language) => {
  http = await startHttp(accepting);
  await send({ json: { ...message, text }, as: http.signInAs(user) });
  expect(http.callsOf('intake.accept')[0]?.args).toMatchObject([{ language }]);
});

test.each([
  [undefined, 'Asia/Seoul'],
  ['America/New_York', 'America/New_York'],
  ['asia/tokyo', 'Asia/Tokyo'],
  ['UTC', 'UTC'],
  ['Mars/Olympus', 'Asia/Seoul'],
  ['+09:00', 'Asia/Seoul'],
  ["'; DROP TABLE request", 'Asia/Seoul'],
  ['x'.repeat(4000), 'Asia/Seoul'],
])('the time zone %j is understood as %s', async (header, timeZone) => {
  http = await startHttp(accepting);
  await send({ json: message, headers: header === undefined ? {} : { 'x-time-zone': header } });
  expect(http.callsOf('intake.accept')[0]?.args).toMatchObject([{ timeZone }]);
});

test.each<[string, unknown]>([
  ['an unknown key', { ...message, userId: lee.id }],
  ['no text', { clientId: 'client-0001' }],
  ['blank text', { ...message, text: ' \n ' }],
  ['4,001 characters', { ...message, text: 'x'.repeat(4001) }],
  ['a number as text', { ...message, text: 5 }],
  ['a list as text', { ...message, text: ['hello'] }],
  ['an object as text', { ...message, text: { $ne: null } }],
  ['NUL in the text', { ...message, text: 'a\0b' }],
  ['half a surrogate pair', { ...message, text: 'a\ud800b' }],
  ['no client id', { text: 'hello' }],
  ['a short client id', { ...message, clientId: 'short' }],
  ['a long client id', { ...message, clientId: 'x'.repeat(65) }],
  ['a client id of a restart', { ...message, clientId: `restart:${REQUEST_ID}` }],
  ['a client id with a line end', { ...message, clientId: 'client-0001\n' }],
  ['a number as client id', { ...message, clientId: 12345678 }],
  ['a list', [message]],
  ['a string', 'hello'],
  ['null', null],
])('WE-1: a message with %s is refused with 400', async (_name, json) => {
  http = await startHttp();
  const answer = await send({ json });
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(http.callsOf('intake')).toEqual([]);
});

test('WE-1: text is taken as text, whatever stands in it', async () => {
  http = await startHttp(accepting);
  const text = `<script>alert(1)</script> '; DROP TABLE request; -- {{7*7}} \u202e @everyone`;
  expect((await send({ json: { ...message, text } })).status).toBe(202);
  expect(http.callsOf('intake.accept')[0]?.args).toMatchObject([{ text }]);
});

test('a failing database answers 503 and says that nothing was done, without a word of the error', async () => {
  const lost = Object.assign(new Error('connect ECONNREFUSED postgres://panager:hunter2@db'), { code: 'ECONNREFUSED' });
  http = await startHttp({ intake: { accept: () => Promise.reject(lost) } });
  const answer = await send({ json: message });
  expect([answer.status, answer.code()]).toEqual([503, 'unavailable']);
  expect(answer.text).not.toMatch(/hunter2|ECONN|postgres/);
});

test('WE-1: an error of ours answers 500 without its message or stack, and is logged', async () => {
  http = await startHttp({ intake: { accept: () => Promise.reject(new Error('secret inside')) } });
  const answer = await send({ json: message });
  expect([answer.status, answer.code()]).toEqual([500, 'internalError']);
  expect(answer.text).not.toMatch(/secret inside|at .*\.ts/);
  expect(http.logLines).toMatchObject([{ level: 'error', fields: { method: 'POST', route: '/api/messages' } }]);
});

test.each([
  ['ko', '하루에 보내실 수 있는 요청 30건을 모두 쓰셔서', '11월 25일 수요일 오후 3:12부터'],
  ['en', 'You have used all 30 requests of a day', 'Wednesday 25 November at 15:12'],
])('MO-3: one request too many is refused in %s, with the time of the next one', async (language, what, hint) => {
  const reached = new DailyCapReached(30, new Date('2026-11-25T06:11:30Z'));
  http = await startHttp({ intake: { accept: () => Promise.reject(reached) } });
  const headers = { 'accept-language': language, 'x-time-zone': 'Asia/Seoul' };
  const answer = await send({ json: message, headers });
  const { error } = errorAnswer.parse(answer.json());
  expect([answer.status, error.code]).toEqual([429, 'dailyCapReached']);
  expect(error.message).toContain(what);
  expect(error.hint).toContain(hint);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect([http.callsOf('pokeOutbox'), http.logLines]).toEqual([[], []]);
});

test('MO-3: the time of the next request is on the clock of its person', async () => {
  const reached = new DailyCapReached(1, new Date('2026-11-25T06:12:00Z'));
  http = await startHttp({ intake: { accept: () => Promise.reject(reached) } });
  const headers = { 'accept-language': 'en', 'x-time-zone': 'America/New_York' };
  const { error } = errorAnswer.parse((await send({ json: message, headers })).json());
  expect([error.message, error.hint]).toEqual([
    'You have used the one request of a day, so this one was not taken.',
    'You can send it again from Wednesday 25 November at 01:12.',
  ]);
});

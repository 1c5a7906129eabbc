import { gzipSync } from 'node:zlib';
import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HOST, kim, PUBLIC_URL, REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';

let http: Http;
beforeEach(async () => {
  http = await startHttp({ intake: { accept: async () => ({ requestId: REQUEST_ID, created: true }) } });
});
afterEach(() => http.stop());

const send = (ask: Partial<Ask>) => http.ask({ method: 'POST', path: '/api/messages', as: http.signInAs(kim), ...ask });
const json = { 'content-type': 'application/json' };
const ofBytes = (bytes: number): string => {
  const frame = JSON.stringify({ text: '', clientId: 'client-0001' }).length;
  return JSON.stringify({ text: 'x'.repeat(bytes - frame), clientId: 'client-0001' });
};

test('WE-1: a body of 64 KB is read, and refused for what is in it', async () => {
  const answer = await send({ body: ofBytes(64 * 1024), headers: json });
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
});

test.each([64 * 1024 + 1, 5 * 1024 * 1024])('WE-1: a body of %d bytes is refused with 413', async (bytes) => {
  const answer = await send({ body: ofBytes(bytes), headers: json });
  expect([answer.status, answer.code()]).toEqual([413, 'bodyTooLarge']);
});

test('WE-1: a body without end, or of 100 MB, is refused by its head', async () => {
  const begin = (length: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({
        port: http.port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/messages',
        agent: false,
        headers: { host: HOST, origin: PUBLIC_URL, ...length, ...json },
      });
      request.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.on('error', reject);
      request.write('{"text":"');
    });
  expect(await begin({ 'transfer-encoding': 'chunked' })).toBe(411);
  expect(await begin({ 'content-length': String(100 * 1024 * 1024) })).toBe(413);
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
  '',
])('WE-1: JSON that calls itself %j is refused with 415', async (type) => {
  const body = JSON.stringify({ text: 'hello', clientId: 'client-0001' });
  const answer = await send({ body, headers: { 'content-type': type || null } });
  expect([answer.status, answer.code()]).toEqual([415, 'wrongContentType']);
});

test('WE-1: JSON in UTF-8 with its charset named is read; another charset is not', async () => {
  const body = JSON.stringify({ text: '안녕', clientId: 'client-0001' });
  expect((await send({ body, headers: { 'content-type': 'application/json; charset=utf-8' } })).status).toBe(202);
  const other = await send({ body, headers: { 'content-type': 'application/json; charset=euc-kr' } });
  expect(other.status).toBe(415);
});

test('WE-1: a compressed body is refused unopened', async () => {
  const body = gzipSync(JSON.stringify({ text: 'x'.repeat(1000), clientId: 'client-0001' })).toString('latin1');
  const answer = await send({ body, headers: { ...json, 'content-encoding': 'gzip' } });
  expect(answer.status).toBe(415);
});

test.each(['{', '{"text":"a",}', '\u0000', "{'text':'a'}", '{"text":"a"}{"text":"b"}', '<xml/>'])(
  'WE-1: the broken JSON %j is refused with 400',
  async (body) => {
    const answer = await send({ body, headers: json });
    expect([answer.status, answer.code()]).toEqual([400, 'invalidJson']);
  },
);

test.each(['__proto__', 'constructor', 'prototype', 'toString'])(
  'WE-1: the key %s is an unknown key and changes nothing else',
  async (key) => {
    const body = `{"text":"hello","clientId":"client-0001","${key}":{"isAdmin":true}}`;
    const answer = await send({ body, headers: json });
    expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  },
);

test('WE-1: JSON nested 30,000 deep is refused and the server lives on', async () => {
  for (const body of ['['.repeat(30_000) + ']'.repeat(30_000), '{"text":'.repeat(7_000) + '1' + '}'.repeat(7_000)]) {
    expect((await send({ body, headers: json })).status).toBe(400);
  }
  expect((await send({ json: { text: 'hello', clientId: 'client-0001' } })).status).toBe(202);
});

test('WE-1: a form is read where a form belongs, and only up to 4 KB', async () => {
  const path = '/connect/AAAAAAAAAAAAAAAAAAAAAA/sign-in';
  expect((await send({ path, json: { name: 'Kim' } })).status).toBe(415);
  expect((await send({ path, form: { name: 'x'.repeat(5000) } })).status).toBe(413);
  const fields = { 'content-type': 'application/x-www-form-urlencoded' };
  const repeated = await http.ask({ method: 'POST', path, body: 'name=Kim&name=Lee', headers: fields });
  expect([repeated.status, repeated.cookies]).toEqual([400, []]);
  const many = Array.from({ length: 50 }, (_, index) => `a${index}=1`).join('&');
  expect((await http.ask({ method: 'POST', path, body: many, headers: fields })).status).toBe(413);
});

test('WE-1: an unknown key in the detail of an error is cut and is JSON, not markup', async () => {
  const answer = await send({ json: { text: 'a', clientId: 'client-0001', ['<script>'.repeat(200)]: 1 } });
  expect(answer.status).toBe(400);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.text.length).toBeLessThan(600);
});

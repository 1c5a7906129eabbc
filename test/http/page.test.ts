import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { REQUEST_ID, startHttp } from './http-fixture.ts';
import type { Http } from './http-fixture.ts';

let folder: string;
let http: Http;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'panager-page-'));
  const webRoot = join(folder, 'dist');
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Panager</title>');
  writeFileSync(join(webRoot, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(webRoot, '.env'), 'SECRET=1');
  writeFileSync(join(folder, 'outside.txt'), 'outside');
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => http.stop());

const start = () => startHttp({ webRoot: join(folder, 'dist') });

test('the page is served at / only, with its request in the query', async () => {
  http = await start();
  for (const path of ['/', `/?request=${REQUEST_ID}`]) {
    const answer = await http.ask({ path });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(answer.text).toContain('<title>Panager</title>');
  }
});

test('files with a hash in their name may be kept for ever', async () => {
  http = await start();
  const { headers } = await http.ask({ path: '/assets/index-abc123.js' });
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
});

test('WE-1: nothing but our own files may be loaded, and nothing frames us', async () => {
  http = await start();
  const { headers } = await http.ask({ path: '/' });
  expect(headers['x-powered-by']).toBeUndefined();
  expect(headers['x-frame-options']).toBe('DENY');
  expect(String(headers['content-security-policy']).split(';').sort()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "manifest-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
  ]);
});

test('on https browsers are told to stay there', async () => {
  http = await startHttp({ settings: { publicUrl: 'https://panager.example' } });
  const { headers } = await http.ask({ path: '/api/session', headers: { host: 'panager.example' } });
  expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
  expect(headers['content-security-policy']).toContain('upgrade-insecure-requests');
});

test.each([
  '/nothing',
  '/index',
  '/assets/',
  '/assets',
  '/.env',
  '/%2e%2e/outside.txt',
  '/..%2foutside.txt',
  '/assets/..%2f..%2foutside.txt',
  '//evil.example/%2e%2e',
  '/%00',
  '/%',
  '/src/gateway.ts',
])('WE-1: %s is a page that says that nothing is here', async (path) => {
  http = await start();
  const answer = await http.ask({ path, headers: { 'accept-language': 'en' } });
  expect([400, 403, 404]).toContain(answer.status);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(answer.text).not.toMatch(/outside|SECRET|node_modules|at .*\.js/);
  expect(answer.headers.location).toBeUndefined();
});

test('errors speak the language that the browser asks for', async () => {
  http = await start();
  expect((await http.ask({ path: '/x', headers: { 'accept-language': 'ko' } })).text).toContain('찾을 수 없습니다');
  expect((await http.ask({ path: '/x', headers: { 'accept-language': 'en' } })).text).toContain(
    'There is nothing here',
  );
});

test('without a built page the rest is served', async () => {
  http = await startHttp();
  expect((await http.ask({ path: '/' })).status).toBe(404);
  expect((await http.ask({ path: '/healthz' })).status).toBe(200);
});

test('the style sheet of connect pages is ours and its address changes with it', async () => {
  http = await startHttp();
  const { text } = await http.ask({ path: '/connect/x' });
  const address = /href="(\/connect\.css\?v=[0-9a-f]{12})"/.exec(text)?.[1] ?? '';
  const sheet = await http.ask({ path: address });
  expect([sheet.status, sheet.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  expect(sheet.text).not.toMatch(/url\(|@import/);
});

test('readiness follows the database, within a bound', async () => {
  let ready: () => Promise<boolean> = async () => true;
  http = await startHttp({ readiness: () => ready() });
  expect((await http.ask({ path: '/readyz' })).json()).toEqual({ status: 'ready' });
  ready = async () => false;
  expect((await http.ask({ path: '/readyz' })).status).toBe(503);
  ready = () => Promise.reject(new Error('postgres://user:password@host is away'));
  const away = await http.ask({ path: '/readyz' });
  expect([away.status, away.text]).toEqual([503, '{"status":"notReady"}']);
  ready = () => new Promise(() => {});
  expect((await http.ask({ path: '/readyz' })).status).toBe(503);
  expect((await http.ask({ path: '/healthz' })).json()).toEqual({ status: 'alive' });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Address } from '../../src/lending/upstream/resolve-host.ts';
import { findCanaries } from '../support/canary.ts';
import { startStandIn } from '../support/stand-in.ts';
import type { StandIn } from '../support/stand-in.ts';
import { API_KEY, CREDENTIAL, lentGit, lentModel, message, messageRequest, openLending } from './support.ts';
import type { OpenLending } from './support.ts';

let there: StandIn;
let lending: OpenLending;

const REFS = '/git/project.git/info/refs?service=git-upload-pack';
const ADVERTISEMENT = { 'content-type': 'application/x-git-upload-pack-advertisement' };

beforeAll(async () => {
  there = await startStandIn();
});
afterAll(() => there.close());
afterEach(async () => {
  expect(findCanaries(lending.sink(), { password: CREDENTIAL.password, key: API_KEY })).toEqual([]);
  await lending.close();
  there.requests.length = 0;
});

const lendBoth = async (limits = {}) => {
  lending = await openLending({ ...lentGit(`${there.url}/owner/one.git`), ...lentModel(there.url), limits });
};

test.each([301, 302, 303, 307, 308])('a redirect (%d) is never followed', async (status) => {
  await lendBoth();
  const elsewhere = await startStandIn();
  there.answer = (_request, response) => void response.writeHead(status, { location: `${elsewhere.url}/x` }).end();
  for (const asked of [{ path: REFS }, messageRequest(message())]) {
    const answer = await lending.ask(asked);
    expect(answer).toMatchObject({ status: 502, code: 'upstreamRedirected' });
    expect(answer.headers.location).toBeUndefined();
  }
  expect(elsewhere.connections()).toBe(0);
  await elsewhere.close();
});

type Answering = (response: ServerResponse) => void;
const html: Answering = (response) =>
  void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
const json =
  (status: number, body: string): Answering =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

test.each<[string, Answering, string, string]>([
  ['a page', html, 'upstreamUnexpected', 'upstreamUnexpected'],
  [
    'an error page',
    (response) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>x</h1>'),
    'upstreamFailed',
    'upstreamUnexpected',
  ],
  ['nothing', (response) => void response.socket?.destroy(), 'upstreamFailed', 'upstreamFailed'],
  ['no HTTP', (response) => void response.socket?.end('hello\r\n\r\n'), 'upstreamFailed', 'upstreamFailed'],
  [
    'JSON that is cut off',
    (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': 50 })
        .write('{"a":', () => response.destroy()),
    'upstreamUnexpected',
    'upstreamUnexpected',
  ],
  [
    'zipped JSON',
    (response) =>
      void response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x'),
    'upstreamUnexpected',
    'upstreamUnexpected',
  ],
  [
    'zipped refs',
    (response) => void response.writeHead(200, { ...ADVERTISEMENT, 'content-encoding': 'gzip' }).end('x'),
    'upstreamUnexpected',
    'upstreamUnexpected',
  ],
  [
    'headers without end',
    (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`),
    'upstreamFailed',
    'upstreamFailed',
  ],
  [
    'an upgrade',
    (response) =>
      void response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
    'upstreamFailed',
    'upstreamFailed',
  ],
  ['the key itself, in an error', json(400, `{"error":"no ${API_KEY}"}`), 'upstreamFailed', 'upstreamUnexpected'],
  [
    'the key itself, in base64',
    json(200, `{"error":"${Buffer.from(API_KEY).toString('base64')}"}`),
    'upstreamUnexpected',
    'upstreamUnexpected',
  ],
  ['a refused credential', json(401, '{"error":{"type":"authentication_error"}}'), 'credentialRefused', ''],
  ['something unknown', json(404, '{"error":{"type":"not_found_error"}}'), 'notFoundThere', ''],
])('when the other side answers with %s, that is said', async (_name, answering, forGit, forModel) => {
  await lendBoth();
  there.answer = (_request, response) => answering(response);
  expect((await lending.ask({ path: REFS })).code).toBe(forGit);
  // What the messages API itself says about an error is passed on.
  expect((await lending.ask(messageRequest(message()))).code ?? '').toBe(forModel);
});

test('a stream that sends back the credential is cut off before it is whole', async () => {
  await lendBoth();
  const basic = Buffer.from(`${CREDENTIAL.username}:${CREDENTIAL.password}`).toString('base64');
  for (const secret of [CREDENTIAL.password, basic]) {
    there.answer = (_request, response) => {
      response.writeHead(200, ADVERTISEMENT);
      // Byte by byte: no chunk holds it.
      const bytes = `001e# service=git-upload-pack ${secret} more`;
      void (async () => {
        for (const byte of bytes)
          if (!response.destroyed) await new Promise((resolve) => response.write(byte, resolve));
        response.end();
      })();
    };
    await expect(lending.ask({ path: REFS })).rejects.toThrow();
  }
  expect(lending.log()).toContain('upstreamUnexpected');
});

test('an answer that is cut off is cut off for whoever asked', async () => {
  await lendBoth();
  there.answer = (_request, response) => {
    response.writeHead(200, ADVERTISEMENT).write('001e# service', () => response.destroy());
  };
  await expect(lending.ask({ path: REFS })).rejects.toThrow();
});

test('another side that never answers, or stops in the middle, is given up', async () => {
  await lendBoth({ answerMs: 400, idleMs: 400 });
  there.answer = () => undefined;
  expect(await lending.ask({ path: REFS })).toMatchObject({ status: 504, code: 'upstreamTimeout' });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 504, code: 'upstreamTimeout' });
  there.answer = (_request, response) => void response.writeHead(200, ADVERTISEMENT).write('001e#');
  await expect(lending.ask({ path: REFS })).rejects.toThrow();
});

test('an exchange that goes on and on is ended', async () => {
  await lendBoth({ exchangeMs: 600 });
  there.answer = () => undefined;
  expect(await lending.ask({ path: REFS })).toMatchObject({ status: 504, code: 'exchangeTimeout' });
  there.answer = (_request, response) => {
    response.writeHead(200, ADVERTISEMENT);
    const timer = setInterval(() => response.write('x'), 50);
    response.once('close', () => clearInterval(timer));
  };
  await expect(lending.ask({ path: REFS })).rejects.toThrow();
});

const at = (...addresses: string[]): Address[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test.each([
  ['loopback', at('127.0.0.1')],
  ['a private network', at('10.1.2.3')],
  ['link-local, the metadata service', at('169.254.169.254')],
  ['loopback, as IPv6', at('::1')],
  ['loopback, mapped', at('::ffff:127.0.0.1')],
  ['a private network behind NAT64', at('64:ff9b::a01:203')],
  ['a carrier', at('100.64.0.1')],
  ['a public address and a private one', at('140.82.112.3', '10.1.2.3')],
])('a name that leads to %s is not connected to', async (_name, addresses) => {
  const resolve = jest.fn(() => Promise.resolve(addresses));
  lending = await openLending(
    { ...lentGit('https://git.example/owner/one.git'), ...lentModel('https://model.example'), allowedPrivate: [] },
    resolve,
  );
  for (const asked of [{ path: REFS }, messageRequest(message())]) {
    expect(await lending.ask(asked)).toMatchObject({ status: 502, code: 'addressNotAllowed' });
  }
  expect(resolve.mock.calls).toEqual([['git.example'], ['model.example']]);
  // Nothing was sent, so nothing was spent.
  expect(lending.used()).toMatchObject({ outputTokens: 0 });
});

test.each([
  'https://127.0.0.1',
  'https://2130706433',
  'https://0x7f.1',
  'https://[::1]',
  'https://[::ffff:127.0.0.1]',
  'https://169.254.169.254',
  'https://0',
  'https://localhost',
  'http://8.8.8.8',
])('%s is not connected to', async (baseUrl) => {
  lending = await openLending({ ...lentModel(`${baseUrl}:1`), allowedPrivate: [] });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 502, code: 'addressNotAllowed' });
});

test('what is excepted is exactly the listed addresses', async () => {
  lending = await openLending({ ...lentModel('http://127.0.0.2:1'), allowedPrivate: ['127.0.0.1'] });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ code: 'addressNotAllowed' });
});

test('a name is asked for once for each request, and the connection goes to what was judged', async () => {
  let asked = 0;
  // The second question would lead elsewhere.
  const resolve = () => Promise.resolve(++asked % 2 === 1 ? at('127.0.0.1') : at('10.1.2.3'));
  const { port } = new URL(there.url);
  lending = await openLending({ ...lentModel(`http://rebinding.example:${port}`) }, resolve);
  there.answer = (_request, response) => json(200, '{"usage":{"output_tokens":1}}')(response);
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 200 });
  expect(there.requests[0]?.headers.host).toBe(`rebinding.example:${port}`);
  expect(asked).toBe(1);
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ code: 'addressNotAllowed' });
  expect(asked).toBe(2);
});

test('a name that nobody knows, a name that takes too long and a closed port cost nothing', async () => {
  const failing = [
    () => Promise.reject(new Error('ENOTFOUND')),
    () => Promise.resolve([]),
    () => Promise.withResolvers<Address[]>().promise,
    () => Promise.resolve(at('127.0.0.1')),
  ];
  for (const resolve of failing) {
    await lending.close();
    lending = await openLending({ ...lentModel('https://model.example:1'), limits: { connectMs: 500 } }, resolve);
    expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 502, code: 'upstreamUnreachable' });
    expect(lending.used()).toMatchObject({ outputTokens: 0 });
  }
});

test('proxies of the environment are not used', async () => {
  const proxy = await startStandIn();
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'];
  for (const name of names) process.env[name] = proxy.url;
  process.env.NODE_USE_ENV_PROXY = '1';
  try {
    await lendBoth();
    there.answer = (_request, response) => json(200, '{"usage":{"output_tokens":1}}')(response);
    expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 200 });
    expect(proxy.connections()).toBe(0);
  } finally {
    for (const name of [...names, 'NODE_USE_ENV_PROXY']) delete process.env[name];
    await proxy.close();
  }
});

test('one connection serves message after message', async () => {
  await lendBoth();
  there.answer = (_request, response) => json(200, '{"usage":{"output_tokens":1}}')(response);
  const before = there.connections();
  for (let times = 0; times < 5; times++) await lending.ask(messageRequest(message()));
  expect(there.connections() - before).toBe(1);
});

test('a certificate that nobody vouches for, or of another name, is not accepted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'panager-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=model.example', '-addext', 'subjectAltName=DNS:model.example'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  const secure = await startStandIn(tls);
  const { port } = new URL(secure.url);
  // An operator's habit that must not help.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    for (const base of [`https://model.example:${port}`, secure.url]) {
      await lending.close();
      lending = await openLending(lentModel(base), () => Promise.resolve(at('127.0.0.1')));
      expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 502, code: 'upstreamUnreachable' });
    }
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  expect(secure.requests).toEqual([]);
  await secure.close();
  rmSync(folder, { recursive: true });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findCanaries } from '../support/canary.ts';
import { startGitServer } from '../support/git-server.ts';
import type { GitServer } from '../support/git-server.ts';
import { startStandIn } from '../support/stand-in.ts';
import type { StandIn } from '../support/stand-in.ts';
import { API_KEY, CREDENTIAL, lentGit, lentModel, message, messageRequest, openLending } from './support.ts';
import type { OpenLending } from './support.ts';

let root: string;
let server: GitServer;
let model: StandIn;
let registry: StandIn;
let lending: OpenLending;

const REFS = '/git/project.git/info/refs?service=git-upload-pack';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'panager-git-'));
  server = await startGitServer(root, CREDENTIAL);
  model = await startStandIn();
  registry = await startStandIn();
  for (const standIn of [model, registry]) {
    standIn.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"usage":{"output_tokens":1}}');
    };
  }
  lending = await openLending({
    ...lentGit(`${server.url}/private/one.git`),
    ...lentModel(model.url),
    registries: [{ name: 'npm', url: `${registry.url}/base` }],
    limits: { headersMs: 1_000, bodyMs: 1_500 },
  });
});
afterAll(async () => {
  await lending.close();
  await Promise.all([server.close(), model.close(), registry.close()]);
  rmSync(root, { recursive: true });
});

const arrived = () => server.requests.length + model.requests.length + registry.requests.length;

/** A request as bytes, over a connection of its own. */
const bytes = (line: string, headers: string[] = [], body = '') =>
  [`${line} HTTP/1.1`, 'Host: 127.0.0.1:8180', 'Connection: close', ...headers, '', body].join('\r\n');
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test('what was lent answers', async () => {
  expect(await lending.ask({ path: REFS })).toMatchObject({ status: 200 });
  expect(await lending.ask(messageRequest(message()))).toMatchObject({ status: 200 });
  expect(await lending.ask({ path: '/registry/npm/left-pad' })).toMatchObject({ status: 200 });
  expect(registry.requests.at(-1)).toMatchObject({ method: 'GET', url: '/base/left-pad' });
  expect(await lending.raw(bytes(`GET ${REFS}`))).toMatch(/^HTTP\/1\.1 200/);
  expect(await lending.ask({ method: 'HEAD', path: '/' })).toMatchObject({ status: 200, body: '' });
});

test.each<[string, string]>([
  ['another repository', 'GET /git/other.git/info/refs?service=git-upload-pack'],
  ['the repository by its own name', 'GET /private/one.git/info/refs?service=git-upload-pack'],
  ['dots', 'GET /git/project.git/../project.git/info/refs?service=git-upload-pack'],
  ['dots that leave', 'GET /git/project.git/../../private/two.git/info/refs?service=git-upload-pack'],
  ['encoded dots', 'GET /git/project.git/%2e%2e/two.git/info/refs?service=git-upload-pack'],
  ['encoded slashes', 'GET /git%2fproject.git/info/refs?service=git-upload-pack'],
  ['backslashes', 'GET /git\\project.git\\info\\refs?service=git-upload-pack'],
  ['double slashes', 'GET //git/project.git/info/refs?service=git-upload-pack'],
  ['double slashes inside', 'GET /git//project.git/info/refs?service=git-upload-pack'],
  ['a slash at the end', 'GET /git/project.git/info/refs/?service=git-upload-pack'],
  ['an absolute URL', 'GET http://127.0.0.1/git/project.git/info/refs?service=git-upload-pack'],
  ['an absolute URL elsewhere', 'GET http://169.254.169.254/latest/meta-data/'],
  ['a user in an absolute URL', 'GET http://a@b/git/project.git/info/refs?service=git-upload-pack'],
  ['no query', 'GET /git/project.git/info/refs'],
  ['another service', 'GET /git/project.git/info/refs?service=git-upload-archive'],
  ['a service twice', `GET ${REFS}&service=git-receive-pack`],
  ['an encoded query', 'GET /git/project.git/info/refs?service=git-upload%2dpack'],
  ['one more parameter', `GET ${REFS}&x=1`],
  ['a fragment', `GET ${REFS}#x`],
  ['capital letters', 'GET /GIT/project.git/info/refs?service=git-upload-pack'],
  ['files of the repository', 'GET /git/project.git/HEAD'],
  ['objects of the repository', 'GET /git/project.git/objects/info/packs'],
  ['a null byte', 'GET /git/project.git%00/info/refs?service=git-upload-pack'],
  ['another method for refs', `POST ${REFS}`],
  ['HEAD for refs', `HEAD ${REFS}`],
  ['OPTIONS', 'OPTIONS *'],
  ['TRACE', 'TRACE /'],
  ['PUT', 'PUT /v1/messages'],
  ['DELETE', 'DELETE /v1/messages'],
  ['GET for messages', 'GET /v1/messages'],
  ['models', 'GET /v1/models'],
  ['files', 'GET /v1/files'],
  ['batches', 'POST /v1/messages/batches'],
  ['organizations', 'GET /v1/organizations/me'],
  ['another query for messages', 'POST /v1/messages?beta=false'],
  ['both queries for messages', 'POST /v1/messages?beta=true&beta=true'],
  ['the root', 'GET /'],
  ['another registry', 'GET /registry/pypi/left-pad'],
  ['no package', 'GET /registry/npm/'],
  ['dots in a registry', 'GET /registry/npm/../admin'],
  ['encoded dots in a registry', 'GET /registry/npm/%2e%2e/admin'],
  ['double slashes in a registry', 'GET /registry/npm//evil.example/x'],
  ['a query in a registry', 'GET /registry/npm/-/v1/search?text=x'],
  ['publishing a package', 'PUT /registry/npm/left-pad'],
  ['an address of nobody', 'GET /anything'],
])('%s is not allowed, and nothing is sent anywhere', async (_name, line) => {
  const before = arrived();
  const answer = await lending.raw(bytes(line));
  expect(statusOf(answer)).toBe(line.includes('\\') ? statusOf(answer) : 403);
  if (!line.startsWith('HEAD'))
    expect(answer).toMatch(/"error":\{"code":"(notAllowed|badRequest)","message":".+","hint":".+"\}/);
  expect(arrived()).toBe(before);
});

test('CONNECT is not allowed', async () => {
  expect(await lending.raw(bytes('CONNECT 169.254.169.254:80'))).toMatch(/^HTTP\/1\.1 403 [\s\S]*"notAllowed"/);
});

test.each([['websocket'], ['h2c'], ['TLS/1.0']])('an upgrade to %s is not allowed', async (protocol) => {
  const before = arrived();
  const request = `GET ${REFS} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
  expect(await lending.raw(request)).toMatch(/^HTTP\/1\.1 403 [\s\S]*"notAllowed"/);
  expect(await lending.raw(bytes(`GET ${REFS}`, [`Upgrade: ${protocol}`]))).toMatch(/^HTTP\/1\.1 403/);
  expect(arrived()).toBe(before);
});

test('the preface of HTTP/2 is a bad request', async () => {
  expect(statusOf(await lending.raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toBe(400);
});

test("a foreign Host changes nothing: the other side gets its own, and the run's credentials are dropped", async () => {
  const headers = {
    Host: 'evil.example',
    Authorization: 'Bearer attacker',
    'Proxy-Authorization': 'Basic attacker',
    'X-Api-Key': 'attacker',
    Cookie: 'session=attacker',
    'X-Forwarded-For': '203.0.113.9',
    Forwarded: 'host=evil.example',
    'X-HTTP-Method-Override': 'DELETE',
    'Accept-Encoding': 'gzip',
    'User-Agent': 'attacker',
    'anthropic-beta': 'mcp-client-2025-04-04,interleaved-thinking-2025-05-14,files-api-2025-04-14,b\tad',
    'anthropic-version': '2023-06-01',
    'anthropic-dangerous-direct-browser-access': 'true',
  };
  await lending.ask({ path: REFS, headers });
  const git = server.requests.at(-1)!.headers;
  expect(git).toEqual({
    host: new URL(server.url).host,
    authorization: `Basic ${Buffer.from(`${CREDENTIAL.username}:${CREDENTIAL.password}`).toString('base64')}`,
    accept: 'application/x-git-upload-pack-advertisement',
    'accept-encoding': 'identity',
    'user-agent': expect.stringMatching(/^git\//),
    connection: 'keep-alive',
  });
  const asked = messageRequest(message());
  await lending.ask({ ...asked, headers: { ...headers, ...asked.headers } });
  expect(model.requests.at(-1)!.headers).toEqual({
    host: new URL(model.url).host,
    'x-api-key': API_KEY,
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'interleaved-thinking-2025-05-14',
    'content-type': 'application/json',
    'content-length': String(model.requests.at(-1)!.body.length),
    accept: 'application/json, text/event-stream',
    'accept-encoding': 'identity',
    'user-agent': 'panager',
    connection: 'keep-alive',
  });
  await lending.ask({ path: '/registry/npm/@scope%2fname', headers });
  expect(Object.keys(registry.requests.at(-1)!.headers).sort()).toEqual(
    ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
  );
});

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';

test.each<[string, string]>([
  [
    'both lengths',
    bytes('POST /v1/messages', ['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
  ],
  [
    'both lengths the other way',
    bytes('POST /v1/messages', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${smuggled}`),
  ],
  ['two lengths', bytes('POST /v1/messages', ['Content-Length: 4', 'Content-Length: 40'], smuggled)],
  ['a length with a sign', bytes('POST /v1/messages', ['Content-Length: +4'], smuggled)],
  ['an unknown transfer coding', bytes('POST /v1/messages', ['Transfer-Encoding: xchunked'], smuggled)],
  ['chunked, but not last', bytes('POST /v1/messages', ['Transfer-Encoding: chunked, identity'], smuggled)],
  ['a space before the colon', bytes('POST /v1/messages', ['Content-Length : 4'], smuggled)],
  ['a folded header', bytes('POST /v1/messages', ['X: a', ' b: c'], smuggled)],
  ['a bare line feed', 'GET /v1/messages HTTP/1.1\nHost: x\n\n'],
  [
    'a bad chunk',
    bytes('POST /v1/messages', ['Content-Type: application/json', 'Transfer-Encoding: chunked'], 'zz\r\n'),
  ],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
])('%s is a bad request, and nothing behind it is read as another one', async (_name, request) => {
  const before = arrived();
  const answer = await lending.raw(request);
  expect(statusOf(answer)).toBe(400);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
  expect(arrived()).toBe(before);
});

test('the body of a refused request is not read as another one', async () => {
  const [before, body] = [arrived(), bytes('GET /smuggled')];
  const refused = `POST /no HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const answer = await lending.raw(refused + bytes('HEAD /'));
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  expect(arrived()).toBe(before);
});

test('huge headers are refused', async () => {
  const one = await lending.raw(bytes(`GET ${REFS}`, [`X: ${'a'.repeat(20_000)}`]));
  expect(one).toMatch(/^HTTP\/1\.1 431 [\s\S]*"headersTooLarge"/);
  const many = await lending.raw(
    bytes(
      `GET ${REFS}`,
      Array.from({ length: 2_000 }, (_, at) => `X-${at}: aaaa`),
    ),
  );
  expect(statusOf(many)).toBe(431);
  expect(statusOf(await lending.raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`))).toBe(431);
});

test('slow headers and slow bodies are ended', async () => {
  const headers = lending.raw('GET / HTTP/1.1\r\nHost:');
  const body = lending.raw(
    'POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"mod',
  );
  expect(statusOf(await headers)).toBe(408);
  expect(await body).toMatch(/^HTTP\/1\.1 408 [\s\S]*"requestTimeout"/);
});

test('no answer and no line of the log holds a credential', () => {
  const secrets = { password: CREDENTIAL.password, key: API_KEY };
  expect(lending.sink().length).toBeGreaterThan(5_000);
  expect(lending.log()).toContain('notAllowed');
  expect(findCanaries(lending.sink(), secrets)).toEqual([]);
  expect(lending.log()).not.toMatch(/evil|attacker|169\.254|two\.git/);
  // The detector works on what the other sides got.
  expect(findCanaries(Buffer.from(JSON.stringify(model.requests)), secrets)).toContain('key as raw');
});

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { filesBelow, findCanaries } from '../support/canary.ts';
import { startForwarder } from '../support/forwarder.ts';
import type { Forwarder } from '../support/forwarder.ts';
import { startGitServer } from '../support/git-server.ts';
import type { GitServer } from '../support/git-server.ts';
import { git } from '../support/git.ts';
import { CREDENTIAL, lentGit, openLending } from './support.ts';
import type { OpenLending } from './support.ts';

let root: string;
let server: GitServer;
let inside: string;
let lending: OpenLending;
let forwarder: Forwarder;
let remote: string;

const SECRETS = { password: CREDENTIAL.password, both: `${CREDENTIAL.username}:${CREDENTIAL.password}` };
const PUSH = { refPrefix: 'refs/heads/run/' };

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'panager-git-'));
  server = await startGitServer(root, CREDENTIAL);
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  inside = mkdtempSync(join(tmpdir(), 'panager-inside-'));
});
afterEach(async () => {
  await forwarder.close();
  await lending.close();
  rmSync(inside, { recursive: true });
});

async function lend(repository: string, push: Parameters<typeof lentGit>[1] = false, limits = {}): Promise<void> {
  lending = await openLending({ ...lentGit(`${server.url}/${repository}`, push), limits });
  forwarder = await startForwarder(lending.socketPath);
  remote = `${forwarder.url}/git/project.git`;
}

/** A clone of the private repository, with a commit of its own. */
async function cloneAndCommit(): Promise<string> {
  const clone = join(inside, 'clone');
  await git(['clone', '-q', remote, clone]);
  await git(['-C', clone, 'commit', '-q', '--allow-empty', '-m', 'mine']);
  return clone;
}

test('a private repository is cloned, and its credential is in nothing that came inside', async () => {
  await lend('private/one.git');
  await git(['clone', '-q', remote, join(inside, 'clone')]);
  expect(readFileSync(join(inside, 'clone/README'), 'utf8')).toBe('This is private/one.git.\n');

  expect(findCanaries(Buffer.concat([filesBelow(inside), forwarder.received(), lending.sink()]), SECRETS)).toEqual([]);
  // The detector works: the server did get it.
  const arrived = Buffer.from(JSON.stringify(server.requests));
  expect(findCanaries(arrived, SECRETS)).toContain('both as base64+0');
  const authorization = `Basic ${Buffer.from(SECRETS.both).toString('base64')}`;
  expect(server.requests.at(-1)?.headers.authorization).toBe(authorization);
});

test('a public repository is cloned without any credential', async () => {
  lending = await openLending({
    ...lentGit(`${server.url}/public/one.git`),
    git: { remote: `${server.url}/public/one.git`, credential: null, push: false },
  });
  forwarder = await startForwarder(lending.socketPath);
  await git(['clone', '-q', '--bare', `${forwarder.url}/git/project.git`, join(inside, 'mirror')]);
  expect(await git(['-C', join(inside, 'mirror'), 'cat-file', 'blob', 'main:README'])).toContain('public/one.git');
  expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
});

test('a clone of many small objects, with zipped requests, over protocol 0, 1 and 2 is whole', async () => {
  await lend('private/one.git');
  for (const version of [0, 1, 2]) {
    const clone = join(inside, `clone-${version}`);
    await git(['-c', `protocol.version=${version}`, 'clone', '-q', remote, clone]);
    await git(['-C', clone, 'fsck', '--strict']);
    // More than a kilobyte of what is had: git zips such a request.
    for (let at = 0; at < 60; at++) await git(['-C', clone, 'commit', '-q', '--allow-empty', '-m', `mine ${at}`]);
    await git(['-C', root + '/private/one.git', 'update-ref', `refs/heads/later-${version}`, 'main']);
    await git(['-c', `protocol.version=${version}`, '-C', clone, 'fetch', '-q', 'origin']);
    expect(await git(['-C', clone, 'branch', '-r'])).toContain(`origin/later-${version}`);
  }
});

test('what git sends of its own, and what a run puts in front of it, does not reach the server', async () => {
  await lend('private/one.git');
  const own = [
    'Authorization: Basic bWluZTptaW5l',
    'Cookie: a=b',
    'Proxy-Authorization: Basic eA==',
    'X-Forwarded-For: 1.2.3.4',
  ];
  const settings = own.flatMap((header) => ['-c', `http.extraHeader=${header}`]);
  await git([...settings, 'clone', '-q', remote.replace('http://', 'http://me:mine@'), join(inside, 'clone')]);
  const names = new Set(server.requests.slice(-2).flatMap(({ headers }) => Object.keys(headers)));
  expect([...names].sort()).toEqual(
    [
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'git-protocol',
      'host',
      'user-agent',
    ].sort(),
  );
  const credentials = server.requests.slice(-2).map(({ headers }) => headers.authorization);
  expect(new Set(credentials)).toEqual(new Set([`Basic ${Buffer.from(SECRETS.both).toString('base64')}`]));
});

test('without push nothing is pushed', async () => {
  await lend('private/one.git');
  const clone = await cloneAndCommit();
  await expect(git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/run/x'])).rejects.toThrow('403');
  expect(await server.head('private/one.git', 'refs/heads/run/x')).toBeNull();
  expect(lending.log()).toContain('pushNotAllowed');
});

test('a branch of the run is pushed, and moved on, also by force', async () => {
  await lend('private/one.git', PUSH);
  const clone = await cloneAndCommit();
  const head = async () => (await git(['-C', clone, 'rev-parse', 'HEAD'])).trim();
  await git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/run/a']);
  expect(await server.head('private/one.git', 'refs/heads/run/a')).toBe(await head());
  await git(['-C', clone, 'commit', '-q', '--allow-empty', '-m', 'more']);
  await git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/run/a']);
  expect(await server.head('private/one.git', 'refs/heads/run/a')).toBe(await head());
  await git(['-C', clone, 'commit', '-q', '--amend', '--allow-empty', '-m', 'other']);
  await git(['-C', clone, 'push', '-q', '--force', 'origin', 'HEAD:refs/heads/run/a']);
  expect(await server.head('private/one.git', 'refs/heads/run/a')).toBe(await head());
  expect(findCanaries(Buffer.concat([forwarder.received(), filesBelow(inside)]), SECRETS)).toEqual([]);
});

test('a large push, which git announces with an empty one, is streamed', async () => {
  await lend('private/one.git', PUSH);
  const clone = await cloneAndCommit();
  writeFileSync(join(clone, 'large'), randomBytes(6_000_000));
  await git(['-C', clone, 'add', 'large']);
  await git(['-C', clone, 'commit', '-q', '-m', 'large']);
  const before = server.requests.length;
  await git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/run/large']);
  expect(await server.head('private/one.git', 'refs/heads/run/large')).not.toBeNull();
  const pushes = server.requests.slice(before).filter(({ method }) => method === 'POST');
  // The empty one is answered here.
  expect(pushes.map(({ headers }) => headers['transfer-encoding'])).toEqual(['chunked']);
});

test('a push that is larger than it may be is not carried out', async () => {
  await lend('private/one.git', PUSH, { pushBytes: 1_000_000 });
  const clone = await cloneAndCommit();
  writeFileSync(join(clone, 'large'), randomBytes(3_000_000));
  await git(['-C', clone, 'add', 'large']);
  await git(['-C', clone, 'commit', '-q', '-m', 'large']);
  await expect(git(['-C', clone, 'push', '-q', 'origin', 'HEAD:refs/heads/run/toolarge'])).rejects.toThrow();
  expect(await server.head('private/one.git', 'refs/heads/run/toolarge')).toBeNull();
});

test.each<[string, string[], string]>([
  ['to the main branch', ['HEAD:refs/heads/main'], 'pushRefNotAllowed'],
  ['by force to the main branch', ['--force', 'HEAD~0:refs/heads/main'], 'pushRefNotAllowed'],
  ['of a new branch of another name', ['HEAD:refs/heads/other'], 'pushRefNotAllowed'],
  ['of a tag', ['HEAD:refs/tags/v2'], 'pushRefNotAllowed'],
  ['of a tag among branches of the run', ['HEAD:refs/heads/run/t', 'HEAD:refs/tags/v2'], 'pushRefNotAllowed'],
  ['that deletes a branch', [':refs/heads/main'], 'pushRefNotAllowed'],
  ["that deletes another run's branch", [':refs/heads/run/theirs'], 'pushDeletionNotAllowed'],
  ["that moves another run's branch", ['--force', 'HEAD:refs/heads/run/theirs'], 'pushUpdateNotAllowed'],
  ['of everything', ['--mirror'], 'pushRefNotAllowed'],
  ['with a hidden ref', ['HEAD:refs/pull/1/head'], 'pushRefNotAllowed'],
])('a push %s is refused, and changes nothing', async (_name, args, code) => {
  await lend('private/one.git', PUSH);
  const bare = join(root, 'private/one.git');
  await git(['-C', bare, 'update-ref', 'refs/heads/run/theirs', 'main']);
  const clone = await cloneAndCommit();
  const before = await git(['-C', bare, 'for-each-ref']);
  const posts = server.requests.filter(({ method }) => method === 'POST').length;
  await expect(git(['-C', clone, 'push', '-q', 'origin', ...args])).rejects.toThrow('403');
  expect(lending.log()).toContain(code);
  expect(await git(['-C', bare, 'for-each-ref'])).toBe(before);
  expect(server.requests.filter(({ method }) => method === 'POST').length).toBe(posts);
});

test('push options are refused', async () => {
  await lend('private/one.git', PUSH);
  await git(['-C', join(root, 'private/one.git'), 'config', 'receive.advertisePushOptions', 'true']);
  const clone = await cloneAndCommit();
  await expect(git(['-C', clone, 'push', '-q', '-o', 'ci.skip', 'origin', 'HEAD:refs/heads/run/o'])).rejects.toThrow(
    '403',
  );
  expect(lending.log()).toContain('pushOptionNotAllowed');
});

test('a branch that exists is not taken over by pretending to make it', async () => {
  await lend('private/one.git', PUSH);
  const bare = join(root, 'private/one.git');
  const main = (await git(['-C', bare, 'rev-parse', 'main'])).trim();
  await git(['-C', bare, 'update-ref', 'refs/heads/run/owned', main]);
  const clone = await cloneAndCommit();
  const mine = (await git(['-C', clone, 'rev-parse', 'HEAD'])).trim();
  // The server says no to making it, so moving it from where it is stays refused.
  const created = await push(commandLine('0'.repeat(40), main, 'refs/heads/run/owned', 'report-status'));
  expect([created.status, created.body]).toEqual([200, expect.stringContaining('ng refs/heads/run/owned')]);
  const moved = await push(commandLine(main, mine, 'refs/heads/run/owned', 'report-status'));
  expect(moved.code).toBe('pushUpdateNotAllowed');
  expect(await server.head('private/one.git', 'refs/heads/run/owned')).toBe(main);
});

test('the empty push is answered, and something behind it is refused', async () => {
  await lend('private/one.git', PUSH);
  expect(await push('0000')).toMatchObject({ status: 200, body: '' });
  expect(await push('0000PACK')).toMatchObject({ status: 400, code: 'pushMalformed' });
});

test.each([
  ['zipped', { 'content-encoding': 'gzip' }, gzipSync('0000')],
  ['of another type', { 'content-type': 'text/plain' }, '0000'],
])('a push that is %s is refused', async (_name, headers, body) => {
  await lend('private/one.git', PUSH);
  expect(await push(body, headers)).toMatchObject({ status: 415, code: 'encodingNotAllowed' });
});

test('a zipped request to fetch that becomes large is refused', async () => {
  await lend('private/one.git', false, { fetchBodyBytes: 1_000_000 });
  const body = gzipSync(Buffer.alloc(200_000_000));
  expect(body.length).toBeLessThan(1_000_000);
  const answer = await lending.ask({
    method: 'POST',
    path: '/git/project.git/git-upload-pack',
    headers: { 'content-type': 'application/x-git-upload-pack-request', 'content-encoding': 'gzip' },
    body,
  });
  expect(answer).toMatchObject({ status: 413, code: 'bodyTooLarge' });
});

test('a run receives no more than it may, and git notices', async () => {
  await lend('private/one.git', false, { receivedBytes: 600 });
  await expect(git(['clone', '-q', remote, join(inside, 'clone')])).rejects.toThrow();
  expect(lending.log()).toContain('receivedTooMuch');
});

function push(body: string | Buffer, headers: Record<string, string> = {}) {
  const type = { 'content-type': 'application/x-git-receive-pack-request' };
  return lending.ask({
    method: 'POST',
    path: '/git/project.git/git-receive-pack',
    headers: { ...type, ...headers },
    body,
  });
}

/** One command in pkt-line form, a flush and an empty pack. */
function commandLine(oldId: string, newId: string, ref: string, capabilities: string): Buffer {
  const line = `${oldId} ${newId} ${ref}\0 ${capabilities}`;
  const framed = (line.length + 4).toString(16).padStart(4, '0') + line;
  const pack = Buffer.from('5041434b0000000200000000029d08823bd8a8eab510ad6ac75c823cfd3ed31e', 'hex');
  return Buffer.concat([Buffer.from(`${framed}0000`), pack]);
}

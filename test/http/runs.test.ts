import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { runAcceptedAnswer, runAnswer, runDiffAnswer, runListAnswer, runProofAnswer } from '../../src/http/contract.ts';
import type { RunAnswer } from '../../src/http/contract.ts';
import type { User } from '../../src/ports/sessions.ts';
import { until } from './http-fixture.ts';
import type { Ask, Http } from './http-fixture.ts';
import { openSse } from './sse-reader.ts';
import { openRunRoom, type RunRoom } from './support/run-room.ts';

let room: RunRoom;
let http: Http;
let kim: User;
let lee: User;
let projectId: string;
beforeAll(async () => {
  room = await openRunRoom();
  [kim, lee] = [await room.newUser('Kim'), await room.newUser('Lee')];
  projectId = await room.newProject(kim.id);
}, 60_000);
afterAll(() => room.close());
afterEach(() => http.stop());

const start = (json: unknown, ask: Partial<Ask> = {}) =>
  http.ask({ method: 'POST', path: `/api/projects/${projectId}/runs`, as: http.signInAs(kim), json, ...ask });
const get = (path: string, user = kim) => http.ask({ path, as: http.signInAs(user) });

const PROOF = {
  checkedAt: '2026-11-29T10:00:00.000Z',
  host: 'host-1',
  containersGone: ['panager-run'],
  folderGone: true,
  secretsGone: null,
  filesGone: null,
  proxyGone: true,
};

test('a command is started, shown, listed, stopped, and its end is told', async () => {
  http = await room.serve();
  const command = ['sh', '-c', 'echo "$1"', '--', '안녕'];
  const started = await start({ command });
  expect(started.status).toBe(202);
  const { runId } = runAcceptedAnswer.parse(started.json());
  expect(http.callsOf('pokeOutbox')).toHaveLength(1);
  const shown = runAnswer.parse((await get(`/api/runs/${runId}`)).json());
  expect(shown).toMatchObject({ id: runId, projectId, kind: 'command', command, status: 'queued', endedAt: null });
  const { runs } = runListAnswer.parse((await get(`/api/projects/${projectId}/runs?limit=1`)).json());
  expect(runs).toEqual([shown]);

  const stop: Ask = { method: 'POST', path: `/api/runs/${runId}/stop`, as: http.signInAs(kim) };
  const stopped = [await http.ask(stop), await http.ask({ ...stop, json: {} })];
  expect(stopped.map((answer) => [answer.status, answer.json()])).toEqual([
    [202, { runId }],
    [202, { runId }],
  ]);
  expect(await room.outboxOf(runId)).toEqual(['startRun', 'stopRun']);
  await room.end(runId, 'stopped');
  expect((await http.ask(stop)).status).toBe(202);
  expect((await get(`/api/runs/${runId}`)).json()).toMatchObject({ status: 'stopped', ending: 'stopped' });
});

test.each([
  ['the longest', Array.from({ length: 64 }, () => 'x'.repeat(256))],
  ['the shortest', ['true']],
  ['one with an empty argument', ['printf', '']],
])('%s command is taken as it is', async (_what, command) => {
  http = await room.serve();
  const { runId } = runAcceptedAnswer.parse((await start({ command })).json());
  expect((await room.runs.find(kim.id, runId))?.command).toEqual(command);
});

test.each<[string, unknown]>([
  ['no body', undefined],
  ['no command', {}],
  ['an empty command', { command: [] }],
  ['a command without a program', { command: ['', 'x'] }],
  ['a command as a text', { command: 'rm -rf /' }],
  ['65 words', { command: Array.from({ length: 65 }, () => 'x') }],
  ['a command that is too long', { command: ['x'.repeat(10_000), 'x'.repeat(10_000)] }],
  ['a number among the words', { command: ['sleep', 5] }],
  ['a NUL', { command: ['echo', 'a\0b'] }],
  ['half a character', { command: ['echo', '\ud83d'] }],
  ['an unknown key', { command: ['true'], environment: { A: 'b' } }],
  ['a command beside a prompt', { command: ['true'], prompt: 'x', mode: 'edit' }],
  ['a prompt without a mode', { prompt: 'x' }],
  ['a list', [{ command: ['true'] }]],
])('WE-1: %s is refused with 400, and nothing is started', async (_what, json) => {
  http = await room.serve();
  const answer = await start(json);
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(http.callsOf('runs')).toEqual([]);
});

test.each(['__proto__', 'constructor', 'prototype'])('WE-1: the key %s is an unknown key', async (key) => {
  http = await room.serve();
  const body = `{"command":["true"],"${key}":{"isAdmin":true}}`;
  const answer = await start(undefined, { body, headers: { 'content-type': 'application/json' } });
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
});

test('a run by a prompt is not served yet, and says so in both languages', async () => {
  http = await room.serve();
  for (const [language, words] of [
    ['en', /not served yet/],
    ['ko', /아직 할 수 없습니다/],
  ] as const) {
    const answer = await start({ prompt: 'fix it', mode: 'edit' }, { headers: { 'accept-language': language } });
    expect([answer.status, answer.code()]).toEqual([409, 'promptNotServed']);
    expect(answer.text).toMatch(words);
  }
  expect(http.callsOf('runs')).toEqual([]);
});

test('MO-3: a run too many at once is refused with 429, in both languages, until one has ended', async () => {
  const park = await room.newUser('Park');
  const ownProject = await room.newProject(park.id);
  http = await room.serve({ caps: { atOnce: 2, daily: null, minutes: null } });
  const ask = { path: `/api/projects/${ownProject}/runs`, as: http.signInAs(park) };
  const { runId } = runAcceptedAnswer.parse((await start({ command: ['true'] }, ask)).json());
  for (const [language, words] of [
    ['en', /2 runs at once/],
    ['ko', /한 번에 2개/],
  ] as const) {
    const refused = await start({ command: ['true'] }, { ...ask, headers: { 'accept-language': language } });
    expect([refused.status, refused.code()]).toEqual([429, 'runCapReached']);
    expect(refused.text).toMatch(words);
  }
  await room.end(runId);
  expect((await start({ command: ['true'] }, ask)).status).toBe(202);
});

test('what a run changed is JSON, or a file of its patch, and 404 while there is none', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id, projectId);
  const path = `/api/runs/${runId}/diff`;
  const none = await get(path);
  expect([none.status, none.code()]).toEqual([404, 'noDiff']);

  const patch = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-<script>alert(1)</script>\r\n+안녕\n';
  const diff = { patch, cut: false, files: [{ path: 'x', added: 1, removed: 1, binary: false }] };
  await room.store.saveDiff(runId, diff);
  expect(runDiffAnswer.parse((await get(path)).json())).toEqual(diff);
  const file = await get(`${path}?format=patch`);
  expect([file.status, file.text]).toEqual([200, patch]);
  expect(file.headers).toMatchObject({
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename=run-${runId}.patch`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect([(await get(`${path}?format=html`)).status, (await get(`${path}?x=1`)).status]).toEqual([400, 400]);
});

test('the proof that nothing stayed is there once somebody looked', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id, projectId);
  const none = await get(`/api/runs/${runId}/proof`);
  expect([none.status, none.code()]).toEqual([404, 'noProof']);
  await room.end(runId);
  await room.store.cleaned(runId, PROOF);
  expect(runProofAnswer.parse((await get(`/api/runs/${runId}/proof`)).json())).toEqual(PROOF);
});

test('the event stream of a page tells every change of a run, as its newest state', async () => {
  http = await room.serve();
  const reader = await openSse(http.port, { as: http.signInAs(kim) });
  await until(() => reader.marks.length > 0);
  const { runId } = runAcceptedAnswer.parse((await start({ command: ['true'] })).json());
  const seen = () => reader.events.filter(({ event }) => event === 'run').map(({ data }) => data as RunAnswer);
  await until(() => seen().length > 0, 30_000);
  await room.begin(runId);
  await until(() => seen().some(({ status }) => status === 'running'), 30_000);
  await room.end(runId);
  await until(() => seen().some(({ status }) => status === 'done'), 30_000);
  reader.close();
  expect(runAnswer.parse(seen().at(-1))).toMatchObject({ id: runId, projectId, status: 'done', exitCode: 0 });
});

/** Every route, as `[method, path, body]` of one project and one run. */
const routesOf = (project: string, run: string): [string, string, unknown?][] => [
  ['GET', `/api/projects/${project}`],
  ['DELETE', `/api/projects/${project}`],
  ['GET', `/api/projects/${project}/runs`],
  ['POST', `/api/projects/${project}/runs`, { command: ['true'] }],
  ['GET', `/api/runs/${run}`],
  ['POST', `/api/runs/${run}/stop`],
  ['GET', `/api/runs/${run}/logs`],
  ['GET', `/api/runs/${run}/diff`],
  ['GET', `/api/runs/${run}/diff?format=patch`],
  ['GET', `/api/runs/${run}/proof`],
];

test('WE-1: somebody else finds nothing behind any of these ids, as if there were nothing', async () => {
  http = await room.serve();
  const runId = await room.newRun(kim.id, projectId);
  await room.append(runId, ['stdout', 'a secret of Kim\n']);
  await room.store.saveDiff(runId, { patch: 'a secret of Kim', cut: false, files: [] });
  await room.store.cleaned(runId, PROOF);
  const as = http.signInAs(lee);
  const theirs = routesOf(projectId, runId);
  const nothing = routesOf(randomUUID(), randomUUID());
  for (const [index, [method, path, json]] of theirs.entries()) {
    const answer = await http.ask({ method, path, json, as });
    const [, emptyPath = ''] = nothing[index] ?? [];
    const empty = await http.ask({ method, path: emptyPath, json, as });
    expect([method, path, answer.status, answer.text]).toEqual([method, path, 404, empty.text]);
    expect([empty.status, empty.code()]).toEqual([404, 'notFound']);
  }
  expect((await room.runs.find(kim.id, runId))?.status).toBe('queued');
  expect(await room.projects.find(kim.id, projectId)).not.toBeNull();
  // Its own person finds all of it.
  for (const [method, path] of theirs) {
    if (method === 'GET' && !path.endsWith('/logs')) expect([path, (await get(path)).status]).toEqual([path, 200]);
  }
});

test('WE-1: without a session there is 401, and an id that is none is 404', async () => {
  http = await room.serve();
  for (const [method, path, json] of [
    ['GET', '/api/projects'] as const,
    ['POST', '/api/projects', {}] as const,
    ...routesOf(projectId, randomUUID()),
  ]) {
    const answer = await http.ask({ method, path, json });
    expect([path, answer.status, answer.code()]).toEqual([path, 401, 'signedOut']);
  }
  for (const [method, path, json] of routesOf('1', "x' OR 1=1--").slice(1)) {
    const answer = await http.ask({ method, path: encodeURI(path), json, as: http.signInAs(kim) });
    expect([path, answer.status]).toEqual([path, 404]);
  }
});

test('with DEPLOYMENT=local none of these routes exists, signed in or not', async () => {
  http = await room.serve({ settings: { deployment: 'local' } });
  const runId = await room.newRun(kim.id, projectId);
  for (const [method, path, json] of [
    ['GET', '/api/projects'] as const,
    ['POST', '/api/projects', { cloneUrl: 'https://git.example.org/owner/hidden' }] as const,
    ...routesOf(projectId, runId),
  ]) {
    for (const as of [http.signInAs(kim), undefined]) {
      const answer = await http.ask({ method, path, json, ...(as === undefined ? {} : { as }) });
      expect([path, answer.status, answer.code()]).toEqual([path, 404, 'notFound']);
    }
  }
  expect([http.callsOf('projects'), http.callsOf('runs')]).toEqual([[], []]);
});

test('WE-1: unknown query keys and odd limits are refused with 400', async () => {
  http = await room.serve();
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'before=1', 'limit=1&limit=2', '__proto__=1']) {
    expect([query, (await get(`/api/projects/${projectId}/runs?${query}`)).status]).toEqual([query, 400]);
  }
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { projectAnswer, projectCreatedAnswer, projectListAnswer } from '../../src/http/contract.ts';
import type { ProjectAnswer } from '../../src/http/contract.ts';
import type { User } from '../../src/ports/sessions.ts';
import type { Ask, Http } from './http-fixture.ts';
import { openRunRoom, type RunRoom } from './support/run-room.ts';

let room: RunRoom;
let http: Http;
let kim: User;
beforeAll(async () => {
  room = await openRunRoom();
  kim = await room.newUser('Kim');
}, 60_000);
afterAll(() => room.close());
afterEach(() => http.stop());

const CLONE_URL = 'https://git.example.org/owner/repository.git';

const add = (json: unknown, ask: Partial<Ask> = {}) =>
  http.ask({ method: 'POST', path: '/api/projects', as: http.signInAs(kim), json, ...ask });
const list = async (user: User): Promise<ProjectAnswer[]> => {
  const answer = await http.ask({ path: '/api/projects', as: http.signInAs(user) });
  return projectListAnswer.parse(answer.json()).projects;
};

test('a repository is added by its address, listed, shown and deleted', async () => {
  http = await room.serve();
  const added = await add({ name: ' My project ', cloneUrl: CLONE_URL });
  expect(added.status).toBe(201);
  const { project } = projectCreatedAnswer.parse(added.json());
  expect(project).toMatchObject({ name: 'My project', cloneUrl: CLONE_URL, importRun: { status: 'queued' } });
  expect(http.callsOf('pokeOutbox')).toHaveLength(1);
  expect(await list(kim)).toEqual([project]);

  const as = http.signInAs(kim);
  const path = `/api/projects/${project.id}`;
  expect(projectAnswer.parse((await http.ask({ path, as })).json())).toEqual(project);
  const runId = await room.newRun(kim.id, project.id);
  expect((await http.ask({ method: 'DELETE', path, as })).status).toBe(204);
  expect(http.callsOf('pokeOutbox')).toHaveLength(2);
  expect((await room.runs.find(kim.id, runId))?.status).toBe('stopping');
  expect([(await http.ask({ path, as })).status, (await http.ask({ method: 'DELETE', path, as })).status]).toEqual([
    404, 404,
  ]);
  expect(await list(kim)).toEqual([]);
});

test('without a name a project is called as its repository; the same name again is refused with 409', async () => {
  http = await room.serve();
  const added = await add({ cloneUrl: 'https://git.example.org/owner/unnamed.git' });
  expect(projectCreatedAnswer.parse(added.json()).project.name).toBe('unnamed');
  const again = await add({ name: 'UNNAMED', cloneUrl: CLONE_URL });
  expect([again.status, again.code()]).toEqual([409, 'duplicateName']);
});

test.each([
  ['https://owner:hunter2@git.example.org/a/b', 'user name or a password', '비밀번호'],
  ['http://git.example.org/a/b', 'https', 'https'],
  ['https://10.0.0.1/a/b', 'public internet', '공개된 인터넷'],
  ['https://git.example.org:8443/a/b', 'port', '포트'],
  ['https://git.example.org', 'repository', '저장소'],
  ['not an address', 'readable', '읽을 수 없'],
])(
  'the address %j is refused with 400, with a reason in both languages, and not repeated',
  async (cloneUrl, en, ko) => {
    http = await room.serve();
    for (const [language, words] of [
      ['en', en],
      ['ko', ko],
    ] as const) {
      const answer = await add({ cloneUrl }, { headers: { 'accept-language': language } });
      expect([answer.status, answer.code()]).toEqual([400, 'cloneUrlRefused']);
      expect(answer.text).toContain(words);
      expect(answer.text).not.toMatch(/hunter2|10\.0\.0\.1|8443/);
    }
    expect(http.callsOf('projects')).toEqual([]);
  },
);

test('this machine is taken in dev and test only', async () => {
  const body = { name: randomUUID(), cloneUrl: 'http://127.0.0.1:4999/owner/repository' };
  http = await room.serve({ settings: { mode: 'production' } });
  expect((await add(body)).status).toBe(400);
  await http.stop();
  http = await room.serve({ settings: { mode: 'dev' } });
  expect((await add(body)).status).toBe(201);
});

test.each<[string, unknown]>([
  ['no body', undefined],
  ['no address', { name: 'a' }],
  ['an address that is a list', { cloneUrl: [CLONE_URL] }],
  ['an address that is too long', { cloneUrl: `https://git.example.org/${'a'.repeat(500)}` }],
  ['an empty name', { name: '  ', cloneUrl: CLONE_URL }],
  ['a name without a letter', { name: '...', cloneUrl: CLONE_URL }],
  ['a name that is too long', { name: 'a'.repeat(61), cloneUrl: CLONE_URL }],
  ['a name with a NUL', { name: 'a\0b', cloneUrl: CLONE_URL }],
  ['a name with half a character', { name: 'a\ud83d', cloneUrl: CLONE_URL }],
  ['a name that turns the direction of text', { name: 'a\u202eb', cloneUrl: CLONE_URL }],
  ['an unknown key', { cloneUrl: CLONE_URL, setupScript: 'true' }],
  ['a list', [{ cloneUrl: CLONE_URL }]],
])('WE-1: %s is refused with 400, and nothing is stored', async (_what, json) => {
  http = await room.serve();
  const answer = await add(json);
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(http.callsOf('projects')).toEqual([]);
});

test.each(['__proto__', 'constructor', 'prototype'])('WE-1: the key %s is an unknown key', async (key) => {
  http = await room.serve();
  const body = `{"cloneUrl":"${CLONE_URL}","${key}":{"isAdmin":true}}`;
  const answer = await add(undefined, { body, headers: { 'content-type': 'application/json' } });
  expect([answer.status, answer.code()]).toEqual([400, 'invalidInput']);
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
});

test('WE-1: more than 64 KB are not read', async () => {
  http = await room.serve();
  expect((await add({ cloneUrl: 'a'.repeat(65 * 1024) })).status).toBe(413);
});

test('MO-3: a project too many is refused with 429, in both languages, and not stored', async () => {
  const lee = await room.newUser('Lee');
  http = await room.serve({ caps: { atOnce: 2, daily: 1, minutes: null } });
  const as = http.signInAs(lee);
  expect((await add({ name: 'one', cloneUrl: CLONE_URL }, { as })).status).toBe(201);
  for (const [language, words] of [
    ['en', /one run of a day/],
    ['ko', /실행 1회를 모두/],
  ] as const) {
    const refused = await add({ name: 'two', cloneUrl: CLONE_URL }, { as, headers: { 'accept-language': language } });
    expect([refused.status, refused.code()]).toEqual([429, 'runCapReached']);
    expect(refused.text).toMatch(words);
  }
  expect((await list(lee)).map(({ name }) => name)).toEqual(['one']);
});

test('WE-1: what changes something is limited by person', async () => {
  http = await room.serve({ settings: { limits: { changesPerPerson: 2 } } });
  const as = http.signInAs(kim);
  const statuses: number[] = [];
  for (let time = 0; time < 3; time++) statuses.push((await add({}, { as })).status);
  expect(statuses).toEqual([400, 400, 429]);
});

test('WE-1: another site adds and deletes nothing', async () => {
  http = await room.serve();
  const projectId = await room.newProject(kim.id);
  const foreign = { headers: { origin: 'https://evil.example' } };
  expect((await add({ cloneUrl: CLONE_URL }, foreign)).status).toBe(403);
  const path = `/api/projects/${projectId}`;
  expect((await http.ask({ method: 'DELETE', path, as: http.signInAs(kim), ...foreign })).status).toBe(403);
  expect(http.callsOf('projects')).toEqual([]);
});

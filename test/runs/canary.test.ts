import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { NO_CAPS } from '../activities/support/projects.ts';
import { MASK } from '../../src/domain/masker/mask-stream.ts';
import { KEEPER_UID, RUN_UID } from '../../src/domain/container-users.ts';
import { createLogger } from '../../src/logger.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createProjects } from '../../src/providers/postgres/projects.ts';
import { createRuns } from '../../src/providers/postgres/runs.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { createVaultConnection } from '../../src/providers/vault-connection.ts';
import { inside } from '../containers/support/inside.ts';
import { dumpDatabase, readHistories, searchSink, unseenForms, type Sink } from '../soak/sinks.ts';
import { filesBelow, findCanaries } from '../support/canary.ts';
import { containerTest } from '../support/engine.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { startSystemWithContainers, type SystemWithContainers } from '../support/system-with-containers.ts';
import { until } from '../support/until.ts';

const LOGIN = { username: 'owner', password: 'canary-git-9Fz3Qm7Ls1Kd5Rb' };
const API_KEY = 'canary-model-2Yv8Nc4Xw6Ht1Gp';
const TOKEN = 'canary-file-7Ub5Je9Sa3Po2Mi';
const FILE = { name: 'credentials.json', content: `{ "token": "${TOKEN}" }\n` };
const PROXIED = { git: LOGIN.password, model: API_KEY };
const ALL = { ...PROXIED, file: TOKEN };
/** Harmless words that show that a place was really read. */
const [IN_ARGUMENTS, IN_WORKSPACE] = ['harmless-argument-4711', 'harmless-workspace-4712'];

const folder = mkdtempSync(join(tmpdir(), 'panager-runs-'));
const dataDir = join(folder, 'system');
let system: SystemWithContainers;
let git: GitServer;
let model: StandIn;
let pool: Pool;
let userId: string;

beforeAll(async () => {
  if (!hasEngine()) return;
  git = await startGitServer(join(folder, 'git'), LOGIN);
  model = await startStandIn();
  model.answer = (_request, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ type: 'message', content: [{ type: 'text', text: 'the model says hello' }] }));
  system = await startSystemWithContainers({ dataDir, log: () => undefined });
  pool = createPool(system.postgres?.urls('panager').roles.gateway ?? '', { max: 5, onIdleError: () => undefined });
  const person = { issuer: 'local', subject: 'minji', displayName: '민지', language: 'ko' } as const;
  userId = (await createSessions(pool).signIn(person)).user.id;
  await lend(userId);
}, 240_000);
afterAll(async () => {
  await pool?.end();
  await system?.stop();
  await Promise.all([git?.close(), model?.close()]);
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

async function lend(person: string): Promise<void> {
  const { VAULT_ADDR: addr = '', VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '' } = system.env.orchestrator;
  const vault = createVaultConnection({
    addr,
    roleId,
    secretId,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const budget = { requests: 5, inputBytes: 100_000, outputTokens: 1_000 };
  const lent = { baseUrl: model.url, apiKey: API_KEY, models: ['claude-test-1'], budget };
  const write = { options: { cas: 0 }, data: { git: LOGIN, model: lent, files: [FILE] } };
  await vault.call('POST', `secret/data/users/${person}/lendable`, write);
  vault.close();
}

const ASK = `fetch("http://127.0.0.1:8180/v1/messages", {
  method: "POST",
  headers: { "content-type": "application/json", "x-api-key": "the-own-key-of-the-run", "anthropic-version": "2023-06-01" },
  body: JSON.stringify({ model: "claude-test-1", max_tokens: 9, messages: [{ role: "user", content: "hello" }] }),
}).then(async (answer) => console.log(answer.status, await answer.text()))`;
const SCRIPT = `git fetch -q && echo fetched; node -e '${ASK}'; cat /run/lent/${FILE.name}; echo ${IN_WORKSPACE} > kept; echo ready
until [ -e go ]; do sleep 0.1; done`;

containerTest(
  'SE-1, CO-3: what a run is lent is found nowhere inside but in its file, nowhere outside, and nowhere afterwards',
  async () => {
    const began = Math.floor(Date.now() / 1000);
    const runs = createRuns(pool, NO_CAPS);
    const project = { userId, name: 'one', cloneUrl: `${git.url}/private/one.git` };
    const created = await createProjects(pool, NO_CAPS).create(project);
    if (created === 'duplicateName') throw new Error('a new person has no projects');
    const run = await runs.start({ userId, projectId: created.id, command: ['bash', '-c', SCRIPT, IN_ARGUMENTS] });
    if (run === 'notFound') throw new Error('the project is this person’s');
    const runId = run.id;
    const log = async () => (await runs.log(runId, 0, 100_000)).map(({ text }) => text).join('');
    await until('it waits', async () => ((await log()).includes('ready\n') ? true : null), 180_000);

    // What was lent is used: the clone, a fetch, and a message that arrives with the owner's key instead of the run's.
    expect(await log()).toContain(`fetched\n200 {"type":"message"`);
    expect(await log()).toContain(`the model says hello`);
    expect(await log()).toContain(MASK);
    expect(model.requests.map(({ url, headers }) => [url, headers['x-api-key']])).toEqual([['/v1/messages', API_KEY]]);
    expect(JSON.stringify(model.requests.map(({ headers }) => headers))).not.toContain('the-own-key');

    const lent = await dumpInside(runId, `cat /run/lent/*`);
    expect(findCanaries(lent, PROXIED)).toEqual([]);
    expect(findCanaries(lent, { file: TOKEN })).toContain('file as raw');
    const whileItRuns = [...(await insideOf(runId)), ...processesOf(), ...(await engineKeeps(runId, began))];
    expect(whileItRuns.flatMap(searchSink)).toEqual([]);
    await inside(system.containers.engine, { runId, role: 'run' }, 'touch /workspace/project/go');

    const cleaned = async () => ((await runs.find(userId, runId))?.cleanedAt ? true : null);
    await until('it is cleaned', cleaned, 120_000);
    expect(await runs.find(userId, runId)).toMatchObject({ ending: 'exited', exitCode: 0 });
    expect(await runs.proof(runId)).toMatchObject({ secretsGone: true, filesGone: true, proxyGone: true });
    const afterwards = [...(await outsideOf(runId)), ...(await eventsSince(began, runId))];
    expect(afterwards.flatMap(searchSink)).toEqual([]);
    expect(await system.containers.workspaces.list()).not.toContain(runId);

    // Whatever had been there, in whatever form, would have been seen.
    for (const sink of [...whileItRuns, ...afterwards])
      expect([sink.name, unseenForms(sink, TOKEN)]).toEqual([sink.name, []]);
  },
  360_000,
);

async function dumpInside(runId: string, script: string, user: 'run' | 'keeper' = 'run'): Promise<Buffer> {
  const execution = await system.containers.engine.execute(
    { runId, role: 'run' },
    { user, argv: ['sh', '-c', script] },
  );
  execution.endInput();
  const pieces: Uint8Array[] = [];
  for await (const { stream, bytes } of execution.output) if (stream === 'stdout') pieces.push(bytes);
  return Buffer.concat(pieces);
}

/** Everything that either user can read in the container. Node's own program is as large as all the rest and was there before. */
async function insideOf(runId: string): Promise<Sink[]> {
  const files = (places: string) =>
    `find ${places} -xdev -type f ! -path '/run/lent/*' ! -path /usr/local/bin/node -exec cat {} + 2> /dev/null`;
  const sinks: Sink[] = [];
  for (const user of ['run', 'keeper'] as const) {
    const read = async (name: string, script: string, markers: Sink['markers']) =>
      sinks.push({ name: `${name} for ${user}`, bytes: await dumpInside(runId, script, user), markers, never: ALL });
    await read('processes', 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2> /dev/null', { argument: IN_ARGUMENTS });
    await read('the root', files('/'), { keeper: 'startForwarder' });
    const mounts = '/workspace /tmp /home/run /run /run/panager /run/lending /dev/shm';
    await read('what is mounted', files(mounts), { file: IN_WORKSPACE });
  }
  return sinks;
}

/** Environment and arguments of every process of a container on this machine, as root sees them. */
function processesOf(): Sink[] {
  const own = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && [KEEPER_UID, RUN_UID].includes(userOf(pid)));
  const bytes = Buffer.concat(own.flatMap((pid) => [fileOf(`/proc/${pid}/environ`), fileOf(`/proc/${pid}/cmdline`)]));
  return [
    { name: 'processes for root', bytes, markers: { argument: IN_ARGUMENTS, home: 'HOME=/home/run' }, never: ALL },
  ];
}

const userOf = (pid: string): number => Number(/^Uid:\s+(\d+)/m.exec(fileOf(`/proc/${pid}/status`).toString())?.[1]);

/** Empty when it is gone. */
function fileOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

const socketPath = () => (system.containers.environment['DOCKER_HOST'] ?? '').replace('unix://', '');

/** What the engine says and keeps on disk about a container that runs, and the disk that it was given. */
async function engineKeeps(runId: string, since: number): Promise<Sink[]> {
  const name = `panager-${runId}-run`;
  const container = new Docker({ socketPath: socketPath() }).getContainer(name);
  const inspected = await container.inspect();
  const layer = String(Reflect.get(inspected.GraphDriver.Data, 'UpperDir'));
  const kept = join(dirname(socketPath()), 'data', 'containers', inspected.Id);
  await inside(system.containers.engine, { runId, role: 'run' }, 'sync -f /workspace || sync');
  const disks = join(system.containers.environment['WORKSPACES_ROOT'] ?? '', runId);
  const said = Buffer.from(JSON.stringify([inspected, await container.changes()]));
  const log = await container.logs({ stdout: true, stderr: true }).catch(() => Buffer.alloc(0));
  const sink = (what: string, bytes: Buffer, markers: Sink['markers'] = {}): Sink => ({
    ...{ name: what, bytes, markers, never: ALL },
  });
  return [
    sink('what the engine says', said, { name }),
    sink('the log of the engine', log),
    sink('what the engine keeps', filesBelow(kept), { name }),
    sink('the layer of the container', filesBelow(layer)),
    sink('the disks', Buffer.concat(['workspace', 'mirror'].map((disk) => readFileSync(join(disks, `${disk}.img`)))), {
      file: IN_WORKSPACE,
    }),
    ...(await eventsSince(since, runId)),
  ];
}

async function eventsSince(since: number, runId: string): Promise<Sink[]> {
  const now = Math.ceil(Date.now() / 1000);
  const events = await new Docker({ socketPath: socketPath() }).getEvents({ since, until: now });
  const bytes = await buffer(events as AsyncIterable<Buffer> & NodeJS.ReadableStream);
  return [{ name: 'the events of the engine', bytes, markers: { runId }, never: ALL }];
}

/** Where something is kept for longer than the run. */
async function outsideOf(runId: string): Promise<Sink[]> {
  const logs = readdirSync(join(dataDir, 'logs')).map((file) => readFileSync(join(dataDir, 'logs', file)));
  return [
    { name: 'the database', bytes: await dumpDatabase(system), markers: { runId, IN_ARGUMENTS }, never: ALL },
    {
      name: 'the histories of Temporal',
      bytes: await readHistories(system.env.gateway.TEMPORAL_ADDRESS ?? ''),
      markers: { runId },
      never: ALL,
    },
    { name: 'the files of Temporal', bytes: filesBelow(join(dataDir, 'temporal')), markers: { runId }, never: ALL },
    { name: 'the files of OpenBao', bytes: filesBelow(join(dataDir, 'openbao')), markers: { runId }, never: ALL },
    {
      name: 'the logs',
      bytes: Buffer.concat(logs),
      markers: { sandbox: 'sandbox is ready', lending: 'from a lending proxy' },
      never: ALL,
    },
  ];
}

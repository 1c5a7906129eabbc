import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { reap } from '../../activities/runs/reap.ts';
import { startPrivateEngine } from '../../infra/local/engine/private-engine.ts';
import { runAs } from '../activities/support/activities.ts';
import { containerTest } from '../support/engine.ts';
import type { GitServer } from '../support/git-server.ts';
import { hasEngine } from '../support/shared-engine.ts';
import { startStandIn, type StandIn } from '../support/stand-in.ts';
import { until } from '../support/until.ts';
import { startSandbox, type Sandbox } from './support/sandbox.ts';
import { LOGIN, openSandboxRoom, type SandboxRoom } from './support/sandbox-room.ts';

const MB = 1024 * 1024;

let room: SandboxRoom | undefined;
let sandbox: Sandbox;
let git: GitServer;
let model: StandIn;
let userId: string;
let projectId: string;
beforeAll(async () => {
  if (!hasEngine()) return;
  room = await openSandboxRoom();
  ({ sandbox, git, userId } = room);
  model = await startStandIn();
  await lend(sandbox, userId);
  projectId = await sandbox.project(userId, `${git.url}/private/one.git`);
}, 180_000);
afterAll(async () => {
  await room?.close();
  await model?.close();
}, 120_000);

async function lend(to: Sandbox, person: string): Promise<void> {
  const budget = { requests: 5, inputBytes: 100_000, outputTokens: 1_000 };
  const lent = { baseUrl: model.url, apiKey: 'canary-model-5Gt2Lk8Vb3Qd6', models: ['claude-test-1'], budget };
  const write = { options: { cas: 0 }, data: { git: LOGIN, model: lent } };
  await to.vaults.orchestrator.call('POST', `secret/data/users/${person}/lendable`, write);
}

/** A whole run without its workflow: how it ended, what it said, and what it changed. */
async function wholeRun(script: string) {
  const runId = await sandbox.placed(userId, projectId, script);
  await sandbox.prepare(runId);
  await sandbox.execute(runId);
  await sandbox.keepDiff(runId);
  const { ending, exitCode, failure } = await sandbox.view(userId, runId);
  const diff = await sandbox.runs.diff(runId);
  const log = await sandbox.log(runId);
  await sandbox.clean(runId);
  return { ending, exitCode, failure, diff, log };
}

const node = (script: string) => `node -e '${script}'`;

containerTest(
  'CO-2: a run reaches neither metadata, host, private nor public addresses, nor anybody by name',
  async () => {
    const hostPort = new URL(git.url).port;
    const addresses = ['169.254.169.254:80', '10.0.0.1:80', '172.17.0.1:2375', '192.168.0.1:80', '1.1.1.1:443'];
    const loopback = ['127.0.0.1', '127.0.0.2', '0.0.0.0'].map((address) => `${address}:${hostPort}`);
    const { log } = await wholeRun(
      node(`
      const { connect } = require("net");
      const tried = "${[...addresses, ...loopback].join(' ')}".split(" ").map((target) => new Promise((done) => {
        const [host, port] = target.split(":");
        const socket = connect({ host, port, timeout: 5000 });
        socket.on("connect", () => done(target + " in"));
        socket.on("timeout", () => done(target + " silent"));
        socket.on("error", ({ code }) => done(target + " " + code));
      }));
      const lending = new Promise((done) => {
        connect("/run/lending/proxy.sock").on("connect", () => done("socket in")).on("error", ({ code }) => done("socket " + code));
      });
      const name = require("dns").promises.lookup("example.com").then(() => "name in", () => "name unknown");
      Promise.all([...tried, lending, name]).then((said) => console.log(said.join("\\n")));
    `),
    );
    expect(log.trim().split('\n')).toEqual([
      ...addresses.map((address) => `${address} ENETUNREACH`),
      ...loopback.map((address) => `${address} ECONNREFUSED`),
      'socket EACCES',
      'name unknown',
    ]);
  },
);

containerTest(
  'CO-2: through its proxy a run reaches its repository and model only, with nobody else’s key',
  async () => {
    const [from, asked] = [git.requests.length, model.requests.length];
    model.answer = (_request, response) =>
      void response.writeHead(307, { location: `${git.url}/private/two.git/info/refs?service=git-upload-pack` }).end();
    const own = Buffer.from('attacker:own-key-of-the-run').toString('base64');
    const proxy = 'http://127.0.0.1:8180';
    const { log } = await wholeRun(`
    export GIT_TERMINAL_PROMPT=0
    try() { name=$1; shift; "$@" > /tmp/said 2>&1 && echo "$name: yes" || echo "$name: no"; }
    try "another repository" git ls-remote ${proxy}/private/two.git
    try "another repository beside it" git ls-remote ${proxy}/git/../private/two.git
    try "as an http proxy" git -c http.proxy=${proxy} ls-remote ${git.url}/private/two.git
    try "a push" git -c user.name=x -c user.email=x@example.com push origin HEAD:refs/heads/taken
    try "with a key of its own" git -c "http.extraHeader=Authorization: Basic ${own}" ls-remote origin
    ${node(`
      const { request } = require("http");
      const ask = (method, path, headers = {}, body = "") => new Promise((done) => {
        const asking = request({ host: "127.0.0.1", port: 8180, method, path, headers }, (answer) => {
          let text = "";
          answer.on("data", (chunk) => (text += chunk)).on("end", () => done(answer.statusCode + " " + (/"code":"(\\w+)"/.exec(text) ?? [])[1]));
        });
        asking.on("connect", (answer) => done(answer.statusCode + " connect"));
        asking.on("error", ({ code }) => done(code));
        asking.end(body);
      });
      const message = JSON.stringify({ model: "claude-test-1", max_tokens: 9, messages: [{ role: "user", content: "hello" }] });
      (async () => {
        console.log("metadata", await ask("GET", "http://169.254.169.254/latest/meta-data/"));
        console.log("tunnel", await ask("CONNECT", "169.254.169.254:80"));
        console.log("redirect", await ask("POST", "/v1/messages", { "content-type": "application/json", "x-api-key": "own-key-of-the-run" }, message));
      })();
    `)}`);
    expect(log.trim().split('\n')).toEqual([
      'another repository: no',
      'another repository beside it: no',
      'as an http proxy: no',
      'a push: no',
      'with a key of its own: yes',
      'metadata 403 notAllowed',
      expect.stringMatching(/^tunnel 403/),
      'redirect 502 upstreamRedirected',
    ]);
    const arrived = git.requests.slice(from);
    expect(arrived.filter(({ url }) => !url.startsWith('/private/one.git/'))).toEqual([]);
    expect(model.requests.length - asked).toBe(1);
    const headers = JSON.stringify([arrived, model.requests].flat().map((request) => request.headers));
    expect([headers.includes(own), headers.includes('own-key-of-the-run')]).toEqual([false, false]);
    expect(await git.head('private/one.git', 'refs/heads/taken')).toBeNull();
  },
);

containerTest('CO-4: what a command plants for git changes nothing of what is compared, and does not run', async () => {
  const { diff } = await wholeRun(`
    printf '#!/bin/sh\\necho EVIL\\n' > evil; chmod +x evil
    git config filter.evil.clean /workspace/project/evil; git config filter.evil.smudge /workspace/project/evil
    git config filter.evil.required true; git config core.fsmonitor /workspace/project/evil
    git config diff.external /workspace/project/evil; git config diff.evil.textconv /workspace/project/evil
    git config core.hooksPath /workspace/project; git config core.worktree /etc; git config core.excludesFile /workspace/project/all
    git config include.path /workspace/project/evil; git config core.attributesFile /workspace/project/.gitattributes
    for hook in post-index-change pre-commit post-checkout; do cp evil .git/hooks/$hook; done
    echo '*' > all; echo '* filter=evil diff=evil text eol=crlf ident working-tree-encoding=UTF-16' > .gitattributes
    mkdir -p .git/info; cp .gitattributes .git/info/attributes; echo /etc > .git/objects/info/alternates
    echo 'more $Id$' >> README
  `);
  expect(diff?.files.map(({ path }) => path)).toEqual(['.gitattributes', 'README', 'all', 'evil']);
  expect(diff?.patch).toContain('+more $Id$\n');
  expect(diff?.patch.match(/EVIL/g)).toHaveLength(1);
});

containerTest(
  'CO-4: a checkout that leads elsewhere, and one that would be read for hours, is not compared',
  async () => {
    const nested = `git init -q ../else/inner && git -C ../else/inner -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x`;
    const linked = await wholeRun(`mkdir ../else; ${nested}; cd ..; rm -rf project; ln -s else project`);
    expect(linked).toMatchObject({ ending: 'exited', exitCode: 0, diff: null });
    const sparse = await wholeRun('truncate -s 2199023255552 huge && ls -s huge');
    expect(sparse).toMatchObject({
      ending: 'exited',
      exitCode: 0,
      log: expect.stringMatching(/^ *0 huge\n$/),
      diff: null,
    });
  },
);

containerTest('CO-1: a workspace full of empty files is full, and other runs live while it is compared', async () => {
  const many = node('for (let n = 0; ; n++) require("fs").writeFileSync("f" + n, "")');
  const held = monitorEventLoopDelay();
  held.enable();
  const { ending, exitCode, diff } = await wholeRun(many);
  held.disable();
  expect({ ending, exitCode }).toEqual({ ending: 'diskLimit', exitCode: null });
  expect(diff?.files.length).toBeGreaterThan(5_000);
  // In nanoseconds. After 15 seconds without a heartbeat every run of this host counts as lost.
  expect(held.max).toBeLessThan(5e9);
});

containerTest('CO-1, CO-5: a fork bomb is stopped like anything else', async () => {
  const runId = await sandbox.placed(userId, projectId, 'bomb() { bomb | bomb & }; echo here; bomb; sleep 600');
  await sandbox.prepare(runId);
  const running = sandbox.execute(runId);
  await until('it is full', async () => (/fork|unavailable/i.test(await sandbox.log(runId)) ? true : null), 60_000);
  await sandbox.runs.stop(userId, runId);
  await running;
  expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'stopped' });
  expect(await sandbox.parts.engine.find({ runId, role: 'run' })).toMatchObject({ running: false });
  await sandbox.clean(runId);
});

containerTest(
  'a line of 100 MB is counted to its last byte, and of a log bomb no more is stored than may be',
  async () => {
    const line = 100 * MB;
    const script = `head -c ${line} /dev/zero | tr '\\0' x; echo; echo end >&2; exec yes`;
    const runId = await sandbox.placed(userId, projectId, script);
    await sandbox.prepare(runId);
    const { executeRun } = sandbox.activitiesOf({ limits: { ...sandbox.parts.limits, logBytes: MB } });
    const running = runAs(`run-${runId}`, () => executeRun({ runId }));
    const cursor = () => sandbox.parts.runs.cursor(runId);
    await until('the bomb', async () => ((await cursor()).stdout > line + MB ? true : null), 110_000);
    await sandbox.runs.stop(userId, runId);
    await running;
    const [log, { stdout, stderr, dropped }] = [await sandbox.log(runId), await cursor()];
    expect(await sandbox.view(userId, runId)).toMatchObject({ ending: 'stopped' });
    expect(log.length).toBeLessThanOrEqual(MB);
    expect(log).toBe('x'.repeat(log.length));
    expect(log.length + dropped).toBe(stdout + stderr);
    await sandbox.clean(runId);
  },
);

containerTest('CO-6: two workers on one engine execute a run once, and what either held of it ends', async () => {
  const { parts } = sandbox;
  const lending = sandbox.anotherLending();
  const other = sandbox.activitiesOf({ lending });
  const script = 'echo mark >> marks; for n in 1 2 3; do echo $n; sleep 0.5; done; cat marks';
  const runId = await sandbox.placed(userId, projectId, script);
  await sandbox.prepare(runId);
  const otherExecutes = runAs(`run-${runId}`, () => other.executeRun({ runId }));
  for (const tried of await Promise.allSettled([sandbox.execute(runId), otherExecutes])) {
    if (tried.status === 'rejected') expect(tried.reason).toMatchObject({ nonRetryable: false });
  }
  await sandbox.execute(runId, 3);
  expect(await sandbox.log(runId)).toBe('1\n2\n3\nmark\n');
  await runAs(`run-${runId}`, () => other.cleanRun({ runId }));
  expect([lending.isClosed(runId), parts.lending.isClosed(runId)]).toEqual([true, false]);
  // The one that did not clean up looks every minute.
  expect(await reap(parts, () => undefined)).toContain(runId);
  expect(parts.lending.isClosed(runId)).toBe(true);
  expect(await sandbox.runs.proof(runId)).toMatchObject({ secretsGone: true, folderGone: true });
});

containerTest('CO-6: an engine that is restarted in the middle has lost the run: it is said, and cleaned', async () => {
  const engine = await startPrivateEngine(room!.folder);
  const own = await startSandbox({}, engine);
  try {
    const person = await own.database.newPerson();
    const runId = await own.placed(
      person,
      await own.project(person, `${git.url}/public/one.git`),
      'echo here; sleep 600',
    );
    await own.prepare(runId);
    const running = own.execute(runId).catch((error: unknown) => error);
    await until('it runs', async () => ((await own.log(runId)) === 'here\n' ? true : null), 60_000);
    await engine.restart();
    const first = await running;
    // The way to the engine broke: a retry finds out why.
    if (first !== undefined) expect(first).toMatchObject({ nonRetryable: false });
    await own.execute(runId, 2);
    expect(await own.view(person, runId)).toMatchObject({ ending: 'failed', failure: 'containerLost' });
    expect(await own.log(runId)).toBe('here\n');
    await own.clean(runId);
    expect(await own.place.engine.list()).toEqual([]);
    expect(await own.runs.proof(runId)).toMatchObject({ folderGone: true, proxyGone: true });
  } finally {
    await own.close();
    await engine.stop();
  }
});

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createHttpPerson } from './http-person.ts';
import { readPaths } from './paths.ts';
import { stopAllLeftovers } from './process.ts';
import { startSystem } from './system.ts';

/** `make demo`: the main job without a person, with the orchestrator killed in the middle of the wait. */

const QUESTION = '이번 주 일정 보여줘';
const ACCOUNT = 'minji@example.com';
const dataDir = join(readPaths([]).local, 'demo');
const say = (line = '') => console.log(line);
const startedAt = Date.now();
const step = (line: string) => say(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}`);

// What an interrupted demonstration left running is found by its data folder, so it ends before the folder goes.
await stopAllLeftovers(dataDir);
rmSync(dataDir, { recursive: true, force: true });
mkdirSync(dataDir, { recursive: true, mode: 0o700 });
say('Starting Panager in a data folder of its own. Google is emulated: ours, not the real one.');
const system = await startSystem({ dataDir, mode: 'dev', log: (line) => step(line) });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void system.stop().finally(() => process.exit(130)));
}
try {
  process.exitCode = (await demonstrate()) ? 0 : 1;
} finally {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** @returns true when everything happened exactly once */
async function demonstrate(): Promise<boolean> {
  const person = createHttpPerson(system.publicUrl);
  await person.signIn('demo');
  step(`asks: ${QUESTION}`);
  const requestId = await person.ask(QUESTION);
  const { waitingFor } = await person.until(requestId, 'waiting');
  const [wait] = waitingFor;
  if (!wait) throw new Error('a waiting request names what it waits for');
  step(`waits for ${wait.provider}; the link: ${wait.link}`);

  await system.killProcess('orchestrator');
  step('the orchestrator was killed with SIGKILL while the request waits');
  const back = await person.connect(wait.link, { account: ACCOUNT });
  step(
    `consent as ${ACCOUNT}: the page answered ${back.status}${back.text.includes('연동이 완료됐습니다') ? ', 연동이 완료됐습니다.' : ''}`,
  );
  await system.startProcess('orchestrator');
  step('the orchestrator was started again');
  const done = await person.until(requestId, 'done', 60_000);
  step('the answer has replaced the link:');
  say(`\n${(done.answer ?? '').replace(/^/gm, '    ')}\n`);
  return prove(requestId);
}

/** Counts from outside: the provider's own ledger, and the history that Temporal keeps. */
async function prove(requestId: string): Promise<boolean> {
  const google = new URL(system.env.gateway.GOOGLE_BASE_URL ?? '');
  const read = async (path: string): Promise<unknown> => (await fetch(new URL(path, google))).json();
  const ledger = (await read('/_emulator/ledger')) as { effects: { kind: string; person: string }[] };
  const tokens = (await read('/_emulator/token-requests')) as { grants: { exchange: number }[] };
  const consents = tokens.grants.reduce((sum, { exchange }) => sum + exchange, 0);
  const executions = ledger.effects.filter(({ kind, person }) => kind === 'list' && person === ACCOUNT).length;

  const connection = await Connection.connect({ address: system.env.gateway.TEMPORAL_ADDRESS ?? '' });
  const { workflow } = new Client({ connection });
  const { events } = await workflow.getHandle(`request-${requestId}`).fetchHistory();
  await connection.close();
  const calls = (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'callTool',
  ).length;

  const once = (count: number) => (count === 1 ? 'yes' : 'NO');
  say('  Proof');
  say(`    consents at the provider            ${consents}   exactly one: ${once(consents)}`);
  say(`    resumed calls in the history        ${calls - 1}   exactly one: ${once(calls - 1)}`);
  say(`    executions in the provider's ledger ${executions}   exactly one: ${once(executions)}`);
  return consents === 1 && calls === 2 && executions === 1;
}

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newProject } from '../activities/support/projects.ts';
import { newPerson } from '../support/heart.ts';
import { silenceTemporal, startPanager, type Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';
import { runPartsOf, startScriptedHost, type ScriptedHost } from './support/scripted-host.ts';

let panager: Panager;
let host: ScriptedHost;
beforeAll(async () => {
  silenceTemporal();
  panager = await startPanager({}, undefined, runPartsOf);
  host = await startScriptedHost(panager.heart);
}, 120_000);
afterAll(async () => {
  await host.close();
  await panager.close();
}, 60_000);

const BOUND_MS = 60_000;

/** A request whose command runs. */
async function running(text = 'demo에서 npm test 실행해줘') {
  const userId = await newPerson(panager.heart);
  await newProject(panager.heart, userId);
  const requestId = await panager.ask(userId, text);
  const runId = await until('the command runs', () => runOf(requestId, 'started_at IS NOT NULL'), BOUND_MS);
  return { userId, requestId, runId };
}
async function runOf(requestId: string, condition = 'true'): Promise<string | null> {
  const sql = `SELECT id FROM run WHERE request_id = $1::uuid AND ${condition}`;
  return (await panager.heart.pools.owner.query<{ id: string }>(sql, [requestId])).rows[0]?.id ?? null;
}
const child = (runId: string) => panager.client.workflow.getHandle(`run-${runId}`);
const endOf = (requestId: string) =>
  until(
    'the request has ended',
    async () => {
      const { rows } = await panager.heart.pools.owner.query<{ outcome: string; answer: string }>(
        'SELECT outcome, answer FROM request WHERE id = $1::uuid AND ended_at IS NOT NULL',
        [requestId],
      );
      return rows[0] ?? null;
    },
    BOUND_MS,
  );

test('a request runs something as its child, and answers with how it ended and what it said', async () => {
  const { userId, requestId, runId } = await running();
  expect(await panager.view(userId, requestId)).toMatchObject({ status: 'running', calls: [{ status: 'running' }] });
  const { parentExecution, typedSearchAttributes } = await child(runId).describe();
  expect(parentExecution?.workflowId).toBe(`request-${requestId}`);
  expect(JSON.stringify(typedSearchAttributes)).toContain(userId);

  host.finish(runId, 0);
  const { outcome, answer } = await endOf(requestId);
  expect(outcome).toBe('done');
  expect(answer).toContain('종료 코드 0');
  expect(answer).toContain('hello from the container');
  expect(await child(runId).result()).toBe('exited');
  expect(host.stepsOf(runId)).toEqual(['prepare', 'execute', 'diff', 'clean']);
  expect(await panager.view(userId, requestId)).toMatchObject({ calls: [{ tool: 'run_in_project', status: 'done' }] });
  const { rowCount } = await panager.heart.pools.owner.query('SELECT 1 FROM outbox WHERE subject_id = $1::uuid', [
    runId,
  ]);
  expect(rowCount).toBe(0);
});

test('an answer waits for the end of its run and not for the clean-up', async () => {
  const release = host.holdCleaning();
  const { requestId, runId } = await running();
  host.finish(runId, 0);
  expect(await endOf(requestId)).toMatchObject({ outcome: 'done', answer: expect.stringContaining('종료 코드 0') });
  expect(await panager.handle(requestId).result()).toBe('done');
  expect((await child(runId).describe()).status.name).toBe('RUNNING');
  release();
  expect(await child(runId).result()).toBe('exited');
  expect(host.stepsOf(runId)).toEqual(['prepare', 'execute', 'diff', 'clean']);
});

test('a run that is stopped while its host dies is told as stopped', async () => {
  const { requestId, runId } = await running();
  host.fallSilent(runId);
  await child(runId).cancel();
  expect(await endOf(requestId)).toMatchObject({ outcome: 'done', answer: expect.stringContaining('멈췄습니다') });
  expect(await child(runId).result()).toBe('stopped');
  // It is told as stopped because its host, back again, has removed it.
  expect(host.stepsOf(runId)).toEqual(['prepare', 'execute', 'clean']);
});

test('cancelling the request stops the run, whose host is told to clean up', async () => {
  const { userId, requestId, runId } = await running();
  expect(await panager.heart.consent.cancel(requestId, userId)).toBe('cancelled');
  panager.poke();
  expect(await endOf(requestId)).toMatchObject({
    outcome: 'cancelled',
    answer: expect.stringContaining('실행하던 것도'),
  });
  expect(await child(runId).result()).toBe('stopped');
  expect(host.stepsOf(runId)).toEqual(['prepare', 'execute', 'diff', 'clean']);
  expect(await panager.handle(requestId).result()).toBe('cancelled');
  expect(await panager.view(userId, requestId)).toMatchObject({ calls: [{ status: 'cancelled' }] });
});

test('an orchestrator that starts again in the middle goes on with the same run', async () => {
  const { requestId, runId } = await running('run npm test in demo');
  await panager.stopWorker();
  host.finish(runId, 3);
  await panager.startWorker();
  expect((await endOf(requestId)).answer).toContain('종료 코드 3');
  expect(await child(runId).result()).toBe('exited');
  expect(host.stepsOf(runId)).toEqual(['prepare', 'execute', 'diff', 'clean']);
});

test('a run that its person stops on the page ends with an answer that says so', async () => {
  const { requestId, runId } = await running();
  await child(runId).cancel();
  expect(await endOf(requestId)).toMatchObject({ outcome: 'done', answer: expect.stringContaining('멈췄습니다') });
});

test('a run whose workflow somebody terminates is told as a fault, and the request goes on', async () => {
  const { requestId, runId } = await running();
  await child(runId).terminate('by an operator');
  expect(await endOf(requestId)).toMatchObject({ outcome: 'done', answer: expect.stringContaining('우리 쪽 문제') });
  host.finish(runId, 0);
});

test('a request that somebody terminates takes its run along', async () => {
  const { requestId, runId } = await running();
  await panager.handle(requestId).terminate('by an operator');
  expect(await child(runId).result()).toBe('stopped');
  expect(host.stepsOf(runId)).toContain('clean');
});

test('a run that runs already is waited for, not started again', async () => {
  const { requestId, runId } = await running();
  await until(
    'the child is in the history',
    async () => {
      const { events } = await panager.handle(requestId).fetchHistory();
      return events?.some((event) => event.childWorkflowExecutionStartedEventAttributes) ? true : null;
    },
    BOUND_MS,
  );
  // As an operator resets a request: what it did is done again, beside what is under way.
  const { events } = await panager.handle(requestId).fetchHistory();
  const first = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await panager.client.workflowService.resetWorkflowExecution({
    namespace: panager.client.options.namespace,
    workflowExecution: { workflowId: `request-${requestId}` },
    workflowTaskFinishEventId: first?.eventId ?? null,
    requestId: runId,
    reason: 'a test',
  });
  host.finish(runId, 0);
  expect(await endOf(requestId)).toMatchObject({ outcome: 'done' });
  expect(host.stepsOf(runId).filter((step) => step === 'execute')).toHaveLength(1);
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApprovalRequired } from '../../../activities/index.ts';
import { runIdOf } from '../../../activities/tools/run-in-project.ts';
import { effectKey } from '../../../src/connections/effect-key.ts';
import type { Call } from '../../../src/ports/consent-store.ts';
import { createReplyStore } from '../../../src/providers/postgres/reply-store.ts';
import { createRequestReader } from '../../../src/providers/postgres/request-reader.ts';
import { createRunStore } from '../../../src/providers/postgres/run-store.ts';
import { createRuns } from '../../../src/providers/postgres/runs.ts';
import { createSandboxHosts } from '../../../src/providers/postgres/sandbox-hosts.ts';
import { createPool, type Pool } from '../../../src/providers/postgres/pool.ts';
import { leaveClean } from '../../connections/support/invariants.ts';
import { newPerson, outboxOf, startHeart, type Heart } from '../../support/heart.ts';
import { activitiesOf, runAs } from '../support/activities.ts';
import { callRunsOf, newProject, NO_CAPS, runCall } from '../support/projects.ts';

let heart: Heart;
let sandbox: Pool;
beforeAll(async () => {
  heart = await startHeart();
  sandbox = createPool(heart.database.roles.sandbox, { max: 2, onIdleError: () => undefined });
  await createSandboxHosts(sandbox).seen({ id: 'host-1', capacity: 100, trouble: null });
}, 60_000);
afterAll(async () => {
  await sandbox.end();
  await heart.close();
});
afterEach(() => leaveClean(heart));

const tried = (call: Call, callRuns = callRunsOf(heart)) => {
  const { activities } = activitiesOf(heart, { callRuns });
  const { requestId, callId } = call;
  return runAs(`request-${requestId}`, () => activities.callTool({ requestId, callId }));
};
const settled = (call: Call, otherwise: 'stopped' | 'failed' | null = null, as = call.requestId) => {
  const { activities } = activitiesOf(heart, { callRuns: callRunsOf(heart) });
  const { requestId, callId } = call;
  return runAs(`request-${as}`, () => activities.settleRunCall({ requestId, callId, otherwise }));
};
const outcomeOf = async ({ requestId }: Call) => (await heart.stories.claim(requestId))?.turns[0]?.calls[0]?.outcome;
async function runsOf({ requestId }: Call) {
  const sql = 'SELECT * FROM run WHERE request_id = $1::uuid';
  const { rows } = await heart.pools.owner.query<Record<string, unknown>>(sql, [requestId]);
  return rows;
}

async function person() {
  const userId = await newPerson(heart);
  return { userId, projectId: await newProject(heart, userId) };
}

describe('run_in_project', () => {
  test('stores one run, of this person and request, that only its request starts', async () => {
    const { userId, projectId } = await person();
    const call = await runCall(heart, userId);
    const runId = runIdOf(effectKey(call));
    const attempts = await Promise.all([tried(call), tried(call), tried(call)]);
    expect(attempts).toEqual(Array.from({ length: 3 }, () => ({ outcome: 'started', runId })));
    expect(await runsOf(call)).toMatchObject([
      {
        ...{ id: runId, user_id: userId, project_id: projectId, kind: 'command' },
        ...{ command: ['/bin/sh', '-c', 'npm test'], ended_at: null },
      },
    ]);
    expect(await outboxOf(heart.pools.owner, runId)).toEqual([]);
    // What the platform's message of the request leads to.
    const replies = createReplyStore(heart.pools.orchestrator, createRequestReader(heart.pools.orchestrator));
    expect((await replies.find(call.requestId, 60_000))?.view.runs).toEqual([runId]);
  });

  test('finds a project whatever its name is written like, and what was started stays when it is deleted', async () => {
    const { userId, projectId } = await person();
    const call = await runCall(heart, userId, { project: 'DEMO', command: 'ls' });
    const started = await tried(call);
    expect(started).toMatchObject({ outcome: 'started' });
    await heart.pools.owner.query('UPDATE project SET deleted_at = now() WHERE id = $1::uuid', [projectId]);
    expect(await tried(call)).toEqual(started);
  });

  test('runs nothing in a project that is not theirs, and names only their own', async () => {
    const { userId } = await person();
    await newProject(heart, userId, 'api');
    const other = await person();
    await newProject(heart, other.userId, 'secret');
    const call = await runCall(heart, userId, { project: 'secret', command: 'ls' });
    expect(await tried(call)).toEqual({ outcome: 'failed', code: 'unknownProject' });
    expect(await runsOf(call)).toEqual([]);
    const outcome = { kind: 'failed', code: 'unknownProject', details: { projects: ['api', 'demo'] } };
    expect(await outcomeOf(call)).toEqual(outcome);
    // Refused once, it stays refused.
    await newProject(heart, userId, 'secret');
    expect(await tried(call)).toEqual({ outcome: 'failed', code: 'unknownProject' });
  });

  test('MO-3: more than a person may have at once is refused, with the number', async () => {
    const { userId } = await person();
    const [first, second] = [await runCall(heart, userId), await runCall(heart, userId)];
    expect(await tried(first, callRunsOf(heart, { atOnce: 1 }))).toMatchObject({ outcome: 'started' });
    expect(await tried(second, callRunsOf(heart, { atOnce: 1 }))).toEqual({ outcome: 'failed', code: 'runCapReached' });
    expect(await outcomeOf(second)).toMatchObject({ details: { which: 'atOnce', cap: 1 } });
    expect(await tried(first, callRunsOf(heart, { atOnce: 1 }))).toMatchObject({ outcome: 'started' });
  });

  test('is refused where no containers are served', async () => {
    const { userId } = await person();
    const { activities } = activitiesOf(heart);
    const { requestId, callId } = await runCall(heart, userId);
    const answer = await runAs(`request-${requestId}`, () => activities.callTool({ requestId, callId }));
    expect(answer).toEqual({ outcome: 'failed', code: 'runsNotServed' });
  });

  test('stores nothing for a request that was cancelled', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    await heart.consent.cancel(call.requestId, userId);
    expect(await tried(call)).toEqual({ outcome: 'cancelled' });
    const run = { runId: runIdOf(effectKey(call)), requestId: call.requestId, userId, command: ['true'] };
    expect(await callRunsOf(heart).store({ ...run, projectId: await newProject(heart, userId, 'other') })).toBe(
      'requestOver',
    );
    expect(await runsOf(call)).toEqual([]);
  });

  test('asks first when it was chosen long ago, and runs after a yes, without asking twice', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    const age = `UPDATE tool_call SET created_at = now() - interval '16 minutes' WHERE request_id = $1::uuid`;
    await heart.pools.owner.query(age, [call.requestId]);
    const failure = (await tried(call).catch((error: unknown) => error)) as { type: string; details: unknown[] };
    expect(failure.type).toBe('ApprovalRequired');
    expect(await runsOf(call)).toEqual([]);

    const { approvalId } = failure.details[0] as ApprovalRequired;
    expect(await heart.consent.decide(approvalId, userId, 'approve')).toBe('decided');
    expect(await tried(call)).toMatchObject({ outcome: 'started' });

    const begun = await runCall(heart, userId);
    await tried(begun);
    await heart.pools.owner.query(age, [begun.requestId]);
    expect(await tried(begun)).toMatchObject({ outcome: 'started' });
  });

  test('refused by its person, runs nothing', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    await heart.pools.owner.query(
      `UPDATE tool_call SET created_at = now() - interval '16 minutes' WHERE request_id = $1::uuid`,
      [call.requestId],
    );
    const failure = (await tried(call).catch((error: unknown) => error)) as { details: [ApprovalRequired] };
    await heart.consent.decide(failure.details[0].approvalId, userId, 'deny');
    expect(await tried(call)).toEqual({ outcome: 'denied' });
    expect(await runsOf(call)).toEqual([]);
  });
});

describe('the end of such a call', () => {
  test('comes with the end of its run: how, and the last lines of what it said', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    await tried(call);
    const runId = runIdOf(effectKey(call));
    const runs = createRunStore(sandbox);
    await createRunStore(heart.pools.orchestrator).place(runId, 60_000);
    await runs.began(runId);
    await expect(settled(call)).rejects.toMatchObject({ type: 'runUnderWay' });

    const lines = Array.from({ length: 3_000 }, (_, index) => `line ${index}\n`);
    const from = await runs.cursor(runId);
    let position = 0;
    const pieces = lines.map((text) => {
      const piece = { position, stream: 'stdout', text } as const;
      position += text.length;
      return piece;
    });
    await runs.append(runId, from, { position, stdout: position, stderr: 0, dropped: 0 }, pieces);
    await runs.end(runId, { ending: 'exited', exitCode: 3 });

    expect(await settled(call)).toEqual({ outcome: 'done' });
    const outcome = await outcomeOf(call);
    expect(outcome).toMatchObject({
      kind: 'done',
      result: { runId, project: 'demo', ending: 'exited', exitCode: 3, seconds: expect.any(Number), cut: true },
    });
    const { tail } = (outcome as { result: { tail: string } }).result;
    expect(tail.split('\n')).toEqual(lines.slice(-20).map((line) => line.trimEnd()));
    expect(await tried(call)).toEqual({ outcome: 'done' });
    expect(await settled(call)).toEqual({ outcome: 'done' });
  });

  test('is kept when nobody else can say it, and what its host said counts more', async () => {
    const { userId } = await person();
    const [lost, ended] = [await runCall(heart, userId), await runCall(heart, userId)];
    for (const call of [lost, ended]) await tried(call);
    expect(await settled(lost, 'failed')).toEqual({ outcome: 'done' });
    expect(await outcomeOf(lost)).toMatchObject({ result: { ending: 'failed', failure: 'internal', seconds: null } });

    await createRunStore(sandbox).end(runIdOf(effectKey(ended)), { ending: 'timeLimit' });
    await settled(ended, 'failed');
    expect(await outcomeOf(ended)).toMatchObject({ result: { ending: 'timeLimit' } });
  });

  test('of a cancelled request: the run is asked to stop at once, and the call is told as cancelled', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    await tried(call);
    const runId = runIdOf(effectKey(call));
    await heart.consent.cancel(call.requestId, userId);
    expect(await createRunStore(sandbox).stopAsked(runId)).toBe(true);
    expect(await settled(call, 'stopped')).toEqual({ outcome: 'cancelled' });
    const view = await heart.requests.find(userId, call.requestId);
    expect(view?.calls).toMatchObject([{ status: 'cancelled' }]);
    expect(await heart.stories.claim(call.requestId)).toMatchObject({ writes: 'ran' });
  });

  test('a run that was stored and never started ends with its request', async () => {
    const { userId } = await person();
    const call = await runCall(heart, userId);
    await tried(call);
    await heart.consent.cancel(call.requestId, userId);
    const { activities } = activitiesOf(heart);
    const { requestId } = call;
    await runAs(`request-${requestId}`, () => activities.finishRequest({ requestId, outcome: 'cancelled' }));
    const runs = createRuns(heart.pools.gateway, NO_CAPS);
    expect(await runs.find(userId, runIdOf(effectKey(call)))).toMatchObject({ status: 'stopped', ending: 'stopped' });
  });

  test('MO-5: another request is refused', async () => {
    const { userId } = await person();
    const [mine, other] = [await runCall(heart, userId), await runCall(heart, userId)];
    await tried(mine);
    await expect(settled(mine, 'failed', other.requestId)).rejects.toMatchObject({ type: 'notYours' });
    // Its own call that started nothing has nothing to settle.
    await expect(settled(other, 'failed')).rejects.toMatchObject({ type: 'runNotFound' });
  });
});

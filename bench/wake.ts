import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { createHttpPerson } from '../infra/local/http-person.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import { wake as wakeSignal, waiter } from './reference/workflows.ts';
import type { Bench } from './start-bench.ts';
import type { Row } from './statistics.ts';

/** Activities of a request before it waits, and after: think, callTool | callTool, think, finishRequest. */
const BEFORE = 2;
const AFTER = 3;
const PATIENCE_MS = 180_000;

/** Milliseconds from the wake to the blocked activity running again, and to the end of the request. */
interface Wakes {
  toTool: number[];
  toAnswer: number[];
}

/** Consent for `waiting` requests of one person at once, `rounds` times, beside as many reference workflows. */
export async function benchWake(bench: Bench, waiting: number, rounds: number): Promise<Row[]> {
  const ours: Wakes = { toTool: [], toAnswer: [] };
  const reference: Wakes = { toTool: [], toAnswer: [] };
  for (let round = 0; round < rounds; round++) {
    // In turn, so that a machine whose speed drifts treats both alike.
    append(reference, await wakeReference(bench, waiting));
    append(ours, await wakeOurs(bench, waiting));
  }
  const name = `${waiting} waiting`;
  return [
    { what: `${name}: to the tool running again`, ours: ours.toTool, reference: reference.toTool },
    { what: `${name}: to the answer`, ours: ours.toAnswer, reference: reference.toAnswer },
  ];
}

function append(all: Wakes, some: Wakes): void {
  all.toTool.push(...some.toTool);
  all.toAnswer.push(...some.toAnswer);
}

async function wakeOurs({ system, sql, intake, client }: Bench, waiting: number): Promise<Wakes> {
  const person = createHttpPerson(system.publicUrl);
  await person.signIn(randomUUID());
  const { user } = JSON.parse((await person.send('/api/session')).text) as { user: { id: string } };
  const requests = await Promise.all(
    Array.from({ length: waiting }, async () => {
      const message = { userId: user.id, platform: 'web', channel: 'page', language: 'ko' } as const;
      const words = { clientId: randomUUID(), text: '오늘 일정', timeZone: 'Asia/Seoul' };
      return (await intake.accept({ ...message, ...words })).requestId;
    }),
  );
  // Visibility is told by the same task that starts to wait: all of them have parked.
  await reached('every request waits', async () => {
    const query = `PanagerUser="${user.id}" AND PanagerWaitingFor="google"`;
    return (await client.workflow.count(query)).count >= waiting;
  });
  const first = await person.look(requests[0] ?? '');
  await person.connect(first.waitingFor[0]?.link ?? '', { account: 'minji@example.com' });
  await reached('every request is answered', async () => {
    const { rows } = await sql.query<{ count: string }>(
      'SELECT count(*) FROM request WHERE user_id = $1 AND ended_at IS NOT NULL',
      [user.id],
    );
    return Number(rows[0]?.count) === waiting;
  });
  const { rows } = await sql.query<{ connected: Date; ended: Date; id: string }>(
    `SELECT c.connected_at AS connected, r.ended_at AS ended, r.id
     FROM request r JOIN connection c ON c.user_id = r.user_id WHERE r.user_id = $1`,
    [user.id],
  );
  // The account is free for the next round's person.
  await sql.query(`UPDATE connection SET status = 'gone' WHERE user_id = $1`, [user.id]);

  const wakes: Wakes = { toTool: [], toAnswer: [] };
  for (const { connected, ended, id } of rows) {
    const again = await startedAt(client, `request-${id}`, BEFORE);
    wakes.toTool.push(again - connected.getTime());
    wakes.toAnswer.push(ended.getTime() - connected.getTime());
  }
  return wakes;
}

async function wakeReference({ client, referenceQueue }: Bench, waiting: number): Promise<Wakes> {
  const handles = await Promise.all(
    Array.from({ length: waiting }, () =>
      client.workflow.start(waiter, {
        workflowId: `reference-${randomUUID()}`,
        taskQueue: referenceQueue,
        args: [{ before: BEFORE, after: AFTER }],
      }),
    ),
  );
  for (const { workflowId } of handles) {
    await reached('the reference waits', async () => (await finishedActivities(client, workflowId)) === BEFORE);
  }
  const signalled = await Promise.all(
    handles.map(async (handle) => {
      const at = Date.now();
      await handle.signal(wakeSignal);
      return { handle, at };
    }),
  );
  const wakes: Wakes = { toTool: [], toAnswer: [] };
  for (const { handle, at } of signalled) {
    await handle.result();
    const { closeTime } = await handle.describe();
    wakes.toTool.push((await startedAt(client, handle.workflowId, BEFORE)) - at);
    wakes.toAnswer.push((closeTime?.getTime() ?? Number.NaN) - at);
  }
  return wakes;
}

/** When the n-th activity of a workflow (from 0) began, by the server's clock, in milliseconds since the epoch. */
async function startedAt(client: Client, workflowId: string, index: number): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const starts = (events ?? []).filter((event) => event.activityTaskStartedEventAttributes);
  const time = starts[index]?.eventTime;
  return Number(time?.seconds ?? Number.NaN) * 1000 + (time?.nanos ?? 0) / 1e6;
}

async function finishedActivities(client: Client, workflowId: string): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes).length;
}

async function reached(what: string, probe: () => Promise<boolean>): Promise<void> {
  if (!(await waitFor(probe, PATIENCE_MS, 20))) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
}

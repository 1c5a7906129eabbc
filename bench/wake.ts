import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createHttpPerson } from '../infra/local/http-person.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import { isParked, readWoken, type WokenHistory } from './history.ts';
import type { Bench } from './start-bench.ts';
import { percentile, type Entry, type Row } from './statistics.ts';
import { waits } from './trace.ts';

const PATIENCE_MS = 300_000;

/** One request or task that was woken: when the credential was committed, and what followed. */
type Woken = WokenHistory & { committed: number };

/**
 * One consent for `waiting` requests of one person, `rounds` times, each beside as many tasks of the reference. Times run
 * from the commit that makes the credential count; the answer is there when the last activity has ended.
 */
export async function benchWake(bench: Bench, waiting: number, rounds: number): Promise<Entry> {
  const ours: Woken[] = [];
  const reference: Woken[] = [];
  let lastWaits: string[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turn, so that a machine whose speed drifts treats both alike.
    reference.push(...(await wakeReference(bench, waiting)));
    const woken = await wakeOurs(bench, waiting);
    ours.push(...woken);
    if (round === rounds - 1) lastWaits = await waitsDuring(bench, woken);
  }
  const rows = STEPS.map(([what, step]): Row => ({ what, ours: ours.map(step), reference: reference.map(step) }));
  return { title: `${waiting} waiting`, rows, notes: lastWaits };
}

/** The two figures, and what they are made of. */
const STEPS: [string, (woken: Woken) => number][] = [
  ['commit to the tool running again', (woken) => at(woken, 0).started - woken.committed],
  ['  commit to signal accepted', (woken) => woken.signalled - woken.committed],
  ['  signal to tool running', (woken) => at(woken, 0).started - woken.signalled],
  ['commit to the answer', (woken) => at(woken, 2).ended - woken.committed],
  ['  the tool', (woken) => at(woken, 0).ended - at(woken, 0).started],
  ['  Temporal, to the next turn', (woken) => at(woken, 1).started - at(woken, 0).ended],
  ['  the turn', (woken) => at(woken, 1).ended - at(woken, 1).started],
  ['  Temporal, to the end', (woken) => at(woken, 2).started - at(woken, 1).ended],
  ['  the end', (woken) => at(woken, 2).ended - at(woken, 2).started],
];

function at({ activities }: Woken, index: number) {
  return activities[index] ?? { started: Number.NaN, ended: Number.NaN };
}

async function wakeOurs({ system, sql, intake, client }: Bench, waiting: number): Promise<Woken[]> {
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
  // The attempt's row was written last by the transaction that made the credential count.
  const { rows } = await sql.query<{ committed: number }>(
    `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS committed FROM attempt
     WHERE user_id = $1 AND status = 'granted'`,
    [user.id],
  );
  // The account is free for the next round's person.
  await sql.query(`UPDATE connection SET status = 'gone' WHERE user_id = $1`, [user.id]);
  const committed = rows[0]?.committed ?? Number.NaN;
  return histories(
    client,
    committed,
    requests.map((id) => `request-${id}`),
  );
}

async function wakeReference({ client, reference }: Bench, waiting: number): Promise<Woken[]> {
  const personId = await reference.newPerson();
  const tasks = await Promise.all(Array.from({ length: waiting }, () => reference.start(personId)));
  const taskIds = tasks.map(({ taskId }) => taskId);
  for (const taskId of taskIds) {
    await reached('the reference waits', () => isParked(client, `reference-${taskId}`));
  }
  const committed = await reference.connect(personId, taskIds);
  await reached('the reference is done', async () => (await reference.ended(personId)) === waiting);
  return histories(
    client,
    committed,
    taskIds.map((id) => `reference-${id}`),
  );
}

async function histories(client: Bench['client'], committed: number, workflowIds: string[]): Promise<Woken[]> {
  const woken: Woken[] = [];
  for (const workflowId of workflowIds) {
    await client.workflow.getHandle(workflowId).result();
    woken.push({ committed, ...(await readWoken(client, workflowId)) });
  }
  return woken;
}

async function waitsDuring({ dataDir }: Bench, woken: readonly Woken[]): Promise<string[]> {
  // The processes write what they have traced five times a second.
  await delay(500);
  const window: [number, number] = [
    percentile(
      woken.map(({ committed }) => committed),
      1,
    ),
    percentile(
      woken.map((each) => at(each, 2).ended),
      1,
    ),
  ];
  return (['gateway', 'orchestrator'] as const).map((name) => waits(dataDir, name, window, woken.length));
}

async function reached(what: string, probe: () => Promise<boolean>): Promise<void> {
  if (!(await waitFor(probe, PATIENCE_MS, 20))) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
}

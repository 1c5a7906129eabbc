import { randomUUID } from 'node:crypto';
import { createHttpPerson } from '../infra/local/http-person.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import { waiter } from './reference/workflows.ts';
import type { Bench } from './start-bench.ts';
import type { Row } from './statistics.ts';

/** From the message's POST to the first activity, beside a bare start of a workflow. Milliseconds. */
export async function benchIntake(bench: Bench, rounds: number): Promise<Row[]> {
  const person = createHttpPerson(bench.system.publicUrl);
  await person.signIn(randomUUID());
  const ours: number[] = [];
  const reference: number[] = [];
  for (let round = 0; round < rounds; round++) {
    reference.push(await startReference(bench));
    const at = Date.now();
    const requestId = await person.ask('안녕하세요');
    ours.push((await firstActivity(bench, `request-${requestId}`)) - at);
    await person.until(requestId, 'done');
  }
  return [{ what: 'message to first activity', ours, reference }];
}

async function startReference(bench: Bench): Promise<number> {
  const workflowId = `reference-${randomUUID()}`;
  const at = Date.now();
  const handle = await bench.client.workflow.start(waiter, {
    workflowId,
    taskQueue: bench.referenceQueue,
    args: [{ before: 1, after: 0 }],
  });
  const started = await firstActivity(bench, workflowId);
  await handle.terminate('measured');
  return started - at;
}

async function firstActivity({ client }: Bench, workflowId: string): Promise<number> {
  const time = await waitFor(
    async () => {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      return events?.find((event) => event.activityTaskStartedEventAttributes)?.eventTime;
    },
    30_000,
    10,
  );
  if (!time) throw new Error('no activity began within 30 s');
  return Number(time.seconds) * 1000 + (time.nanos ?? 0) / 1e6;
}

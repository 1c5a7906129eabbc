import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createHttpPerson } from '../infra/local/http-person.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import { firstActivity } from './history.ts';
import type { Bench } from './start-bench.ts';
import type { Entry } from './statistics.ts';
import { waits } from './trace.ts';

/** From the message's POST to the first activity, beside a bare start of a workflow. Milliseconds. */
export async function benchIntake(bench: Bench, rounds: number): Promise<Entry> {
  const person = createHttpPerson(bench.system.publicUrl);
  await person.signIn(randomUUID());
  const ours: number[] = [];
  const reference: number[] = [];
  let window: [number, number] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    reference.push(await startReference(bench));
    const at = performance.timeOrigin + performance.now();
    const requestId = await person.ask('안녕하세요');
    const began = await begun(bench, `request-${requestId}`);
    ours.push(began - at);
    window = [at, began];
    await person.until(requestId, 'done');
  }
  await delay(500);
  const notes = [waits(bench.dataDir, 'gateway', window, 1)];
  return { title: 'a message', rows: [{ what: 'message to first activity', ours, reference }], notes };
}

async function startReference(bench: Bench): Promise<number> {
  const { taskId, at } = await bench.reference.start(await bench.reference.newPerson());
  const started = await begun(bench, `reference-${taskId}`);
  await bench.client.workflow.getHandle(`reference-${taskId}`).terminate('measured');
  return started - at;
}

async function begun({ client }: Bench, workflowId: string): Promise<number> {
  const time = await waitFor(() => firstActivity(client, workflowId), 30_000, 10);
  if (time === undefined) throw new Error('no activity began within 30 s');
  return time;
}

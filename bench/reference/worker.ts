import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createGoogleCalendar } from '../../src/providers/google/google-calendar.ts';
import { createPool } from '../../src/providers/postgres/pool.ts';
import { createReferenceActivities } from './activities.ts';

/** The reference's own process, with the slots, cache and pool of the orchestrator. argv: address, queue, Google. */
const [address = '', taskQueue = '', baseUrl = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address });
const pool = createPool(process.env.DATABASE_URL ?? '', { max: 20, onIdleError: () => undefined });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
  activities: createReferenceActivities({ pool, calendar: createGoogleCalendar({ baseUrl, timeoutMs: 15_000 }) }),
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentActivityTaskExecutions: 100,
  maxCachedWorkflows: 2_000,
  nonStickyToStickyPollRatio: 0.5,
});
console.log('ready');
await worker.run();
await connection.close();
await pool.end();

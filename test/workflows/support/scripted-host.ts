import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { cancellationDetails, cancellationSignal, CompleteAsyncError, heartbeat } from '@temporalio/activity';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { ActivityParts, SandboxActivities } from '../../../activities/index.ts';
import { createPool } from '../../../src/providers/postgres/pool.ts';
import { createRunStore } from '../../../src/providers/postgres/run-store.ts';
import { createSandboxHosts } from '../../../src/providers/postgres/sandbox-hosts.ts';
import { callRunsOf } from '../../activities/support/projects.ts';
import type { Heart } from '../../support/heart.ts';
import { placementOf } from '../../support/placement.ts';
import { temporalAddress, temporalNamespace } from '../../support/servers.ts';

/** What this orchestrator needs to start runs. */
export const runPartsOf = (heart: Heart): Partial<ActivityParts> => ({
  callRuns: callRunsOf(heart),
  ...placementOf(heart),
});

/**
 * A container host without an engine: its queue, its rows and their role are real, and what a container would do is
 * written by the test. A command ends when it is told to, or stopped.
 */
export async function startScriptedHost(heart: Heart) {
  const host = `scripted-${randomUUID().slice(0, 8)}`;
  const pool = createPool(heart.database.roles.sandbox, { max: 4, onIdleError: () => undefined });
  const runs = createRunStore(pool);
  const steps: string[] = [];
  const finished = new Map<string, number>();
  const silent = new Set<string>();
  let cleaning = Promise.resolve();
  await createSandboxHosts(pool).seen({ id: host, capacity: 100, trouble: null });

  const step = (name: string, runId: string) => void steps.push(`${name} ${runId}`);
  const activities: SandboxActivities = {
    prepareRun({ runId }) {
      step('prepare', runId);
      return Promise.resolve({ executes: true });
    },
    async executeRun({ runId }) {
      step('execute', runId);
      await runs.began(runId);
      const text = 'hello from the container\n';
      const from = await runs.cursor(runId);
      const to = { position: text.length, stdout: text.length, stderr: 0, dropped: 0 };
      await runs.append(runId, from, to, [{ position: 0, stream: 'stdout', text }]);
      while (!finished.has(runId) && !cancellationSignal().aborted) {
        // As one that died: the server hears nothing more of it.
        if (silent.has(runId)) throw new CompleteAsyncError();
        heartbeat();
        await delay(50);
      }
      const exitCode = finished.get(runId);
      // As the real one: whoever is only given up leaves the run to others.
      if (exitCode === undefined && !cancellationDetails()?.cancelRequested) return;
      await runs.end(runId, exitCode === undefined ? { ending: 'stopped' } : { ending: 'exited', exitCode });
    },
    keepDiff({ runId }) {
      step('diff', runId);
      return Promise.resolve();
    },
    cleanRun({ runId }) {
      step('clean', runId);
      return cleaning;
    },
  };

  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const worker = await Worker.create({
    connection,
    namespace: temporalNamespace(),
    taskQueue: `sandbox-${host}`,
    identity: 'sandbox',
    activities,
    // Cancellation arrives with the answer to a heartbeat.
    maxHeartbeatThrottleInterval: '200 milliseconds',
    defaultHeartbeatThrottleInterval: '200 milliseconds',
  });
  const done = worker.run();

  return {
    runs,
    /** The command of this run exits. */
    finish: (runId: string, exitCode: number) => void finished.set(runId, exitCode),
    /** Nothing more is heard of the execution of this run. */
    fallSilent: (runId: string) => void silent.add(runId),
    /** What is cleaned from now on takes until what is returned is called. */
    holdCleaning() {
      let release = (): void => undefined;
      cleaning = new Promise((resolve) => (release = resolve));
      return () => {
        release();
        cleaning = Promise.resolve();
      };
    },
    stepsOf: (runId: string) => steps.filter((each) => each.endsWith(runId)).map((each) => each.split(' ')[0]),
    async close() {
      worker.shutdown();
      await done;
      await connection.close();
      await pool.end();
    },
  };
}

export type ScriptedHost = Awaited<ReturnType<typeof startScriptedHost>>;

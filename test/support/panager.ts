import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { walkConsent, type ConsentWalk } from '../../infra/local/google/walk-consent.ts';
import { createActivities, type ActivityParts } from '../../activities/index.ts';
import type { CallbackResult } from '../../src/connections/consent.ts';
import { createOfflinePlanner } from '../../src/providers/models/offline-planner.ts';
import { createOutbox } from '../../src/providers/postgres/outbox.ts';
import type { ConsentTimes } from '../../src/domain/consent-times.ts';
import type { Model } from '../../src/ports/model.ts';
import type { RequestView } from '../../src/ports/requests.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { createOutboxDelivery } from '../../src/temporal/deliver-outbox.ts';
import { startOutboxDispatcher } from '../../src/temporal/outbox-dispatcher.ts';
import { requestWorkflowId } from '../../src/temporal/workflow-ids.ts';
import { newRequest, startHeart, type Heart } from './heart.ts';
import { temporalAddress, temporalNamespace } from './servers.ts';
import { until } from './until.ts';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
/** Bundling costs a second: once per test file. */
let bundle: ReturnType<typeof bundleWorkflowCode> | undefined;

const quiet = new DefaultLogger('ERROR', () => undefined);

/**
 * The heart with a real Temporal server, an orchestrator in this process and a dispatcher; no HTTP. `more` adds what
 * only some orchestrators have.
 */
export async function startPanager(
  times: Partial<ConsentTimes> = {},
  model: Model = createOfflinePlanner(),
  more: (heart: Heart) => Partial<ActivityParts> = () => ({}),
) {
  const heart = await startHeart(times);
  const taskQueue = `test-${randomUUID()}`;
  const env = { TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: temporalNamespace() };
  const temporal = connectTemporal(env);
  const outbox = createOutbox(heart.pools.gateway);
  const deliver = createOutboxDelivery({ client: temporal.client, outbox, taskQueue, onFailure: () => undefined });
  const startDispatcher = () => startOutboxDispatcher({ outbox, deliver, pollMs: 100, onError: () => undefined });
  let dispatcher = startDispatcher();

  bundle ??= bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: quiet });
  const workflowBundle = await bundle;
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  const startWorker = async () => {
    const worker = await Worker.create({
      connection,
      namespace: env.TEMPORAL_NAMESPACE,
      taskQueue,
      // Recorded histories keep it: no machine's name in them.
      identity: 'orchestrator',
      workflowBundle,
      activities: createActivities({
        store: heart.store,
        vault: heart.vaults.orchestrator,
        index: heart.vaults.orchestrator,
        oauth: heart.oauth,
        stories: heart.stories,
        model,
        credentials: heart.credentials,
        calendar: heart.calendar,
        onUnexpected: (activity, error) => process.stderr.write(`${activity} failed unexpectedly: ${String(error)}\n`),
        ...more(heart),
      }),
    });
    const done = worker.run();
    return async () => {
      worker.shutdown();
      await done;
    };
  };
  let stopWorker = await startWorker();

  const view = async (userId: string, requestId: string): Promise<RequestView> => {
    const found = await heart.requests.find(userId, requestId);
    if (found === null) throw new Error('no such request of this person');
    return found;
  };

  return {
    heart,
    client: temporal.client,
    taskQueue,
    handle: (requestId: string) => temporal.client.workflow.getHandle(requestWorkflowId(requestId)),
    view,

    async ask(userId: string, text?: string): Promise<string> {
      const requestId = await newRequest(heart, userId, text);
      dispatcher.poke();
      return requestId;
    },

    /** Waits until the request's page shows `status`. @throws when it ends otherwise or takes longer than 15 s */
    reaches(userId: string, requestId: string, status: RequestView['status']): Promise<RequestView> {
      return until(`request is ${status}`, async () => {
        const current = await view(userId, requestId);
        if (current.status === status) return current;
        if (current.finishedAt !== null) throw new Error(`the request ended as ${current.status}: ${current.answer}`);
        return null;
      });
    },

    /** What a person does with the link in a browser, from our page to the answer of the callback. */
    async connect(
      userId: string,
      publicId: string,
      walk: ConsentWalk = { account: 'minji@example.com' },
    ): Promise<CallbackResult> {
      const started = await heart.consent.start(publicId, userId);
      if (started.kind !== 'started') throw new Error(`start answered ${started.kind}`);
      const back = await walkConsent(started.authorizationUrl, walk);
      const result = await heart.consent.receiveCallback({
        provider: 'google',
        redirectUri: `${back.origin}${back.pathname}`,
        state: back.searchParams.get('state'),
        code: back.searchParams.get('code'),
        error: back.searchParams.get('error'),
        iss: back.searchParams.get('iss'),
        malformed: false,
        bindSecretOf: () => started.bindSecret,
        userId,
      });
      dispatcher.poke();
      return result;
    },

    poke: () => dispatcher.poke(),
    /** Both emulated accounts are free for the next person. */
    forgetConnections: () => heart.pools.owner.query("UPDATE connection SET status = 'gone'"),

    /** Nothing reaches Temporal until `resumeDispatch`. */
    pauseDispatch: () => dispatcher.close(),
    resumeDispatch() {
      dispatcher = startDispatcher();
    },
    /** No workflow and no activity runs until `startWorker`. */
    stopWorker: () => stopWorker(),
    async startWorker() {
      stopWorker = await startWorker();
    },

    async close() {
      await dispatcher.close();
      await stopWorker();
      await connection.close();
      await temporal.close();
      await heart.close();
    },
  };
}

export type Panager = Awaited<ReturnType<typeof startPanager>>;

/** Keeps the SDK's own lines out of the test output; call once per file, before anything of Temporal. */
export function silenceTemporal(): void {
  Runtime.install({
    logger: quiet,
    telemetryOptions: { logging: { filter: 'OFF', forward: {} } },
    // Whoever is interrupted ends its workers in its own order.
    shutdownSignals: [],
  });
}

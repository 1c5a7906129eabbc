import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import type { DatabaseUrls } from '../../infra/local/servers/postgres.ts';
import type { Delivery, OutboxMessage } from '../../src/ports/outbox.ts';
import { createIntake } from '../../src/providers/postgres/intake.ts';
import { createOutbox } from '../../src/providers/postgres/outbox.ts';
import { createPool, type Pool } from '../../src/providers/postgres/pool.ts';
import { createSessions } from '../../src/providers/postgres/sessions.ts';
import { createStoryStore } from '../../src/providers/postgres/story-store.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { createOutboxDelivery } from '../../src/temporal/deliver-outbox.ts';
import { startOutboxDispatcher } from '../../src/temporal/outbox-dispatcher.ts';
import { keepJournal } from './journal.ts';
import { createPace } from './pace.ts';
import type { System } from './system.ts';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
/** Each of them belongs to a row, by which the story is found that it belongs to. */
const ACTIVITIES = ['think', 'callTool', 'finishRequest', 'repairAttempt', 'revokeGrant', 'destroyCredential'] as const;
export type ActivityName = (typeof ACTIVITIES)[number];
export type ActivityInput = { requestId: string; attemptId?: undefined } | { attemptId: string; requestId?: undefined };

/** What servers and dispatcher ask a story that is being played. */
export interface Played {
  /** One execution of an activity of this story. */
  perform(name: ActivityName, input: ActivityInput): Promise<unknown>;
  /** The dispatcher has taken a row of this story; `send` calls Temporal. */
  deliver(rowId: string, message: OutboxMessage, send: () => Promise<Delivery>): Promise<Delivery>;
}

const quiet = new DefaultLogger('ERROR', () => undefined);

/**
 * What all stories share: one database with its journal, one Temporal server, one dispatcher, and one worker for each set
 * of workflows. Stories of different people play side by side on it.
 */
export async function openTheatre(servers: {
  database: DatabaseUrls;
  temporal: { address: string; namespace: string };
}) {
  const { database, temporal: place } = servers;
  const ignore = () => undefined;
  const openPools = () => ({
    gateway: createPool(database.roles.gateway, { max: 6, onIdleError: ignore }),
    orchestrator: createPool(database.roles.orchestrator, { max: 10, onIdleError: ignore }),
  });
  const owner = createPool(database.owner, { max: 6, onIdleError: ignore });
  await keepJournal(owner);
  const pools = openPools();
  /** Each system names the statements that it prepares, so none shares a connection with another. */
  const poolsOf = new Map<System, ReturnType<typeof openPools>>();
  const temporal = connectTemporal({ TEMPORAL_ADDRESS: place.address, TEMPORAL_NAMESPACE: place.namespace });
  const connection = await NativeConnection.connect({ address: place.address });
  const outbox = createOutbox(pools.gateway);

  /** By every id that an activity or an outbox row may name. */
  const played = new Map<string, Played>();
  const deliveries = new Map<Played, (message: OutboxMessage) => Promise<Delivery>>();
  const stages = new Map<string | null, Promise<{ taskQueue: string; close: () => Promise<void> }>>();

  const dispatcher = startOutboxDispatcher({
    outbox,
    pollMs: 100,
    onError: ignore,
    async deliver(message) {
      const story = played.get(message.subjectId);
      const send = story && deliveries.get(story);
      if (story === undefined || send === undefined) return 'later';
      // The adapter hands over its whole row.
      const { id } = message as OutboxMessage & { id: string };
      return story.deliver(id, message, () => send(message));
    },
  });

  const activities = Object.fromEntries(
    ACTIVITIES.map((name) => [
      name,
      (input: ActivityInput) => {
        const story = played.get(input.requestId ?? input.attemptId);
        if (story === undefined) throw ApplicationFailure.nonRetryable('this story is over', 'storyOver');
        return story.perform(name, input);
      },
    ]),
  );

  /** A worker with these workflows; activities are found by their rows, whatever system they are of. */
  const openStage = async (workflowsPath: string) => {
    const taskQueue = `test-${randomUUID()}`;
    const worker = await Worker.create({
      connection,
      namespace: place.namespace,
      taskQueue,
      workflowBundle: await bundleWorkflowCode({ workflowsPath, logger: quiet }),
      activities,
      // What stands at a barrier keeps its slot.
      maxConcurrentActivityTaskExecutions: 2_000,
      shutdownGraceTime: '1 second',
      shutdownForceTime: '5 seconds',
    });
    const done = worker.run();
    return {
      taskQueue,
      async close() {
        worker.shutdown();
        await done;
      },
    };
  };

  return {
    owner,
    pace: createPace(),
    client: temporal.client,
    intake: createIntake(pools.gateway),
    sessions: createSessions(pools.gateway),
    stories: createStoryStore(pools.orchestrator),
    poke: () => dispatcher.poke(),

    poolsOf(system: System): Pools {
      const found = poolsOf.get(system) ?? openPools();
      poolsOf.set(system, found);
      return found;
    },

    /** Bundles the workflows of a system, if nobody has: nothing else runs in this process meanwhile. */
    async prepare({ editedWorkflows: path }: System): Promise<void> {
      const stage = stages.get(path) ?? openStage(path ?? WORKFLOWS);
      stages.set(path, stage);
      await stage;
    },

    /** Makes a story known before its first row is written; `about` adds an id to it. */
    async enter(system: System, story: Played) {
      const stage = await stages.get(system.editedWorkflows);
      if (stage === undefined) throw new Error('a system is prepared before its first story');
      const { taskQueue } = stage;
      deliveries.set(
        story,
        createOutboxDelivery({ client: temporal.client, outbox, taskQueue, onFailure: () => undefined }),
      );
      const ids: string[] = [];
      return {
        about(id: string): void {
          ids.push(id);
          played.set(id, story);
        },
        leave(): void {
          for (const id of ids) played.delete(id);
          deliveries.delete(story);
        },
      };
    },

    async close() {
      await dispatcher.close();
      await Promise.all([...stages.values()].map(async (stage) => (await stage).close()));
      await connection.close();
      await temporal.close();
      const all = [pools, ...poolsOf.values()].flatMap((some) => Object.values(some));
      await Promise.all([owner, ...all].map((pool) => pool.end()));
    },
  };
}

export type Pools = Record<'gateway' | 'orchestrator', Pool>;
export type Theatre = Awaited<ReturnType<typeof openTheatre>>;

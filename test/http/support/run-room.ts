import { randomUUID } from 'node:crypto';
import type { LogStream, RunEnding } from '../../../src/domain/runs.ts';
import type { RunAnswer } from '../../../src/http/contract.ts';
import type { User } from '../../../src/ports/sessions.ts';
import { createEventFeed } from '../../../src/providers/postgres/event-feed.ts';
import { listen } from '../../../src/providers/postgres/listener.ts';
import { createProjects } from '../../../src/providers/postgres/projects.ts';
import { createRunStore } from '../../../src/providers/postgres/run-store.ts';
import { createRuns, type RunCaps } from '../../../src/providers/postgres/runs.ts';
import { createSandboxHosts } from '../../../src/providers/postgres/sandbox-hosts.ts';
import { createSubscribers } from '../../../src/providers/postgres/subscribers.ts';
import { startDatabase } from '../../postgres/support/database.ts';
import { until } from '../../support/until.ts';
import { startHttp } from '../http-fixture.ts';
import type { Given } from '../http-fixture.ts';

const HOST = 'host-1';
const NO_CAPS: RunCaps = { atOnce: 1_000, daily: null, minutes: null };

export type RunRoom = Awaited<ReturnType<typeof openRunRoom>>;

/** The real rows of projects and runs, with hands on both sides: the gateway's, and those of a sandbox worker. */
export async function openRunRoom() {
  const database = await startDatabase();
  const store = createRunStore(database.sandbox);
  const placement = createRunStore(database.orchestrator);
  await createSandboxHosts(database.sandbox).seen({ id: HOST, capacity: 1_000, trouble: null });
  const feed = createEventFeed(database.gateway);
  const runLogs = createSubscribers();
  let isListening = false;
  const listener = listen(database.database.roles.gateway, ['panager_event', 'panager_run_log'], {
    onNotify: (channel, payload) => (channel === 'panager_event' ? feed.announce(payload) : runLogs.announce(payload)),
    onConnect: () => (isListening = true),
  });
  await until('the listener listens', async () => (isListening ? true : null));

  const parts = (caps: RunCaps = NO_CAPS) => ({
    projects: createProjects(database.gateway, caps),
    runs: createRuns(database.gateway, caps),
    runLogs,
    feed,
  });
  const { projects, runs } = parts();

  async function newProject(userId: string): Promise<string> {
    const created = await projects.create({ userId, name: randomUUID(), cloneUrl: 'https://git.example.org/a/b' });
    if (created === 'duplicateName') throw new Error('there are two of one random name');
    return created.id;
  }

  async function newRun(userId: string, projectId?: string): Promise<string> {
    const command = ['node', '--version'];
    const run = await runs.start({ userId, projectId: projectId ?? (await newProject(userId)), command });
    if (run === 'notFound') throw new Error('its project is not there');
    return run.id;
  }

  return {
    database,
    store,
    projects,
    runs,
    newProject,
    newRun,

    async newUser(name: string): Promise<User> {
      return { id: await database.newPerson(), name, language: 'ko' };
    },

    /** The real routes over these rows. */
    serve: (given: Given & { caps?: RunCaps } = {}) => startHttp({ ...parts(given.caps), ...given }),

    /** As far as a worker brings it before its command says anything. */
    async begin(runId: string): Promise<void> {
      await placement.place(runId, 10 * 60_000);
      await store.began(runId);
    },

    async append(runId: string, ...said: [LogStream, string][]): Promise<void> {
      const from = await store.cursor(runId);
      let position = from.position;
      const pieces = said.map(([stream, text]) => {
        const piece = { position, stream, text };
        position += text.length;
        return piece;
      });
      const stdout = from.stdout + (position - from.position);
      if ((await store.append(runId, from, { ...from, position, stdout }, pieces)) === 'stale') {
        throw new Error('somebody else appends too');
      }
    },

    end: (runId: string, ending: RunEnding = 'exited') =>
      store.end(runId, { ending, exitCode: ending === 'exited' ? 0 : null }),

    outboxOf: async (subjectId: string): Promise<string[]> =>
      (
        await database.owner.query<{ kind: string }>('SELECT kind FROM outbox WHERE subject_id = $1 ORDER BY id', [
          subjectId,
        ])
      ).rows.map(({ kind }) => kind),

    async close(): Promise<void> {
      await listener.close();
      await database.close();
    },
  };
}

/** What a stream of a log has said, its pieces joined. */
export function logOf(events: readonly { event: string; data: unknown }[]): string {
  return events
    .filter(({ event }) => event === 'stdout' || event === 'stderr')
    .map(({ data }) => (data as { text: string }).text)
    .join('');
}

export function statusesOf(events: readonly { event: string; data: unknown }[]): RunAnswer['status'][] {
  return events.filter(({ event }) => event === 'status').map(({ data }) => (data as RunAnswer).status);
}

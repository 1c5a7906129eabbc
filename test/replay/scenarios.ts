import { authCompleted, replyChanged } from '../../workflows/messages.ts';
import { newPerson } from '../support/heart.ts';
import { newProject } from '../activities/support/projects.ts';
import { askInDiscord, newDiscordUser, type DiscordUser } from '../activities/support/discord-requests.ts';
import type { DiscordPeer } from '../support/discord/peer.ts';
import type { Panager } from '../support/panager.ts';
import { until } from '../support/until.ts';
import type { ScriptedHost } from '../workflows/support/scripted-host.ts';

/** One life of a request, or of the run that it started; returns its id. `open` ones are recorded while they still run. */
export interface Scenario {
  of?: 'run';
  open?: true;
  /** Milliseconds until the wait for consent gives up, when it matters. */
  waitMs?: number;
  live(panager: Panager, discord: DiscordPeer, host: ScriptedHost): Promise<string>;
}

export const SCENARIOS: Record<string, Scenario> = {
  'answered-at-once': {
    async live(panager) {
      const userId = await newPerson(panager.heart);
      const requestId = await panager.ask(userId, '안녕하세요');
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  waited: {
    async live(panager) {
      const { userId, requestId, link } = await waiting(panager);
      await panager.connect(userId, link);
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  'waited-with-two-calls': {
    async live(panager) {
      const { userId, requestId, link } = await waiting(panager, '오늘이랑 다음 주 일정');
      await panager.connect(userId, link);
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  'denied-then-granted': {
    async live(panager) {
      const { userId, requestId, link } = await waiting(panager);
      await panager.connect(userId, link, { account: 'minji@example.com', decision: 'deny' });
      await until('the denial has arrived', () => signalsOf(panager, requestId, 1));
      await panager.connect(userId, link);
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  skipped: {
    async live(panager) {
      const { userId, requestId, flowId } = await waiting(panager);
      await panager.heart.consent.choose({ requestId, userId, flowId, choice: 'skip' });
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  'cancelled-while-waiting': {
    async live(panager) {
      const { userId, requestId } = await waiting(panager);
      await panager.heart.consent.cancel(requestId, userId);
      await panager.handle(requestId).result();
      return requestId;
    },
  },
  'signal-before-wait': {
    async live(panager) {
      const userId = await newPerson(panager.heart);
      await panager.stopWorker();
      const requestId = await panager.ask(userId);
      await until('the workflow is there', () =>
        panager
          .handle(requestId)
          .signal(authCompleted, { flowId: requestId, outcome: 'failed', eventId: 'early' })
          .then(
            () => true,
            () => null,
          ),
      );
      await panager.startWorker();
      const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
      await panager.connect(userId, waitingFor[0]?.publicId ?? '');
      await panager.reaches(userId, requestId, 'done');
      return requestId;
    },
  },
  deadline: {
    waitMs: 1_500,
    async live(panager) {
      const { userId, requestId } = await waiting(panager);
      await panager.reaches(userId, requestId, 'expired');
      return requestId;
    },
  },
  'open-waiting': {
    open: true,
    async live(panager) {
      const { requestId } = await waiting(panager);
      return requestId;
    },
  },
  'open-denied': {
    open: true,
    async live(panager) {
      const { userId, requestId, link } = await waiting(panager);
      await panager.connect(userId, link, { account: 'minji@example.com', decision: 'deny' });
      await until('the denial was looked at', () => signalsOf(panager, requestId, 1));
      await until('the call has looked again', async () =>
        (await callToolsOf(panager, requestId)) >= 2 ? true : null,
      );
      return requestId;
    },
  },
  'ran-in-project': {
    async live(panager, _discord, host) {
      return (await ranInProject(panager, host)).requestId;
    },
  },
  'cancelled-while-running': {
    async live(panager) {
      const { userId, requestId } = await runningInProject(panager);
      await panager.heart.consent.cancel(requestId, userId);
      await panager.handle(requestId).result();
      return requestId;
    },
  },
  'open-running': {
    open: true,
    async live(panager) {
      return (await runningInProject(panager)).requestId;
    },
  },
  'run-executed': {
    of: 'run',
    async live(panager, _discord, host) {
      return (await ranInProject(panager, host)).runId;
    },
  },
  'run-stopped': {
    of: 'run',
    async live(panager) {
      const { runId } = await runningInProject(panager);
      await panager.client.workflow.getHandle(`run-${runId}`).cancel();
      return runId;
    },
  },
  'run-stopped-while-its-host-dies': {
    of: 'run',
    async live(panager, _discord, host) {
      const { runId } = await runningInProject(panager);
      host.fallSilent(runId);
      await panager.client.workflow.getHandle(`run-${runId}`).cancel();
      return runId;
    },
  },
  'open-run-executing': {
    of: 'run',
    open: true,
    async live(panager) {
      return (await runningInProject(panager)).runId;
    },
  },
  'open-run-cleaning': {
    of: 'run',
    open: true,
    async live(panager, _discord, host) {
      const release = host.holdCleaning();
      const { runId } = await runningInProject(panager);
      host.finish(runId, 0);
      await until('it is cleaned up', () => Promise.resolve(host.stepsOf(runId).includes('clean') || null));
      release();
      return runId;
    },
  },
  'discord-answered-at-once': {
    async live(panager, discord) {
      const { requestId } = await askedInDiscord(panager, discord, '안녕하세요');
      return requestId;
    },
  },
  'discord-waited': {
    async live(panager, discord) {
      const { user, requestId, link } = await waitingInDiscord(panager, discord);
      await panager.connect(user.userId, link);
      return requestId;
    },
  },
  'discord-reminded-then-cancelled': {
    async live(panager, discord) {
      const { user, requestId } = await waitingInDiscord(panager, discord);
      await panager.heart.pools.owner.query(
        `UPDATE waiter SET deadline = now() + interval '59 minutes' WHERE request_id = $1`,
        [requestId],
      );
      await panager.handle(requestId).signal(replyChanged, { eventId: 'sooner' });
      await until('the reminder is there', async () =>
        discord.ledger.fromBot(user.person.channelId).length > 1 ? true : null,
      );
      await panager.heart.consent.cancel(requestId, user.userId);
      return requestId;
    },
  },
  'discord-undeliverable': {
    async live(panager, discord) {
      const user = await newDiscordUser(panager.heart, discord);
      discord.closeDms(user.person);
      const { requestId } = await askedInDiscord(panager, discord, '안녕하세요', user);
      return requestId;
    },
  },
  'open-discord-waiting': {
    open: true,
    async live(panager, discord) {
      const { requestId } = await waitingInDiscord(panager, discord);
      return requestId;
    },
  },
};

async function waiting(panager: Panager, text?: string) {
  const userId = await newPerson(panager.heart);
  const requestId = await panager.ask(userId, text);
  const { waitingFor } = await panager.reaches(userId, requestId, 'waiting');
  const [wait] = waitingFor;
  if (!wait) throw new Error('a waiting request names what it waits for');
  // The page knows a moment before the workflow does: its history must hold the wait.
  await until('the workflow waits', async () => {
    const { events } = await panager.handle(requestId).fetchHistory();
    return events?.some((event) => event.timerStartedEventAttributes) ? true : null;
  });
  return { userId, requestId, link: wait.publicId, flowId: wait.flowId };
}

async function runningInProject(panager: Panager) {
  const userId = await newPerson(panager.heart);
  await newProject(panager.heart, userId);
  const requestId = await panager.ask(userId, 'run npm test in demo');
  const runId = await until('the command runs', async () => {
    const sql = 'SELECT id FROM run WHERE request_id = $1::uuid AND started_at IS NOT NULL';
    return (await panager.heart.pools.owner.query<{ id: string }>(sql, [requestId])).rows[0]?.id ?? null;
  });
  await until('its request knows that it runs', async () => {
    const { events } = await panager.handle(requestId).fetchHistory();
    return events?.some((event) => event.childWorkflowExecutionStartedEventAttributes) ? true : null;
  });
  return { userId, requestId, runId };
}

async function ranInProject(panager: Panager, host: ScriptedHost) {
  const { userId, requestId, runId } = await runningInProject(panager);
  host.finish(runId, 0);
  await panager.reaches(userId, requestId, 'done');
  return { requestId, runId };
}

async function signalsOf(panager: Panager, requestId: string, count: number): Promise<true | null> {
  const { events } = await panager.handle(requestId).fetchHistory();
  const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
  return signals.length >= count ? true : null;
}

async function callToolsOf(panager: Panager, requestId: string): Promise<number> {
  const { events } = await panager.handle(requestId).fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'callTool')
    .length;
}

async function askedInDiscord(panager: Panager, discord: DiscordPeer, text?: string, known?: DiscordUser) {
  const user = known ?? (await newDiscordUser(panager.heart, discord));
  const { requestId } = await askInDiscord(panager.heart, discord, user, text);
  panager.poke();
  await until('the workflow is there', () =>
    panager
      .handle(requestId)
      .describe()
      .catch(() => null),
  );
  return { user, requestId };
}

async function waitingInDiscord(panager: Panager, discord: DiscordPeer) {
  const { user, requestId } = await askedInDiscord(panager, discord);
  const link = await until('the prompt is there', async () => {
    const [message] = discord.ledger.fromBot(user.person.channelId);
    return /connect\/([\w-]+)/.exec(JSON.stringify(message?.components ?? []))?.[1] ?? null;
  });
  return { user, requestId, link };
}

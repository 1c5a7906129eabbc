import { setTimeout as delay } from 'node:timers/promises';
import { Events, GatewayDispatchEvents, REST, type Client, type GatewayMessageCreateDispatchData } from 'discord.js';
import type { Consent } from '../connections/consent.ts';
import type { Provider } from '../domain/words.ts';
import type { Logger } from '../logger.ts';
import type { Conversations } from '../ports/conversations.ts';
import type { People } from '../ports/people.ts';
import type { ConnectionReader, Intake, RequestReader } from '../ports/requests.ts';
import type { Projects } from '../ports/runs.ts';
import { accountsCommand } from './commands/accounts.ts';
import { cancelCommand } from './commands/cancel.ts';
import { connectCommand } from './commands/connect.ts';
import { helpCommand } from './commands/help.ts';
import { pendingCommand } from './commands/pending.ts';
import { registerCommands } from './commands/register-commands.ts';
import { runCommand } from './commands/run.ts';
import { directMessageOf } from './direct-message.ts';
import { createDiscordClient } from './discord-client.ts';
import { createInbox } from './inbox.ts';
import { createInteractions } from './interactions.ts';
import { keepConnected, type ConnectionState } from './keep-connected.ts';
import { createLateNotices } from './late-notices.ts';
import { createMissedMessages } from './missed-messages.ts';
import { createNotices } from './notices.ts';
import { createPrivateAnswers } from './private-answers.ts';
import { createReconnectGate } from './reconnect-gate.ts';
import { rememberServedPeople } from './remember-served-people.ts';
import { discordSettings } from './settings.ts';
import { createTakeMessage } from './take-message.ts';

const REST_TIMEOUT_MS = 15_000;
const REGISTER_AGAIN_MS = 30_000;

export interface DiscordOptions {
  /** The bot's. */
  token: string;
  apiUrl: string | null;
  gatewayUrl: string | null;
  publicUrl: string;
  /** Which can be connected here, and which of them are pretend ones. */
  providers: readonly Provider[];
  emulated: readonly string[];
  people: People;
  conversations: Conversations;
  intake: Intake;
  requests: RequestReader;
  connections: ConnectionReader;
  consent: Consent;
  /** Left out where no containers are served. */
  projects?: Pick<Projects, 'list'>;
  /** Whether this Discord user is among the people served here (MO-3). */
  isServed: (userId: string, signal: AbortSignal) => Promise<boolean>;
  pokeOutbox: () => void;
  logger: Logger;
  /** Pauses, for tests. */
  pauses?: { identifySpacingMs?: number; firstPauseMs?: number; lateAfterMs?: number };
}

export interface Discord {
  /** For readiness: HTTP is served whatever this says. */
  state(): ConnectionState;
  close(): Promise<void>;
}

/** The inbound half of Discord: direct messages become requests, buttons and commands act. Answers are not sent here. */
export function startDiscord(options: DiscordOptions): Discord {
  const { token, apiUrl, gatewayUrl, logger, projects, pauses = {} } = options;
  const rest = new REST({ ...(apiUrl === null ? {} : { api: apiUrl }), timeout: REST_TIMEOUT_MS }).setToken(token);
  const served = rememberServedPeople(options.isServed);
  const settings = discordSettings(options);
  const notices = createNotices(rest);
  const lateNotices = createLateNotices({
    ...{ requests: options.requests, notices, rest, logger },
    ...(pauses.lateAfterMs === undefined ? {} : { lateAfterMs: pauses.lateAfterMs }),
  });
  const inbox = createInbox({
    take: createTakeMessage({ ...options, served, notices, lateNotices }),
    missedMessages: createMissedMessages(rest),
    conversations: options.conversations,
    logger,
  });
  const commands = [
    pendingCommand({ ...options, settings }),
    cancelCommand(options),
    accountsCommand({ ...options, settings }),
    connectCommand({ ...options, settings }),
    ...(projects ? [runCommand({ ...options, projects, rest, notices, settings })] : []),
    helpCommand({ runs: projects !== undefined }),
  ];
  const onInteraction = createInteractions({
    ...options,
    ...{ commands, served, settings, answers: createPrivateAnswers(rest) },
  });
  const stopping = new AbortController();
  const working = new Set<Promise<void>>();
  const watched = (work: Promise<void>): void => {
    const done = work.finally(() => working.delete(done));
    working.add(done);
  };

  const register = async (applicationId: string): Promise<void> => {
    const definitions = commands.map(({ definition }) => definition);
    while (!stopping.signal.aborted) {
      try {
        if (await registerCommands(rest, applicationId, definitions))
          logger.info('commands were registered at Discord');
        return;
      } catch (err) {
        logger.warn({ err }, 'commands could not be registered at Discord; trying again');
        await delay(REGISTER_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const listenTo = (client: Client): void => {
    // As they come from the gateway: the library would queue messages and drop those whose channel it does not know.
    client.ws.on(GatewayDispatchEvents.Ready, () => inbox.sessionBegan());
    client.ws.on(GatewayDispatchEvents.MessageCreate, (data: GatewayMessageCreateDispatchData) => {
      const message = directMessageOf(data);
      if (message !== null) inbox.receive(message);
    });
    client.on(Events.InteractionCreate, (interaction) => watched(onInteraction(interaction)));
    client.once(Events.ClientReady, ({ application }) => watched(register(application.id)));
  };

  const connection = keepConnected({
    ...{ token, logger },
    ...(pauses.firstPauseMs === undefined ? {} : { firstPauseMs: pauses.firstPauseMs }),
    createClient() {
      const gate = createReconnectGate();
      const client = createDiscordClient({
        ...{ apiUrl, gatewayUrl, gate },
        ...(pauses.identifySpacingMs === undefined ? {} : { identifySpacingMs: pauses.identifySpacingMs }),
        onBudgetEmpty: (resetAfterMs) =>
          logger.error(
            { alarm: true, resetAfterMs },
            'no IDENTIFY is left today: Discord is connected again after the reset',
          ),
      });
      listenTo(client);
      return { client, gate };
    },
  });

  return {
    state: connection.state,
    async close() {
      stopping.abort();
      await connection.close();
      await inbox.close();
      await lateNotices.close();
      await Promise.all(working);
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readGatewayConfig, type DiscordConfig } from './config.ts';
import { createConsent } from './connections/create-consent.ts';
import { startDiscord } from './discord/start-discord.ts';
import { exitOnConfigError } from './exit-on-config-error.ts';
import type { DiscordParts } from './http/parts.ts';
import { createServer } from './http/server.ts';
import { createLogger } from './logger.ts';
import { createDiscordRest } from './providers/discord/discord-rest.ts';
import { RUNS_AT_ONCE } from './domain/runs.ts';
import { createDiscordSignIn } from './providers/discord/discord-sign-in.ts';
import { createOperatorAlarms } from './providers/discord/operator-alarms.ts';
import { createServedPeople } from './providers/discord/served-people.ts';
import { createGoogleOAuth } from './providers/google/google-oauth.ts';
import { oauthProviders } from './providers/oauth/oauth-providers.ts';
import { createConnectionReader } from './providers/postgres/connection-reader.ts';
import { createConsentStore } from './providers/postgres/consent-store.ts';
import { createConversations } from './providers/postgres/conversations.ts';
import { createEventFeed } from './providers/postgres/event-feed.ts';
import { createIntake } from './providers/postgres/intake.ts';
import { listen } from './providers/postgres/listener.ts';
import { createLogins } from './providers/postgres/logins.ts';
import { createOutbox } from './providers/postgres/outbox.ts';
import { createPeople } from './providers/postgres/people.ts';
import { createPool } from './providers/postgres/pool.ts';
import { createProjects } from './providers/postgres/projects.ts';
import { createRequestReader } from './providers/postgres/request-reader.ts';
import { createRuns } from './providers/postgres/runs.ts';
import { createSessions } from './providers/postgres/sessions.ts';
import { createSubscribers } from './providers/postgres/subscribers.ts';
import { createCredentialVault } from './providers/vault.ts';
import { connectTemporal } from './temporal/connect.ts';
import { createOutboxDelivery } from './temporal/deliver-outbox.ts';
import { startOutboxDispatcher } from './temporal/outbox-dispatcher.ts';

/** The gateway: HTTP, OAuth callbacks, event streams, Discord's messages, and the dispatcher that carries the outbox to Temporal. */
const config = exitOnConfigError(() => readGatewayConfig(process.env));
/** Until there is a bot, an alarm is a line in the log and no more. */
let tellOperators: (words: string) => void = () => undefined;
const logger = createLogger({ name: 'gateway', level: config.logLevel, onAlarm: (words) => tellOperators(words) });
const rest = config.discord && createDiscordRest({ ...config.discord, logger });
if (rest) tellOperators = createOperatorAlarms({ operators: config.operators, rest, process: 'gateway', logger });
const pool = createPool(config.databaseUrl, { max: 20, onIdleError: (err) => logger.warn({ err }, 'database lost') });

const { baseUrl, ...client } = config.google;
const google = createGoogleOAuth({
  ...client,
  ...(baseUrl === null ? {} : { baseUrl }),
  redirectUri: `${config.publicUrl}/oauth/google/callback`,
});
const vault = createCredentialVault({ ...config.vault, logger });

const temporal = connectTemporal(process.env);
const outbox = createOutbox(pool);
const dispatcher = startOutboxDispatcher({
  outbox,
  deliver: createOutboxDelivery({
    client: temporal.client,
    outbox,
    onFailure: (kind, err) => logger.warn({ kind, err }, 'Temporal did not take it yet'),
  }),
  onError: (err) => logger.warn({ err }, 'the outbox could not be read'),
});

const feed = createEventFeed(pool);
const runLogs = createSubscribers();
const onNotify: Record<string, (payload: string) => void> = {
  panager_outbox: dispatcher.poke,
  panager_event: feed.announce,
  panager_run_log: runLogs.announce,
};
const listener = listen(config.databaseUrl, Object.keys(onNotify), {
  onNotify: (channel, payload) => onNotify[channel]?.(payload),
  onConnect: () => {
    dispatcher.poke();
    feed.announce(null);
    runLogs.announce(null);
  },
});

/** Signing in with Discord. */
function createDiscordParts({ token, clientId, clientSecret, apiUrl }: DiscordConfig): DiscordParts {
  const { publicUrl, allowedUsers, allowedGuilds } = config;
  const api = apiUrl === null ? {} : { apiUrl };
  const redirectUri = `${publicUrl}/oauth/discord/callback`;
  return {
    signIn: createDiscordSignIn({ clientId, clientSecret, redirectUri, ...api, logger }),
    logins: createLogins(pool),
    isServed: createServedPeople({ allowedUsers, allowedGuilds, token, ...api, logger }),
  };
}

/** MO-3. */
const runCaps = { atOnce: RUNS_AT_ONCE, daily: config.daily.runs, minutes: config.daily.containerMinutes };

/** What every platform has its requests from. */
const platform = {
  intake: createIntake(pool, { dailyRequests: config.daily.requests }),
  requests: createRequestReader(pool),
  connections: createConnectionReader(pool),
  consent: createConsent({
    store: createConsentStore(pool),
    vault,
    oauth: oauthProviders(google),
    poke: dispatcher.poke,
  }),
  pokeOutbox: dispatcher.poke,
  logger,
};
const discordParts = config.discord && createDiscordParts(config.discord);

const webRoot = fileURLToPath(new URL('../dist/web', import.meta.url));
const server = createServer({
  settings: {
    publicUrl: config.publicUrl,
    mode: config.mode,
    trustProxy: config.trustProxy,
    emulated: config.emulated,
    offlinePlanner: true,
    deployment: config.deployment,
    allowedUsers: config.allowedUsers.length > 0 ? config.allowedUsers : null,
    providers: [{ ...google, emulated: config.emulated.includes('google') }],
  },
  ...platform,
  sessions: createSessions(pool, {
    issuer: config.discord ? 'https://discord.com' : 'local',
    // Members of a server are looked up when they sign in.
    subjects: config.allowedUsers.length > 0 && config.allowedGuilds.length === 0 ? config.allowedUsers : null,
  }),
  discord: discordParts,
  feed,
  projects: createProjects(pool, runCaps),
  runs: createRuns(pool, runCaps),
  runLogs,
  readiness: async () => (await pool.query('SELECT 1')).rowCount === 1,
  webRoot: existsSync(webRoot) ? webRoot : null,
});

const { port } = await server.listen(config.port);
logger.info({ port, publicUrl: config.publicUrl }, 'gateway is ready');

// After HTTP, which is served whether Discord answers or not.
const discord =
  config.discord &&
  discordParts &&
  startDiscord({
    ...config.discord,
    ...platform,
    publicUrl: config.publicUrl,
    providers: ['google'],
    emulated: config.emulated,
    isServed: discordParts.isServed,
    ...(config.deployment === 'cloud' && { projects: createProjects(pool, runCaps) }),
    people: createPeople(pool),
    conversations: createConversations(pool),
  });

const stop = async (): Promise<void> => {
  await Promise.all([server.close(), discord?.close()]);
  await listener.close();
  await dispatcher.close();
  await temporal.close();
  vault.close();
  rest?.close();
  await pool.end();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());

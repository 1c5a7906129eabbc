import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { readOrchestratorConfig } from '../src/config.ts';
import { createCredentials } from '../src/connections/credentials.ts';
import { createLogger } from '../src/logger.ts';
import { createDiscordPlatform } from '../src/providers/discord/discord-platform.ts';
import { createDiscordRest } from '../src/providers/discord/discord-rest.ts';
import { createOperatorAlarms } from '../src/providers/discord/operator-alarms.ts';
import { createGoogleCalendar } from '../src/providers/google/google-calendar.ts';
import { createGoogleOAuth } from '../src/providers/google/google-oauth.ts';
import { createOfflinePlanner } from '../src/providers/models/offline-planner.ts';
import { oauthProviders } from '../src/providers/oauth/oauth-providers.ts';
import { createCallRuns } from '../src/providers/postgres/call-runs.ts';
import { createConsentStore } from '../src/providers/postgres/consent-store.ts';
import { createPool } from '../src/providers/postgres/pool.ts';
import { createReplyStore } from '../src/providers/postgres/reply-store.ts';
import { createRequestReader } from '../src/providers/postgres/request-reader.ts';
import { createRunStore } from '../src/providers/postgres/run-store.ts';
import { createStoryStore } from '../src/providers/postgres/story-store.ts';
import { createCredentialVault } from '../src/providers/vault.ts';
import { createVaultConnection } from '../src/providers/vault-connection.ts';
import { createSecretLender } from '../src/providers/vault-run-secrets.ts';
import { connectTemporal, temporalConnection } from '../src/temporal/connect.ts';
import { ensureSchedules } from '../src/temporal/schedules.ts';
import { PANAGER_TASK_QUEUE } from '../src/temporal/task-queues.ts';
import { RUNS_AT_ONCE } from '../src/domain/runs.ts';
import { exitOnConfigError } from '../src/exit-on-config-error.ts';

/** The orchestrator: workflows and ordinary activities. Start as many as you like; all state is elsewhere. */
const config = exitOnConfigError(() => readOrchestratorConfig(process.env));
/** Until there is a bot, an alarm is a line in the log and no more. */
let tellOperators: (words: string) => void = () => undefined;
const logger = createLogger({
  name: 'orchestrator',
  level: config.logLevel,
  onAlarm: (words) => tellOperators(words),
});
Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
    logger[level === 'ERROR' ? 'error' : 'warn']({ ...meta }, message);
  }),
});

const pool = createPool(config.databaseUrl, { max: 20, onIdleError: (err) => logger.warn({ err }, 'database lost') });
const vault = createCredentialVault({ ...config.vault, logger });
const lending = createVaultConnection({ ...config.vault, logger });
const { baseUrl, ...client } = config.google;
const google = { ...(baseUrl === null ? {} : { baseUrl }) };
const oauth = oauthProviders(
  createGoogleOAuth({ ...client, ...google, redirectUri: `${config.publicUrl}/oauth/google/callback` }),
);
const store = createConsentStore(pool);
// Without a bot there is nobody to send: the web page shows everything.
const discord = config.discord && createDiscordRest({ ...config.discord, logger });
if (discord) {
  tellOperators = createOperatorAlarms({ operators: config.operators, rest: discord, process: 'orchestrator', logger });
}
const replies = discord && {
  store: createReplyStore(pool, createRequestReader(pool)),
  platform: createDiscordPlatform(discord.call),
  place: { publicUrl: config.publicUrl, emulated: config.emulated },
};

// The same caps as on the page (MO-3).
const runCaps = { atOnce: RUNS_AT_ONCE, daily: config.daily.runs, minutes: config.daily.containerMinutes };

const { connectionOptions, namespace } = temporalConnection(process.env);
const connection = await NativeConnection.connect(connectionOptions);
const temporal = connectTemporal(process.env);
await ensureSchedules(temporal.client, { sweepMs: 60_000, searchOrphansMs: 60 * 60_000 });
await temporal.close();

const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: PANAGER_TASK_QUEUE,
  workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
  activities: createActivities({
    store,
    vault,
    index: vault,
    oauth,
    stories: createStoryStore(pool),
    model: createOfflinePlanner(),
    credentials: createCredentials({ store, vault, oauth }),
    calendar: createGoogleCalendar({ ...google, timeoutMs: 15_000 }),
    ...(replies && { replies }),
    ...(config.deployment === 'cloud' && { callRuns: createCallRuns(pool, runCaps) }),
    placement: {
      runs: createRunStore(pool),
      lender: createSecretLender(lending),
      hostAliveMs: 30_000,
      // A worker that is started again takes its work long before.
      hostSilenceMs: 90_000,
    },
    onUnexpected: (activity, err) => logger.error({ activity, err }, 'an activity needs the operator'),
  }),
  // Four slots hold back a burst of waking workflows; forty do not.
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentActivityTaskExecutions: 100,
  // About 75 kB each: what waits stays in memory and wakes without a replay.
  maxCachedWorkflows: 2_000,
  nonStickyToStickyPollRatio: 0.5,
  // How long a workflow waits for the worker that has it in memory. When that one was killed, nobody notices sooner.
  stickyQueueScheduleToStartTimeout: '3 seconds',
  // Calls that are under way may end; the default would cancel them at once.
  shutdownGraceTime: '20 seconds',
  shutdownForceTime: '25 seconds',
});

logger.info({ taskQueue: PANAGER_TASK_QUEUE }, 'orchestrator is ready');
await worker.run();
await connection.close();
vault.close();
lending.close();
discord?.close();
await pool.end();

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createSandboxActivities } from '../activities/runs/index.ts';
import { every, keepPresent } from '../activities/runs/host-presence.ts';
import { reap } from '../activities/runs/reap.ts';
import { containerImage } from '../infra/images/container-image.ts';
import { readSandboxConfig } from '../src/config.ts';
import { Alarm } from '../src/connections/alarm.ts';
import { exitOnConfigError } from '../src/exit-on-config-error.ts';
import { EngineUnavailable } from '../src/ports/container-engine.ts';
import { createLending } from '../src/lending/create-lending.ts';
import { createLogger } from '../src/logger.ts';
import { createDockerEngine } from '../src/providers/docker/container-engine.ts';
import { createPool } from '../src/providers/postgres/pool.ts';
import { createRunStore } from '../src/providers/postgres/run-store.ts';
import { createSandboxHosts } from '../src/providers/postgres/sandbox-hosts.ts';
import { createVaultConnection } from '../src/providers/vault-connection.ts';
import { createRunSecrets } from '../src/providers/vault-run-secrets.ts';
import { createWorkspaces } from '../src/providers/workspaces/create-workspaces.ts';
import { temporalConnection } from '../src/temporal/connect.ts';
import { sandboxTaskQueue } from '../workflows/messages.ts';

/**
 * The sandbox: an activity-only worker per container host, the only process with the engine's socket. What it was doing
 * when it ends is gone on with by the next one: commands run in their containers and keep what they say.
 */
const config = exitOnConfigError(() => readSandboxConfig(process.env));
const logger = createLogger({ name: 'sandbox', level: config.logLevel });
if (config.deployment === 'local') {
  logger.info('containers are hidden here (DEPLOYMENT=local): there is nothing to do');
  const stayAlive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)));
  clearInterval(stayAlive);
  process.exit(0);
}
Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
    // A worker of activities only is what this is meant to be.
    if (message.startsWith('No workflows registered')) return;
    logger[level === 'ERROR' ? 'error' : 'warn']({ ...meta }, message);
  }),
});

const { host, capacity, workspacesRoot } = config;
const PREPARE_MS = 10 * 60_000;
const limits = {
  ...{ container: config.container, workspaceBytes: config.workspaceBytes, logBytes: config.logBytes },
  ...{ wallMs: config.wallMs, prepareMs: PREPARE_MS, graceMs: 2_000 },
};
const pool = createPool(config.databaseUrl, { max: 10, onIdleError: (err) => logger.warn({ err }, 'database lost') });
const vault = createVaultConnection({ ...config.vault, logger });
const engine = createDockerEngine({
  socketPath: config.engineSocket,
  // Who shares an engine shares no workspaces.
  owner: { installation: createHash('sha256').update(workspacesRoot).digest('hex').slice(0, 12), host },
  image: await containerImage(config),
  workspacesRoot,
});
const parts = {
  ...{ host, engine, limits },
  workspaces: await createWorkspaces({ root: workspacesRoot }),
  lending: createLending({
    wallMs: limits.wallMs + PREPARE_MS,
    allowedPrivate: config.allowedPrivate,
    onLine: (line) => logger.info({ line }, 'from a lending proxy'),
    compileCache: join(workspacesRoot, '.compiled'),
  }),
  secrets: createRunSecrets(vault),
  runs: createRunStore(pool),
  onUnexpected: (activity: string, err: unknown) => logger.error({ activity, err }, 'an activity needs the operator'),
};

const stopPresence = keepPresent({
  ...{ host, capacity, engine, hosts: createSandboxHosts(pool), everyMs: 5_000 },
  onProgress: (line) => logger.info(line),
  // On a developer's laptop no engine is no fault: the table of `make dev` says what to do.
  onTrouble: (err) =>
    config.mode === 'dev' && err instanceof Alarm ? logger.warn(err.message) : logger.error({ err }),
  onWell: (version) => logger.info({ host, engine: version }, 'sandbox can run containers'),
});
const stopReaper = every(60_000, async () => {
  const onTrouble = (runId: string, err: unknown) => logger.warn({ runId, err }, 'it could not be removed yet');
  const removed = await reap(parts, onTrouble).catch((err: unknown) => {
    // Without an engine there is nothing to look at, which was said already.
    if (!(err instanceof EngineUnavailable)) logger.warn({ err }, 'nothing was reaped');
  });
  if (removed?.length) logger.warn({ removed }, 'runs left something behind: it is removed');
});

const { connectionOptions, namespace } = temporalConnection(process.env);
const connection = await NativeConnection.connect(connectionOptions);
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: sandboxTaskQueue(host),
  activities: createSandboxActivities(parts),
  // More than runs at once: clean-up does not wait for those that run.
  maxConcurrentActivityTaskExecutions: capacity * 2 + 8,
  // Cancellation arrives with a heartbeat's answer.
  maxHeartbeatThrottleInterval: '2 seconds',
  // Nothing is waited for: the next worker goes on reading.
  shutdownGraceTime: '1 second',
  shutdownForceTime: '15 seconds',
});
logger.info({ taskQueue: sandboxTaskQueue(host) }, 'sandbox is ready');
await worker.run();
await Promise.all([stopPresence(), stopReaper()]);
await connection.close();
vault.close();
await pool.end();
// An image that is being made would hold this process for minutes; whoever comes next makes it.
process.exit();

import { join } from 'node:path';
import { defaultBinDir, ensureBinary } from './binaries.ts';
import { lockDataFolder } from './processes/data-lock.ts';
import { startEmulatedGoogle } from './servers/emulated-google.ts';
import { chooseGatewayPort } from './settings/gateway-port.ts';
import { processNames, type Log, type PortChoice, type ProcessName } from './local-types.ts';
import { startOpenBao } from './servers/openbao.ts';
import { partsOf, type Part } from './settings/parts.ts';
import { startPostgres } from './servers/postgres.ts';
import { stopLeftover } from './process.ts';
import type { Environment } from './settings/process-environment.ts';
import { realParts } from './settings/real-parts.ts';
import type { ServerSet } from './servers/server-set.ts';
import { serverVariables } from './settings/server-variables.ts';
import type { RunningServer } from './servers/running-server.ts';
import { startTemporal } from './servers/temporal.ts';

export type Servers = ServerSet & {
  parts: Part[];
  publicUrl: string;
  gatewayPort: number;
  /** Each process gets its own variables, Vault role and Postgres role, and nobody else's (MO-4). */
  env: Record<ProcessName, Environment>;
  /** Ends every server, bounded in time, and lets go of the data folder. */
  stop(): Promise<void>;
  /** SIGKILL for every server, without waiting. */
  kill(): void;
};

export type ServersOptions = {
  /** Everything the servers keep; 0700. One supervisor at a time. */
  dataDir: string;
  ports: PortChoice;
  log: Log;
  mode?: 'dev' | 'test';
  binDir?: string;
  /** What `.env` and the shell say: a server named there is not embedded, a provider named there is not emulated. */
  configured?: Environment;
  /** False for tests: data survives the process, not the machine. */
  durable?: boolean;
  /** Where folders of runs lie; in the data folder unless said. */
  workspacesRoot?: string;
  /** Temporal namespaces beside `default`. */
  namespaces?: readonly string[];
};

/**
 * Starts, or takes over, every server that is not configured elsewhere, all at once, each on 127.0.0.1, and says what each
 * process of the product must be told. If one cannot start the others are stopped and the error names it. Throws as well
 * when another supervisor has the data folder.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { dataDir, log, ports: choice, configured = {}, mode = 'dev' } = options;
  const lock = await lockDataFolder(dataDir);
  const started: RunningServer[] = [];
  const stop = async () => {
    const outcomes = await Promise.allSettled(started.map((server) => server.stop()));
    lock.release();
    throwFirst(outcomes);
  };

  try {
    await stopWhatNobodyWants(dataDir, configured);
    const { port: gatewayPort, publicUrl } = await chooseGatewayPort({ choice, configured });
    lock.announce(publicUrl);
    const set = await startAll(options, `${publicUrl}/oauth/google/callback`, started);
    const workspacesRoot = options.workspacesRoot ?? join(dataDir, 'workspaces');
    const env = serverVariables(set, { mode, publicUrl, port: String(gatewayPort), configured, workspacesRoot });
    const kill = () => started.forEach((server) => server.kill());
    return { ...set, parts: partsOf(set, configured), publicUrl, gatewayPort, env, stop, kill };
  } catch (error) {
    await stop().catch((reason: unknown) => log(String(reason)));
    throw error;
  }
}

/** Waits for all of them even when one fails, so that `started` names everything that has to be stopped. */
async function startAll(options: ServersOptions, redirectUri: string, started: RunningServer[]): Promise<ServerSet> {
  const { dataDir, log, ports: choice, configured = {}, binDir = defaultBinDir } = options;
  const real = realParts(configured);
  const keep = async <T extends RunningServer>(start: () => Promise<T>): Promise<T> => {
    const server = await start();
    started.push(server);
    return server;
  };
  const embedPostgres = () => startPostgres({ dataDir, choice, log, durable: options.durable ?? true });
  const embedTemporal = async () => {
    const binary = await ensureBinary('temporal', { binDir, log });
    return startTemporal({ dataDir, binary, choice, log, namespaces: options.namespaces ?? [] });
  };
  const embedOpenBao = async () =>
    startOpenBao({ dataDir, binary: await ensureBinary('bao', { binDir, log }), choice, log });
  const emulateGoogle = () => startEmulatedGoogle({ dataDir, choice, log, redirectUri });

  const starts = [
    real.postgres ? undefined : keep(embedPostgres),
    real.temporal ? undefined : keep(embedTemporal),
    real.vault ? undefined : keep(embedOpenBao),
    real.google ? undefined : keep(emulateGoogle),
  ] as const;
  throwFirst(await Promise.allSettled(starts));
  const [postgres, temporal, openBao, google] = await Promise.all(starts);
  return { postgres, temporal, openBao, google };
}

/**
 * What an earlier start left and this one does not take over: the product's own processes (a gateway still holds its port)
 * and servers that are configured to be real now.
 */
async function stopWhatNobodyWants(dataDir: string, configured: Environment): Promise<void> {
  const real = realParts(configured);
  const replaced = [
    real.postgres && 'postgres',
    real.temporal && 'temporal',
    real.vault && 'openbao',
    real.google && 'emulated-google',
  ].filter((name) => name !== false);
  await Promise.all([...processNames, ...replaced].map((name) => stopLeftover(dataDir, name)));
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

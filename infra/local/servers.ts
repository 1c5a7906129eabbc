import { defaultBinDir, ensureBinary } from './binaries.ts';
import { lockDataFolder } from './data-lock.ts';
import { startEmulatedGoogle, type EmulatedGoogle } from './emulated-google.ts';
import { chooseGatewayPort } from './gateway-port.ts';
import { processNames, type Log, type PortChoice, type ProcessName } from './local-types.ts';
import { startOpenBao, type EmbeddedOpenBao } from './openbao.ts';
import { startPostgres, type EmbeddedPostgres } from './postgres.ts';
import { stopLeftover } from './process.ts';
import { environments, type Environment } from './process-environment.ts';
import { startTemporal, type EmbeddedTemporal } from './temporal.ts';

/** A line of the table that a start prints. */
export type Part = { name: string; address: string; kind: 'embedded' | 'emulated' | 'real' };

export type Servers = {
  parts: Part[];
  publicUrl: string;
  gatewayPort: number;
  /** Undefined where `configured` names a real one. */
  postgres: EmbeddedPostgres | undefined;
  temporal: EmbeddedTemporal | undefined;
  openBao: EmbeddedOpenBao | undefined;
  google: EmulatedGoogle | undefined;
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
  /** Temporal namespaces beside `default`. */
  namespaces?: readonly string[];
};

/**
 * Starts, or takes over, every server that is not configured elsewhere, all at once, each on 127.0.0.1, and says what each
 * process of the product must be told. If one cannot start the others are stopped and the error names it.
 */
export async function startServers(options: ServersOptions): Promise<Servers> {
  const { dataDir, log, ports: choice, configured = {}, binDir = defaultBinDir, mode = 'dev' } = options;
  const lock = lockDataFolder(dataDir);
  const started: Stoppable[] = [];
  const keep = async <T extends Stoppable>(starting: Promise<T>): Promise<T> => {
    const server = await starting;
    started.push(server);
    return server;
  };
  const stop = async () => {
    const results = await Promise.allSettled(started.map((server) => server.stop()));
    lock.release();
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };

  const kill = () => started.forEach((server) => server.kill());

  try {
    // A gateway that outlived its supervisor still holds the port that this one wants.
    await Promise.all(processNames.map((name) => stopLeftover(dataDir, name)));
    const gateway = await chooseGatewayPort({ choice, configured });
    lock.announce(gateway.publicUrl);
    const redirectUri = `${gateway.publicUrl}/oauth/google/callback`;
    const starts = await Promise.allSettled([
      configured.DATABASE_URL
        ? undefined
        : keep(startPostgres({ dataDir, choice, log, durable: options.durable ?? true })),
      configured.TEMPORAL_ADDRESS
        ? undefined
        : ensureBinary('temporal', { binDir, log }).then((binary) =>
            keep(startTemporal({ dataDir, binary, choice, log, namespaces: options.namespaces ?? [] })),
          ),
      configured.VAULT_ADDR
        ? undefined
        : ensureBinary('bao', { binDir, log }).then((binary) => keep(startOpenBao({ dataDir, binary, choice, log }))),
      configured.GOOGLE_CLIENT_ID ? undefined : keep(startEmulatedGoogle({ dataDir, choice, log, redirectUri })),
    ] as const);
    for (const outcome of starts) if (outcome.status === 'rejected') throw outcome.reason;
    const [postgres, temporal, openBao, google] = starts.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : undefined,
    ) as [
      EmbeddedPostgres | undefined,
      EmbeddedTemporal | undefined,
      EmbeddedOpenBao | undefined,
      EmulatedGoogle | undefined,
    ];

    const embedded = [postgres && 'postgres', openBao && 'vault', temporal && 'temporal'].filter(Boolean);
    const role = (name: ProcessName): Environment => ({
      ...(postgres && { DATABASE_URL: postgres.urls('panager').roles[name] }),
      ...(openBao && {
        VAULT_ROLE_ID: openBao.credentials[name].roleId,
        VAULT_SECRET_ID: openBao.credentials[name].secretId,
      }),
    });
    const env = environments({
      machine: process.env,
      configured,
      shared: {
        PANAGER_MODE: mode,
        PUBLIC_URL: gateway.publicUrl,
        PORT: String(gateway.port),
        NO_PROXY: '127.0.0.1,localhost',
        TEMPORAL_NAMESPACE: configured.TEMPORAL_NAMESPACE ?? 'default',
        LOG_LEVEL: configured.LOG_LEVEL ?? 'info',
        PANAGER_EMBEDDED: embedded.join(','),
        PANAGER_EMULATED: google ? 'google' : '',
        ...(temporal && { TEMPORAL_ADDRESS: temporal.address }),
        ...(openBao && { VAULT_ADDR: openBao.address }),
        ...(google && {
          GOOGLE_CLIENT_ID: google.client.clientId,
          GOOGLE_CLIENT_SECRET: google.client.clientSecret,
          GOOGLE_BASE_URL: google.address,
        }),
      },
      own: { gateway: role('gateway'), orchestrator: role('orchestrator'), sandbox: role('sandbox') },
    });
    const part = (name: string, ours: string | undefined, kind: 'embedded' | 'emulated', real: string): Part =>
      ours ? { name, address: ours, kind } : { name, address: real, kind: 'real' };
    const parts = [
      part('Postgres', postgres && `127.0.0.1:${postgres.port}`, 'embedded', hostOf(configured.DATABASE_URL)),
      part('OpenBao', openBao?.address, 'embedded', configured.VAULT_ADDR ?? ''),
      part('Temporal', temporal?.address, 'embedded', configured.TEMPORAL_ADDRESS ?? ''),
      ...(temporal ? [part('Temporal Web UI', temporal.uiUrl, 'embedded', '')] : []),
      part('Google', google?.address, 'emulated', configured.GOOGLE_BASE_URL ?? 'https://www.googleapis.com'),
    ];
    return {
      parts,
      publicUrl: gateway.publicUrl,
      gatewayPort: gateway.port,
      postgres,
      temporal,
      openBao,
      google,
      env,
      stop,
      kill,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

type Stoppable = { stop(): Promise<void>; kill(): void };

/** The address without user and password. */
function hostOf(url: string | undefined): string {
  return url && URL.canParse(url) ? new URL(url).host : '';
}

import type { LogLevel } from '../logger.ts';

export type Mode = 'dev' | 'test' | 'production';
/** A real server that we start ourselves. */
export type EmbeddedPart = 'postgres' | 'vault' | 'temporal';
/** A pretend provider, used until the real one is configured. */
export type EmulatedPart = 'google' | 'github';

/** What every process has. */
export interface CommonConfig {
  mode: Mode;
  embedded: readonly EmbeddedPart[];
  emulated: readonly EmulatedPart[];
  logLevel: LogLevel;
  /** Null: no metrics. */
  metricsPort: number | null;
  databaseUrl: string;
  vault: VaultConfig;
  /** For messages and checks; connections are opened with the SDK's own environment configuration. */
  temporal: TemporalConfig;
}

/** With an AppRole of the process's own, or a token that its owner keeps alive. */
export type VaultConfig = { addr: string } & (
  { roleId: string; secretId: string; token?: undefined } | { token: string }
);

export interface TemporalConfig {
  /** host:port */
  address: string;
  namespace: string;
}

/** An OAuth client of ours at a provider. */
export interface OAuthClientConfig {
  clientId: string;
  clientSecret: string;
  /** Null: the provider's public addresses. */
  baseUrl: string | null;
}

/** The bot, and the OAuth client of the same application, with which people sign in. */
export interface DiscordConfig {
  token: string;
  clientId: string;
  clientSecret: string;
  /** As `https://discord.com/api`, without a version. Null: that one. */
  apiUrl: string | null;
  /** Null: the one that the API names. */
  gatewayUrl: string | null;
}

/** What one person may use in 24 hours (MO-3). Null: as much as they like, which exists in dev and test only. */
export interface DailyCaps {
  requests: number | null;
  /** Of the model, in and out. */
  tokens: number | null;
  /** Executions in containers, and the minutes that they take. */
  runs: number | null;
  containerMinutes: number | null;
}

export interface GatewayConfig extends CommonConfig {
  port: number;
  /** Our origin as browsers see it, without a slash at the end. */
  publicUrl: string;
  /** Number of proxies in front of us whose forwarding headers are believed. */
  trustProxy: number;
  google: OAuthClientConfig;
  /** Null: people sign in by name, which exists in dev and test only (MO-1). */
  discord: DiscordConfig | null;
  /** Empty together with `allowedGuilds`: everybody is served, which exists in dev and test only (MO-3). */
  allowedUsers: readonly string[];
  allowedGuilds: readonly string[];
  daily: DailyCaps;
  operators: readonly string[];
  deployment: 'cloud' | 'local';
}

export interface OrchestratorConfig extends CommonConfig {
  /** Our origin, for the links that replies carry. */
  publicUrl: string;
  google: OAuthClientConfig;
  discord: Pick<DiscordConfig, 'token' | 'apiUrl'> | null;
  /** Null: the offline planner thinks. */
  anthropic: { apiKey: string; baseUrl: string | null; model: string | null } | null;
  daily: DailyCaps;
  operators: readonly string[];
  deployment: 'cloud' | 'local';
}

export interface SandboxConfig extends CommonConfig {
  /** What this container host is called: in rows, queues and Vault. */
  host: string;
  /** Of the container engine. */
  engineSocket: string;
  /** Null: the image of this release. `test`: the one that tests make. */
  image: string | null;
  /** What the image of this release is made on: a base of a registry; null where there is none. */
  baseImage: string | null;
  /** Of Claude Code in the image; null: the one of this release, or any in an image that an operator names. */
  claudeVersion: string | null;
  workspacesRoot: string;
  /** Addresses that runs reach although they are private. Empty but in tests. */
  allowedPrivate: readonly string[];
  /** Runs at once. */
  capacity: number;
  /** What one run may use. */
  container: { memoryBytes: number; cpus: number; pids: number; tmpBytes: number };
  workspaceBytes: number;
  logBytes: number;
  wallMs: number;
  deployment: 'cloud' | 'local';
}

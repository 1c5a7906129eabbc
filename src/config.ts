import { readFileSync } from 'node:fs';
import { isLoopback, databaseUrl, endpoint, hostAndPort, list, listOf, oneOf } from './config/formats.ts';
import { publicUrl, wholeNumber } from './config/formats.ts';
import { createVariables, settled } from './config/variables.ts';
import type { Env, Variables } from './config/variables.ts';
import type { LogLevel } from './logger.ts';

export { ConfigError } from './config/variables.ts';
export type { ConfigFault, Env } from './config/variables.ts';

export type Mode = 'dev' | 'test' | 'production';
/** A real server that we start ourselves. */
export type EmbeddedPart = 'postgres' | 'vault' | 'temporal';
/** A pretend provider, used until the real one is configured. */
export type EmulatedPart = 'google' | 'github';

/** What every process has. */
export interface CommonConfig {
  mode: Mode;
  logLevel: LogLevel;
  /** Null: no metrics. */
  metricsPort: number | null;
  databaseUrl: string;
  vault: VaultConfig;
  /** For messages and checks; connections are opened with the SDK's own environment configuration. */
  temporal: { address: string; namespace: string };
  embedded: readonly EmbeddedPart[];
  emulated: readonly EmulatedPart[];
}

export type VaultConfig = { addr: string } & (
  { roleId: string; secretId: string; token?: never } | { token: string; roleId?: never; secretId?: never }
);

/** An OAuth client of ours at a provider; `baseUrl` null means the provider's public addresses. */
export interface OAuthClientConfig {
  clientId: string;
  clientSecret: string;
  baseUrl: string | null;
}

export interface GatewayConfig extends CommonConfig {
  port: number;
  /** Our origin as browsers see it, without a slash at the end. */
  publicUrl: string;
  /** Number of proxies in front of us whose forwarding headers are believed. */
  trustProxy: number;
  google: OAuthClientConfig;
  /** Null: people sign in by name, which exists in dev and test only (MO-1). */
  discord: { token: string; clientId: string; clientSecret: string } | null;
  /** Empty together with `allowedGuilds`: everybody is served (dev and test only). */
  allowedUsers: readonly string[];
  allowedGuilds: readonly string[];
  operators: readonly string[];
  deployment: 'cloud' | 'local';
}

export interface OrchestratorConfig extends CommonConfig {
  /** Our origin, for the links that replies carry. */
  publicUrl: string;
  google: OAuthClientConfig;
  discord: { token: string } | null;
  /** Null: the offline planner thinks. `model` null: the adapter's default. */
  anthropic: { apiKey: string; baseUrl: string | null; model: string | null } | null;
  operators: readonly string[];
  deployment: 'cloud' | 'local';
}

export type SandboxConfig = CommonConfig;

const DEFAULT_PORT = 8000;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
const ALL_ENDPOINTS = ['GITHUB_BASE_URL', 'GITHUB_API_URL', 'DISCORD_API_URL', 'ANTHROPIC_BASE_URL'];
const OWN_VARIABLES = ['PANAGER_MODE', 'PANAGER_EMBEDDED', 'PANAGER_EMULATED'];

/** Settings of the gateway. @throws ConfigError with every fault and its fix */
export function readGatewayConfig(env: Env): GatewayConfig {
  const variables = createVariables(env);
  const common = readCommon(variables);
  const discord = readDiscord(variables, common.mode);
  return settled<GatewayConfig>('gateway', variables, {
    ...common,
    ...readAddress(variables),
    trustProxy:
      variables.optional('TRUST_PROXY', wholeNumber(0, 10), 'Set it to the number of proxies in front of it.') ?? 0,
    google: readGoogle(variables, common),
    discord,
    ...readAllowed(variables, common.mode),
    operators: readPeople(variables, 'OPERATORS'),
    deployment: readDeployment(variables),
  });
}

/** Settings of the orchestrator. @throws ConfigError with every fault and its fix */
export function readOrchestratorConfig(env: Env): OrchestratorConfig {
  const variables = createVariables(env);
  const common = readCommon(variables);
  const token = variables.raw('DISCORD_TOKEN');
  if (common.mode === 'production' && !token) {
    variables.fault('DISCORD_TOKEN', 'is not set.', 'Set the token of the bot that delivers the answers.');
  }
  return settled<OrchestratorConfig>('orchestrator', variables, {
    ...common,
    publicUrl: readAddress(variables).publicUrl,
    google: readGoogle(variables, common),
    discord: token ? { token } : null,
    anthropic: readAnthropic(variables),
    operators: readPeople(variables, 'OPERATORS'),
    deployment: readDeployment(variables),
  });
}

/** Settings of a sandbox worker. @throws ConfigError with every fault and its fix */
export function readSandboxConfig(env: Env): SandboxConfig {
  const variables = createVariables(env);
  return settled<SandboxConfig>('sandbox worker', variables, readCommon(variables));
}

function readCommon(variables: Variables) {
  refuseUnknown(variables);
  const mode =
    variables.optional(
      'PANAGER_MODE',
      oneOf('dev', 'test', 'production'),
      'Leave it out in production; `make dev` sets it by itself.',
    ) ?? 'production';
  const metricsPort = variables.optional('METRICS_PORT', wholeNumber(1, 65535), 'Set a free port, or leave it out.');
  return {
    mode,
    ...readPretended(variables, mode),
    logLevel: variables.optional('LOG_LEVEL', oneOf(...LOG_LEVELS), 'Leave it out for info.') ?? 'info',
    metricsPort,
    databaseUrl: variables.required(
      'DATABASE_URL',
      databaseUrl,
      'Set postgres://user:password@host:port/database, or start with `make dev`, which brings its own.',
    ),
    vault: readVault(variables),
    temporal: readTemporal(variables, mode),
  };
}

/** A misspelt switch must not silently mean its default. */
function refuseUnknown(variables: Variables): void {
  for (const name of variables.names.filter((each) => each.startsWith('PANAGER_'))) {
    if (OWN_VARIABLES.includes(name)) continue;
    const nearest = OWN_VARIABLES.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
    variables.fault(name, 'is not a setting of Panager.', `Did you mean ${nearest}? Otherwise remove it.`);
  }
}

/** MO-1: production runs on real parts only. */
function readPretended(variables: Variables, mode: Mode) {
  const fix = 'Only `make dev` and tests set it: remove it.';
  const embedded = variables.optional('PANAGER_EMBEDDED', listOf('postgres', 'vault', 'temporal'), fix) ?? [];
  const emulated = variables.optional('PANAGER_EMULATED', listOf('google', 'github'), fix) ?? [];
  const instead = {
    postgres: 'DATABASE_URL',
    vault: 'VAULT_ADDR, VAULT_ROLE_ID and VAULT_SECRET_ID',
    temporal: 'TEMPORAL_ADDRESS with TEMPORAL_API_KEY or TEMPORAL_TLS_CLIENT_CERT_PATH and _KEY_PATH',
    google: 'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET',
    github: 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET',
  };
  if (mode === 'production') {
    for (const part of embedded) {
      variables.fault('PANAGER_EMBEDDED', `runs ${part} embedded, which production refuses.`, `Set ${instead[part]}.`);
    }
    for (const part of emulated) {
      variables.fault('PANAGER_EMULATED', `emulates ${part}, which production refuses.`, `Set ${instead[part]}.`);
    }
  }
  return { embedded, emulated };
}

function readVault(variables: Variables): VaultConfig | null {
  const addr = variables.required(
    'VAULT_ADDR',
    endpoint,
    'Set the https address of Vault or OpenBao, or start with `make dev`, which brings its own.',
  );
  const roleId = readSecret(variables, 'VAULT_ROLE_ID');
  const secretId = readSecret(variables, 'VAULT_SECRET_ID');
  const token = variables.raw('VAULT_TOKEN');
  if (roleId && secretId) return addr === null ? null : { addr, roleId, secretId };
  if (!roleId && !secretId && token) return addr === null ? null : { addr, token };
  const fix = 'Set it, or its _FILE form, to what the AppRole of this process has.';
  if (roleId === null) variables.fault('VAULT_ROLE_ID', 'is not set.', fix);
  if (secretId === null) variables.fault('VAULT_SECRET_ID', 'is not set.', fix);
  return null;
}

/** A secret by value or by file; null when neither is set, empty when a fault was already reported. */
function readSecret(variables: Variables, name: string): string | null {
  const [value, file] = [variables.raw(name), variables.raw(`${name}_FILE`)];
  if (value && file) {
    variables.fault(name, `and ${name}_FILE are both set.`, 'Keep one of them.');
    return '';
  }
  if (!file) return value ?? null;
  try {
    const content = readFileSync(file, 'utf8').trim();
    if (content) return content;
    variables.fault(`${name}_FILE`, 'names an empty file.', 'Write the secret into it.');
  } catch {
    variables.fault(`${name}_FILE`, 'names a file that cannot be read.', 'Check the path and who may read it.');
  }
  return '';
}

/** Only what must be there; TLS and keys are read by the SDK. MO-5: production proves who it is, and checks the server. */
function readTemporal(variables: Variables, mode: Mode): CommonConfig['temporal'] | null {
  const address = variables.required(
    'TEMPORAL_ADDRESS',
    hostAndPort,
    'Set host:port of the Temporal frontend, or start with `make dev`, which brings its own.',
  );
  const has = (name: string): boolean => variables.raw(name) !== undefined;
  const hasPart = (part: string): boolean =>
    has(`TEMPORAL_TLS_CLIENT_${part}_PATH`) || has(`TEMPORAL_TLS_CLIENT_${part}_DATA`);
  const [certificate, key] = [hasPart('CERT'), hasPart('KEY')];
  if (certificate !== key) {
    const [there, missing] = certificate ? ['CERT', 'KEY'] : ['KEY', 'CERT'];
    variables.fault(
      `TEMPORAL_TLS_CLIENT_${missing}_PATH`,
      `is not set although the ${there === 'CERT' ? 'certificate' : 'key'} is.`,
      'Set both or neither (the _DATA forms are fine).',
    );
  } else if (mode === 'production' && !certificate && !has('TEMPORAL_API_KEY')) {
    variables.fault(
      'TEMPORAL_API_KEY',
      'is not set, and there is no client certificate: anybody could drive the workflows.',
      'Set it, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.',
    );
  }
  if (mode === 'production') {
    const isOn = (name: string): boolean => /^(1|true)$/i.test(variables.raw(name) ?? '');
    if (has('TEMPORAL_TLS') && !isOn('TEMPORAL_TLS')) {
      variables.fault('TEMPORAL_TLS', 'is off, which production refuses.', 'Remove it.');
    }
    if (isOn('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION')) {
      variables.fault('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION', 'is on, which production refuses.', 'Remove it.');
    }
  }
  return address === null ? null : { address, namespace: variables.raw('TEMPORAL_NAMESPACE') ?? 'default' };
}

function readAddress(variables: Variables): { port: number | null; publicUrl: string | null } {
  const port = variables.raw('PORT')
    ? variables.optional('PORT', wholeNumber(1, 65535), 'Set a free port, or leave it out for 8000.')
    : DEFAULT_PORT;
  const url = variables.raw('PUBLIC_URL')
    ? variables.optional('PUBLIC_URL', publicUrl, 'Set https://your.host, or http://localhost:8000 on one machine.')
    : `http://localhost:${port}`;
  return { port, publicUrl: url };
}

function readGoogle(variables: Variables, common: { emulated: readonly EmulatedPart[] }): OAuthClientConfig | null {
  for (const name of ALL_ENDPOINTS) variables.optional(name, endpoint, 'Set an https address, or leave it out.');
  readPair(variables, 'GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET');
  const baseUrl = variables.optional('GOOGLE_BASE_URL', endpoint, 'Leave it out to use Google itself.');
  if (common.emulated.includes('google') && !(baseUrl && isLoopback(new URL(baseUrl).hostname))) {
    variables.fault('GOOGLE_BASE_URL', 'does not name the emulated Google.', 'Start with `make dev`, which sets it.');
  }
  const pair = readPair(variables, 'GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET');
  if (pair === 'unset') {
    variables.fault(
      'GOOGLE_CLIENT_ID',
      'and GOOGLE_CLIENT_SECRET are not set.',
      'Create an OAuth client in the Google Cloud console and set both, or start with `make dev`, which emulates Google.',
    );
  }
  return typeof pair === 'string' ? null : { clientId: pair.id, clientSecret: pair.secret, baseUrl };
}

/** Half a pair is a fault that names the missing half. */
function readPair(variables: Variables, idName: string, secretName: string) {
  const [id, secret] = [variables.raw(idName), variables.raw(secretName)];
  if (id && secret) return { id, secret };
  if (!id && !secret) return 'unset';
  const [there, missing] = id ? [idName, secretName] : [secretName, idName];
  variables.fault(missing, `is not set although ${there} is.`, 'Set both or neither.');
  return 'faulty';
}

/** All three or none. None means sign-in by name, so production needs them (MO-1). */
function readDiscord(variables: Variables, mode: Mode): GatewayConfig['discord'] {
  const names = ['DISCORD_TOKEN', 'DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'];
  const [token, clientId, clientSecret] = names.map(variables.raw);
  if (token && clientId && clientSecret) return { token, clientId, clientSecret };
  const missing = names.filter((name) => !variables.raw(name));
  if (missing.length === names.length && mode !== 'production') return null;
  const problem =
    missing.length === names.length
      ? 'is not set, and sign-in by name is refused in production.'
      : 'is not set although the rest of Discord is.';
  for (const name of missing) variables.fault(name, problem, 'Set it from the Discord developer portal.');
  return null;
}

/** MO-3: production serves only who is listed. */
function readAllowed(variables: Variables, mode: Mode) {
  const allowedUsers = readPeople(variables, 'ALLOWED_USERS');
  const allowedGuilds = readPeople(variables, 'ALLOWED_GUILDS');
  if (mode === 'production' && !variables.raw('ALLOWED_USERS') && !variables.raw('ALLOWED_GUILDS')) {
    variables.fault('ALLOWED_USERS', 'and ALLOWED_GUILDS are not set.', 'List the Discord ids of who is served.');
  }
  return { allowedUsers, allowedGuilds };
}

/** Discord ids where Discord is how people sign in, names otherwise: a name never becomes a Discord identity. */
function readPeople(variables: Variables, name: string): readonly string[] {
  const people = variables.optional(name, list, 'Separate ids with commas.') ?? [];
  const byDiscord = variables.raw('DISCORD_TOKEN') !== undefined;
  if (byDiscord && people.some((person) => !/^\d{17,20}$/.test(person))) {
    variables.fault(name, 'holds something that is not a Discord id.', 'List numeric ids, separated by commas.');
  }
  return people;
}

function readAnthropic(variables: Variables): OrchestratorConfig['anthropic'] {
  const apiKey = variables.raw('ANTHROPIC_API_KEY');
  const model = variables.raw('MODEL') ?? null;
  const baseUrl = variables.raw('ANTHROPIC_BASE_URL') ?? null;
  if (apiKey) return { apiKey, baseUrl: baseUrl?.replace(/\/$/, '') ?? null, model };
  if (model) variables.fault('ANTHROPIC_API_KEY', 'is not set although MODEL is.', 'Set both or neither.');
  return null;
}

function readDeployment(variables: Variables): 'cloud' | 'local' {
  return variables.optional('DEPLOYMENT', oneOf('cloud', 'local'), 'Leave it out for cloud.') ?? 'cloud';
}

/** Levenshtein distance, for suggestions. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

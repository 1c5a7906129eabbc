import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigError, readGatewayConfig, readOrchestratorConfig, readSandboxConfig } from '../src/config.ts';
import type { Env } from '../src/config.ts';

const SERVERS = {
  DATABASE_URL: 'postgres://gateway:pg-secret@127.0.0.1:5433/panager',
  VAULT_ADDR: 'http://127.0.0.1:8200',
  VAULT_ROLE_ID: 'panager-gateway',
  VAULT_SECRET_ID: 'vault-secret',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
};

const DEV: Env = {
  ...SERVERS,
  PANAGER_MODE: 'dev',
  PANAGER_EMBEDDED: 'postgres,vault,temporal',
  PANAGER_EMULATED: 'google',
  GOOGLE_BASE_URL: 'http://127.0.0.1:8101',
  GOOGLE_CLIENT_ID: 'dev-client',
  GOOGLE_CLIENT_SECRET: 'google-secret',
};

const PRODUCTION: Env = {
  DATABASE_URL: 'postgres://gateway:pg-secret@db.internal:5432/panager',
  VAULT_ADDR: 'https://vault.internal:8200',
  VAULT_ROLE_ID: 'panager-gateway',
  VAULT_SECRET_ID: 'vault-secret',
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  TEMPORAL_API_KEY: 'temporal-secret',
  PUBLIC_URL: 'https://panager.example.org',
  GOOGLE_CLIENT_ID: 'client',
  GOOGLE_CLIENT_SECRET: 'google-secret',
  DISCORD_TOKEN: 'discord-secret',
  DISCORD_CLIENT_ID: '123456789012345678',
  DISCORD_CLIENT_SECRET: 'discord-client-secret',
  ALLOWED_USERS: '123456789012345678, 223456789012345678',
  DAILY_REQUESTS: '200',
  DAILY_TOKENS: '1000000',
  DAILY_RUNS: '20',
  DAILY_CONTAINER_MINUTES: '120',
};

test('what `make dev` sets gives every process a frozen, typed object', () => {
  const config = readGatewayConfig(DEV);
  expect(config).toEqual({
    mode: 'dev',
    embedded: ['postgres', 'vault', 'temporal'],
    emulated: ['google'],
    logLevel: 'info',
    metricsPort: null,
    databaseUrl: SERVERS.DATABASE_URL,
    vault: { addr: 'http://127.0.0.1:8200', roleId: 'panager-gateway', secretId: 'vault-secret' },
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    port: 8000,
    publicUrl: 'http://localhost:8000',
    trustProxy: 0,
    google: { clientId: 'dev-client', clientSecret: 'google-secret', baseUrl: 'http://127.0.0.1:8101' },
    discord: null,
    allowedUsers: [],
    allowedGuilds: [],
    daily: { requests: null, tokens: null, runs: null, containerMinutes: null },
    operators: [],
    deployment: 'cloud',
  });
  expect(Object.isFrozen(config) && Object.isFrozen(config.vault) && Object.isFrozen(config.embedded)).toBe(true);
});

test('MO-4: the orchestrator and the sandbox are not given what they do not need', () => {
  const orchestrator = readOrchestratorConfig({ ...PRODUCTION, ANTHROPIC_API_KEY: 'key', MODEL: 'model-1' });
  expect(orchestrator.discord).toEqual({ token: 'discord-secret', apiUrl: null });
  expect(orchestrator.anthropic).toEqual({ apiKey: 'key', baseUrl: null, model: 'model-1' });
  expect(JSON.stringify(orchestrator)).not.toContain('discord-client-secret');
  const sandbox = JSON.stringify(readSandboxConfig(PRODUCTION));
  expect(['google-secret', 'discord-secret'].filter((secret) => sandbox.includes(secret))).toEqual([]);
});

test('the image of runs is made on a base that has the name of an image, or on none', () => {
  expect(readSandboxConfig(PRODUCTION).baseImage).toBeNull();
  const name = 'registry.example.org/debian:bookworm-slim';
  expect(readSandboxConfig({ ...PRODUCTION, BASE_IMAGE: name }).baseImage).toBe(name);
  expect(() => readSandboxConfig({ ...PRODUCTION, BASE_IMAGE: '-t other' })).toThrow('BASE_IMAGE');
});

test('a complete production environment is accepted, and the mode may be left out', () => {
  const config = readGatewayConfig(PRODUCTION);
  expect(config.mode).toBe('production');
  expect(config.allowedUsers).toEqual(['123456789012345678', '223456789012345678']);
  expect(config.google.baseUrl).toBeNull();
  expect(config.daily).toEqual({ requests: 200, tokens: 1_000_000, runs: 20, containerMinutes: 120 });
  expect(config.discord).toMatchObject({ clientId: '123456789012345678', apiUrl: null, gatewayUrl: null });
});

test('all faults are reported together, each with what to do, none with a value', () => {
  const error = faultsOf({
    ...PRODUCTION,
    DATABASE_URL: 'mysql://root:pg-secret@db/panager',
    VAULT_ADDR: 'http://vault.internal:8200/?token=vault-secret',
    PORT: 'google-secret',
    GOOGLE_CLIENT_SECRET: '',
    LOG_LEVEL: 'discord-secret',
  });
  expect(error.faults.map(({ variable }) => variable).sort()).toEqual([
    'DATABASE_URL',
    'GOOGLE_CLIENT_SECRET',
    'LOG_LEVEL',
    'PORT',
    'VAULT_ADDR',
  ]);
  expect(error.message.split('\n')[0]).toBe('The gateway did not start: 5 settings need attention.');
  expect(error.message.match(/^ {4}-> \S/gm)).toHaveLength(5);
  const values = ['pg-secret', 'vault-secret', 'google-secret', 'discord-secret', 'mysql:'];
  expect(values.filter((value) => error.message.includes(value))).toEqual([]);
});

test('an environment without anything names every piece that is missing', () => {
  expect(namesOf({})).toEqual([
    'ALLOWED_USERS',
    'DAILY_CONTAINER_MINUTES',
    'DAILY_REQUESTS',
    'DAILY_RUNS',
    'DAILY_TOKENS',
    'DATABASE_URL',
    'DISCORD_CLIENT_ID',
    'DISCORD_CLIENT_SECRET',
    'DISCORD_TOKEN',
    'GOOGLE_CLIENT_ID',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_API_KEY',
    'VAULT_ADDR',
    'VAULT_ROLE_ID',
    'VAULT_SECRET_ID',
  ]);
  expect(faultsOf({ PANAGER_MODE: 'dev' }).message).toContain('`make dev`');
});

test('blank values count as unset', () => {
  expect(readGatewayConfig({ ...DEV, PORT: ' ', DISCORD_TOKEN: '', OPERATORS: '' }).port).toBe(8000);
});

const NO_DISCORD: Env = { DISCORD_TOKEN: '', DISCORD_CLIENT_ID: '', DISCORD_CLIENT_SECRET: '' };

const FAULTY: [string, Env, Env, string][] = [
  ['a misspelt mode', DEV, { PANAGER_MODE: 'development' }, 'PANAGER_MODE is not one of: dev, test, production.'],
  ['an unknown switch', DEV, { PANAGER_EMBEDED: 'vault' }, 'Did you mean PANAGER_EMBEDDED?'],
  [
    'an unknown embedded part',
    DEV,
    { PANAGER_EMBEDDED: 'postgres,redis' },
    'is not one of: postgres, vault, temporal.',
  ],
  ['a port out of range', DEV, { PORT: '70000' }, 'PORT is not between 1 and 65535.'],
  ['a port that is no number', DEV, { PORT: '80a' }, 'PORT is not a whole number.'],
  ['a negative hop count', DEV, { TRUST_PROXY: '-1' }, 'TRUST_PROXY is not a whole number.'],
  ['http for everybody', DEV, { PUBLIC_URL: 'http://panager.example.org' }, 'PUBLIC_URL is not an https address'],
  ['http in production', PRODUCTION, { PUBLIC_URL: 'http://10.0.0.1' }, 'PUBLIC_URL is not an https address'],
  ['a public address with a path', DEV, { PUBLIC_URL: 'https://example.org/app' }, 'PUBLIC_URL has a path'],
  ['a public address by number', DEV, { PUBLIC_URL: 'http://127.0.0.1:8000' }, 'browsers are sent to localhost'],
  ['a look-alike of loopback', DEV, { VAULT_ADDR: 'http://127.0.0.1.example.org' }, 'VAULT_ADDR is not an https'],
  ['credentials in an endpoint', DEV, { GITHUB_API_URL: 'https://u:p@host' }, 'GITHUB_API_URL is not an https'],
  ['a gateway without TLS', DEV, { DISCORD_GATEWAY_URL: 'ws://host' }, 'DISCORD_GATEWAY_URL is not a wss'],
  ['half of Google', DEV, { GOOGLE_CLIENT_ID: '' }, 'GOOGLE_CLIENT_ID is not set although GOOGLE_CLIENT_SECRET is.'],
  ['half of GitHub', DEV, { GITHUB_CLIENT_ID: 'x' }, 'GITHUB_CLIENT_SECRET is not set although GITHUB_CLIENT_ID is.'],
  ['a part of Discord', DEV, { DISCORD_TOKEN: 'x' }, 'DISCORD_CLIENT_ID is not set although the rest of Discord is.'],
  ['an emulated Google elsewhere', DEV, { GOOGLE_BASE_URL: 'https://google.test' }, 'does not name the emulated'],
  ['an emulated Google nowhere', DEV, { GOOGLE_BASE_URL: '' }, 'GOOGLE_BASE_URL does not name the emulated'],
  ['no Vault secret', DEV, { VAULT_SECRET_ID: '' }, 'VAULT_SECRET_ID is not set.'],
  ['a secret twice', DEV, { VAULT_SECRET_ID_FILE: '/nowhere' }, 'and VAULT_SECRET_ID_FILE are both set.'],
  ['a file that is not there', DEV, { VAULT_ROLE_ID: '', VAULT_ROLE_ID_FILE: '/nowhere' }, 'cannot be read.'],
  ['Temporal without a port', DEV, { TEMPORAL_ADDRESS: 'localhost' }, 'TEMPORAL_ADDRESS is not host:port.'],
  ['half of a certificate', DEV, { TEMPORAL_TLS_CLIENT_CERT_PATH: 'c' }, 'TEMPORAL_TLS_CLIENT_KEY_PATH is not set'],
  ['nobody listed', PRODUCTION, { ALLOWED_USERS: ' , ' }, 'ALLOWED_USERS and ALLOWED_GUILDS name nobody.'],
  [
    'a name among Discord ids',
    PRODUCTION,
    { OPERATORS: 'minji' },
    'OPERATORS holds something that is not a Discord id.',
  ],
  ['MO-3: no daily cap', PRODUCTION, { DAILY_TOKENS: '' }, 'DAILY_TOKENS is not set.'],
  ['MO-3: a daily cap of nothing', DEV, { DAILY_REQUESTS: '0' }, 'DAILY_REQUESTS is not between 1 and'],
  ['MO-3: an endless daily cap', DEV, { DAILY_RUNS: 'unlimited' }, 'DAILY_RUNS is not a whole number.'],
  ['MO-3: a misspelt daily cap', DEV, { DAILY_REQUEST: '5' }, 'DAILY_REQUEST is not a setting of Panager.'],
  ['MO-1: an embedded server', PRODUCTION, { PANAGER_EMBEDDED: 'vault' }, 'Remove it and set VAULT_ADDR'],
  ['MO-1: an emulated provider', PRODUCTION, { PANAGER_EMULATED: 'github' }, 'Remove it and set GITHUB_CLIENT_ID'],
  ['MO-1: sign-in by name', PRODUCTION, NO_DISCORD, 'sign-in by name is refused in production.'],
  [
    'MO-5: an open Temporal',
    PRODUCTION,
    { TEMPORAL_API_KEY: '' },
    'TEMPORAL_API_KEY is not set, and there is no client',
  ],
  ['MO-5: Temporal without TLS', PRODUCTION, { TEMPORAL_TLS: 'false' }, 'TEMPORAL_TLS is off'],
  [
    'MO-5: an unchecked server',
    PRODUCTION,
    { TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: '1' },
    'which production refuses',
  ],
];

test.each(FAULTY)('%s is refused', (_name, base, change, words) => {
  expect(faultsOf({ ...base, ...change }).message).toContain(words);
});

test('other addresses of Discord reach the process that needs them', () => {
  const env = { ...PRODUCTION, DISCORD_API_URL: 'http://127.0.0.1:9/api/', DISCORD_GATEWAY_URL: 'ws://127.0.0.1:9' };
  const addresses = { apiUrl: 'http://127.0.0.1:9/api', gatewayUrl: 'ws://127.0.0.1:9' };
  expect(readGatewayConfig(env).discord).toMatchObject(addresses);
  expect(readOrchestratorConfig(env).discord).toEqual({ token: 'discord-secret', apiUrl: addresses.apiUrl });
});

test('a misspelt mode is one fault, not a list of what production would want', () => {
  expect(namesOf({ ...DEV, PANAGER_MODE: 'prod' })).toEqual(['PANAGER_MODE']);
});

test('the orchestrator refuses a model without its key, and production without its bot', () => {
  const faults = (env: Env) => faultsOf(env, readOrchestratorConfig).message;
  expect(faults({ ...DEV, MODEL: 'model-1' })).toContain('ANTHROPIC_API_KEY is not set although MODEL is.');
  expect(faults({ ...PRODUCTION, DISCORD_TOKEN: '' })).toContain('DISCORD_TOKEN is not set.');
});

test('a client certificate stands for the API key in production', () => {
  const certificate = { TEMPORAL_TLS_CLIENT_CERT_PATH: '/c', TEMPORAL_TLS_CLIENT_KEY_DATA: 'k' };
  expect(readGatewayConfig({ ...PRODUCTION, TEMPORAL_API_KEY: '', ...certificate }).mode).toBe('production');
});

test('the port moves the address that browsers use, unless that is set', () => {
  expect(readGatewayConfig({ ...DEV, PORT: '8010' }).publicUrl).toBe('http://localhost:8010');
  expect(readGatewayConfig({ ...DEV, PORT: '8010', PUBLIC_URL: 'https://a.example/' }).publicUrl).toBe(
    'https://a.example',
  );
});

test('Vault takes an AppRole by file, or a token where there is no AppRole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'panager-config-'));
  try {
    const [file, empty] = [join(folder, 'secret-id'), join(folder, 'empty')];
    writeFileSync(file, 'from-a-file\n');
    writeFileSync(empty, '\n');
    const byFile = (path: string) => ({ ...DEV, VAULT_SECRET_ID: '', VAULT_SECRET_ID_FILE: path });
    expect(readGatewayConfig(byFile(file)).vault).toMatchObject({ secretId: 'from-a-file' });
    expect(faultsOf(byFile(empty)).message).toContain('VAULT_SECRET_ID_FILE names an empty file.');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const token = { ...DEV, VAULT_ROLE_ID: '', VAULT_SECRET_ID: '', VAULT_TOKEN: 't' };
  expect(readGatewayConfig(token).vault).toEqual({ addr: 'http://127.0.0.1:8200', token: 't' });
});

function faultsOf(env: Env, read: (env: Env) => object = readGatewayConfig): ConfigError {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

const namesOf = (env: Env): string[] =>
  faultsOf(env)
    .faults.map(({ variable }) => variable)
    .sort();

test('a container host has limits, a name and a socket without any setting', () => {
  const config = readSandboxConfig(PRODUCTION);
  expect(config).toMatchObject({
    engineSocket: '/var/run/docker.sock',
    workspacesRoot: '/var/opt/panager/workspaces',
    image: null,
    claudeVersion: null,
    allowedPrivate: [],
    capacity: 2,
    wallMs: 1_800_000,
    deployment: 'cloud',
  });
  expect(config.host).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
});

test('every fault of a container host is told at once', () => {
  const env = {
    ...PRODUCTION,
    DOCKER_HOST: 'tcp://engine:2375',
    CLAUDE_VERSION: 'latest',
    WORKSPACES_ROOT: 'workspaces',
    SANDBOX_HOST: 'Not A Name',
    SANDBOX_IMAGE: 'test',
    SANDBOX_MEMORY_MB: '1',
    SANDBOX_MEMROY_MB: '512',
    SANDBOX_PRIVATE_ADDRESSES: '127.0.0.1',
  };
  expect(
    faultsOf(env, readSandboxConfig)
      .faults.map(({ variable }) => variable)
      .sort(),
  ).toEqual([
    'CLAUDE_VERSION',
    'DOCKER_HOST',
    'SANDBOX_HOST',
    'SANDBOX_IMAGE',
    'SANDBOX_MEMORY_MB',
    'SANDBOX_MEMROY_MB',
    'SANDBOX_PRIVATE_ADDRESSES',
    'WORKSPACES_ROOT',
  ]);
});

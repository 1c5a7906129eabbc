import { oneOf, publicUrl, wholeNumber } from './config/formats.ts';
import { readMode, readPretended } from './config/mode.ts';
import { readDailyCaps } from './config/daily-caps.ts';
import { readAllowed, readPeople } from './config/people.ts';
import { checkOtherProviders, readAnthropic, readDiscord, readDiscordBot, readGoogle } from './config/providers.ts';
import { readDatabaseUrl, readTemporal, readVault } from './config/servers.ts';
import { readSandbox } from './config/sandbox.ts';
import type { GatewayConfig, OrchestratorConfig, SandboxConfig } from './config/types.ts';
import { createVariables, settled } from './config/variables.ts';
import type { Env, Variables } from './config/variables.ts';

export { ConfigError } from './config/variables.ts';
export type { ConfigFault, Env } from './config/variables.ts';
export type * from './config/types.ts';

/*
 * Each process reads its environment once, at its start, and gets only what it needs (MO-4).
 */

const DEFAULT_PORT = 8000;
const PORT_RANGE = wholeNumber(1, 65535);

/** Settings of the gateway. @throws ConfigError with every fault and its fix */
export function readGatewayConfig(env: Env): GatewayConfig {
  const variables = createVariables(env);
  const mode = readMode(variables);
  const common = readCommon(variables, mode);
  const hops = variables.optional('TRUST_PROXY', wholeNumber(0, 10), 'Set the number of proxies in front of us, or 0.');
  return settled<GatewayConfig>('gateway', variables, {
    mode,
    ...common,
    ...readAddress(variables),
    trustProxy: hops ?? 0,
    google: readGoogle(variables, common.emulated),
    discord: readDiscord(variables, mode),
    ...readAllowed(variables, mode),
    daily: readDailyCaps(variables, mode),
    operators: readPeople(variables, 'OPERATORS'),
    deployment: readDeployment(variables),
  });
}

/** Settings of the orchestrator. @throws ConfigError with every fault and its fix */
export function readOrchestratorConfig(env: Env): OrchestratorConfig {
  const variables = createVariables(env);
  const mode = readMode(variables);
  const common = readCommon(variables, mode);
  return settled<OrchestratorConfig>('orchestrator', variables, {
    mode,
    ...common,
    publicUrl: readAddress(variables).publicUrl,
    google: readGoogle(variables, common.emulated),
    discord: readDiscordBot(variables, mode),
    anthropic: readAnthropic(variables),
    daily: readDailyCaps(variables, mode),
    operators: readPeople(variables, 'OPERATORS'),
    deployment: readDeployment(variables),
  });
}

/** Settings of a sandbox worker. @throws ConfigError with every fault and its fix */
export function readSandboxConfig(env: Env): SandboxConfig {
  const variables = createVariables(env);
  const mode = readMode(variables);
  return settled<SandboxConfig>('sandbox worker', variables, {
    mode,
    ...readCommon(variables, mode),
    ...readSandbox(variables, mode),
    deployment: readDeployment(variables),
  });
}

function readCommon(variables: Variables, mode: SandboxConfig['mode'] | null) {
  checkOtherProviders(variables);
  const level = oneOf('debug', 'info', 'warn', 'error', 'silent');
  return {
    ...readPretended(variables, mode),
    logLevel: variables.optional('LOG_LEVEL', level, 'Leave it out for info.') ?? 'info',
    metricsPort: variables.optional('METRICS_PORT', PORT_RANGE, 'Set a free port, or leave it out.'),
    databaseUrl: readDatabaseUrl(variables),
    vault: readVault(variables),
    temporal: readTemporal(variables, mode),
  };
}

/** Unless it is said otherwise, browsers find us on this machine at the port that we listen on. */
function readAddress(variables: Variables): { port: number; publicUrl: string } {
  const fix = 'Set https://your.host, or http://localhost:8000 on one machine.';
  const port = variables.optional('PORT', PORT_RANGE, 'Set a free port, or leave it out for 8000.') ?? DEFAULT_PORT;
  const url = variables.optional('PUBLIC_URL', publicUrl, fix) ?? `http://localhost:${port}`;
  return { port, publicUrl: url };
}

function readDeployment(variables: Variables): 'cloud' | 'local' {
  return variables.optional('DEPLOYMENT', oneOf('cloud', 'local'), 'Leave it out for cloud.') ?? 'cloud';
}

import {
  ConfigError,
  readGatewayConfig,
  readOrchestratorConfig,
  readSandboxConfig,
  type ConfigFault,
} from '../../../src/config.ts';
import type { Environment } from './process-environment.ts';
import { realParts } from './real-parts.ts';
import { serverVariables } from './server-variables.ts';

/**
 * Finds every fault in what is configured, for all three processes, before anything is started: servers that we embed stand
 * in with an address that is as good as theirs will be. @throws ConfigError with every fault once
 */
export function checkSettings(configured: Environment): void {
  const env = serverVariables(standIns(configured), {
    mode: 'dev',
    publicUrl: configured.PUBLIC_URL ?? 'http://localhost:8000',
    port: configured.PORT ?? '8000',
    configured,
    workspacesRoot: '/workspaces',
  });
  const readers = [
    () => readGatewayConfig(env.gateway),
    () => readOrchestratorConfig(env.orchestrator),
    () => readSandboxConfig(env.sandbox),
  ];
  const faults = new Map<string, ConfigFault>();
  for (const read of readers) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const fault of error.faults) faults.set(`${fault.variable} ${fault.problem}`, fault);
    }
  }
  if (faults.size > 0) throw new ConfigError('development system', [...faults.values()]);
}

function standIns(configured: Environment): Parameters<typeof serverVariables>[0] {
  const real = realParts(configured);
  const address = 'http://127.0.0.1:1';
  const url = 'postgresql://127.0.0.1:1/panager';
  const credentials = { roleId: 'role', secretId: 'secret' };
  const each = <T>(value: T) => ({ gateway: value, orchestrator: value, sandbox: value });
  return {
    postgres: real.postgres ? undefined : { urls: () => ({ roles: each(url) }) },
    temporal: real.temporal ? undefined : { address: '127.0.0.1:1' },
    openBao: real.vault ? undefined : { address, credentials: each(credentials) },
    google: real.google ? undefined : { address, client: { clientId: 'client', clientSecret: 'secret' } },
  };
}

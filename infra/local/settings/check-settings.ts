import { readGatewayConfig, readOrchestratorConfig, readSandboxConfig } from '../../../src/config.ts';
import type { Environment } from './process-environment.ts';
import { realParts } from './real-parts.ts';
import { serverVariables } from './server-variables.ts';

/**
 * Finds every fault in what is configured, for all three processes, before anything is started: servers that we embed stand
 * in with an address that is as good as theirs will be. Throws with all faults together.
 */
export function checkSettings(configured: Environment): void {
  const env = serverVariables(standIns(configured), {
    mode: 'dev',
    publicUrl: configured.PUBLIC_URL ?? 'http://localhost:8000',
    port: configured.PORT ?? '8000',
    configured,
  });
  const readers = [
    () => readGatewayConfig(env.gateway),
    () => readOrchestratorConfig(env.orchestrator),
    () => readSandboxConfig(env.sandbox),
  ];
  const faults = readers.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
  if (faults.length > 0) throw new Error([...new Set(faults)].join('\n'));
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

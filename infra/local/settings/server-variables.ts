import { processNames, type ProcessName } from '../local-types.ts';
import { LOCAL_HOST } from '../servers/openbao-config.ts';
import { environments, type Environment } from './process-environment.ts';

/** What of a server the processes have to know; undefined where a real one is configured. */
export type ToldServers = {
  postgres: { urls(database: string): { roles: Record<ProcessName, string> } } | undefined;
  temporal: { address: string } | undefined;
  openBao: { address: string; credentials: Record<ProcessName, { roleId: string; secretId: string }> } | undefined;
  google: { address: string; client: { clientId: string; clientSecret: string } } | undefined;
};

/** What each process is told: where the servers are, its own role in them, and what is configured for it. */
export function serverVariables(
  { postgres, temporal, openBao, google }: ToldServers,
  system: {
    mode: 'dev' | 'test';
    publicUrl: string;
    port: string;
    configured: Environment;
    /** Where folders of runs lie, unless it is configured. */
    workspacesRoot: string;
  },
): Record<ProcessName, Environment> {
  const embedded = [postgres && 'postgres', openBao && 'vault', temporal && 'temporal'].filter(Boolean);
  const shared: Environment = {
    PANAGER_MODE: system.mode,
    PANAGER_EMBEDDED: embedded.join(','),
    PANAGER_EMULATED: google ? 'google' : '',
    PUBLIC_URL: system.publicUrl,
    PORT: system.port,
    NO_PROXY: '127.0.0.1,localhost',
    TEMPORAL_NAMESPACE: system.configured.TEMPORAL_NAMESPACE ?? 'default',
    LOG_LEVEL: system.configured.LOG_LEVEL ?? 'info',
    ...(temporal && { TEMPORAL_ADDRESS: temporal.address }),
    ...(openBao && { VAULT_ADDR: openBao.address }),
    ...(google && {
      GOOGLE_CLIENT_ID: google.client.clientId,
      GOOGLE_CLIENT_SECRET: google.client.clientSecret,
      GOOGLE_BASE_URL: google.address,
    }),
  };
  const roles = processNames.map((name): [ProcessName, Environment] => [
    name,
    {
      ...(postgres && { DATABASE_URL: postgres.urls('panager').roles[name] }),
      ...(openBao && {
        VAULT_ROLE_ID: openBao.credentials[name].roleId,
        VAULT_SECRET_ID: openBao.credentials[name].secretId,
      }),
      ...(name === 'sandbox' && {
        WORKSPACES_ROOT: system.configured.WORKSPACES_ROOT ?? system.workspacesRoot,
        // The embedded Vault's policy for container hosts names this one.
        ...(openBao && { SANDBOX_HOST: LOCAL_HOST }),
      }),
    },
  ]);
  return environments({ machine: process.env, configured: system.configured, shared, own: Object.fromEntries(roles) });
}

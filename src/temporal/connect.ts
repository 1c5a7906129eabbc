import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

export interface TemporalClient {
  client: Client;
  close(): Promise<void>;
}

/** Address, namespace, TLS and API key come from the SDK's own environment configuration (TEMPORAL_*). */
export function temporalConnection(env: NodeJS.ProcessEnv) {
  const { connectionOptions, namespace } = loadClientConnectConfig({
    overrideEnvVars: env as Record<string, string>,
    disableFile: true,
  });
  const loopback = /^(127\.0\.0\.1|localhost|\[::1\]):/.test(connectionOptions.address ?? 'localhost:7233');
  return {
    connectionOptions: {
      ...connectionOptions,
      // Compression costs more than it saves where nothing crosses a network.
      ...(loopback ? { grpcCompression: { codec: 'none' as const } } : {}),
    },
    namespace: namespace ?? 'default',
  };
}

/** A client that connects when it is first used: a gateway must take messages while Temporal is down. */
export function connectTemporal(env: NodeJS.ProcessEnv): TemporalClient {
  const { connectionOptions, namespace } = temporalConnection(env);
  const connection = Connection.lazy(connectionOptions);
  return { client: new Client({ connection, namespace }), close: () => connection.close() };
}

import { startServers } from '../../../infra/local/servers.ts';

/** A supervisor of its own for a test to kill: starts the servers in the folder of its first argument and holds them. */
const [dataDir = ''] = process.argv.slice(2);
try {
  const servers = await startServers({ dataDir, ports: 'free', log: (line) => console.error(line), durable: false });
  const { postgres, temporal, openBao, google } = servers;
  console.log(`held ${JSON.stringify([postgres, temporal, openBao, google].map((server) => server?.pid()))}`);
} catch (error) {
  console.log(`refused ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);

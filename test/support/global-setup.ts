import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers } from '../../infra/local/servers.ts';
import { sweepAbandoned } from '../../infra/local/processes/sweep-abandoned.ts';
import { createTemplate, TEST_SERVERS, type TestServers } from './servers.ts';

/** Workers beyond these share a namespace; jest starts one worker fewer than there are processors. */
const NAMESPACES = Array.from({ length: 16 }, (_, index) => `test-${index + 1}`);

/**
 * Starts the servers of one jest run, in a folder of their own on free ports, and tells the workers where they are. Each
 * test that needs a Google starts its own.
 */
export default async function globalSetup(): Promise<void> {
  await sweepAbandoned(tmpdir(), 'panager-test-');
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-test-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  const servers = await startServers({
    dataDir,
    ports: 'free',
    log: (line) => process.stderr.write(`${line}\n`),
    mode: 'test',
    durable: false,
    namespaces: NAMESPACES,
    configured: { GOOGLE_CLIENT_ID: 'each-test-starts-its-own' },
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const { postgres, openBao, temporal } = servers;
  if (!postgres || !openBao || !temporal) throw new Error('The test servers are always embedded.');
  await createTemplate(postgres.urls('postgres').owner);
  const shared: TestServers = {
    database: postgres.urls('DATABASE'),
    vault: { address: openBao.address, credentials: openBao.credentials },
    temporal: temporal.address,
    namespaces: NAMESPACES.length,
  };
  process.env[TEST_SERVERS] = JSON.stringify(shared);
  process.env.NO_PROXY = '127.0.0.1,localhost';

  const stop = async () => {
    await servers.stop();
    remove();
  };
  globalThis.stopTestServers = stop;
  // jest ends without its teardown when it is interrupted.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
}

declare global {
  var stopTestServers: (() => Promise<void>) | undefined;
}

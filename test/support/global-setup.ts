import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepAbandoned } from '../../infra/local/processes/sweep-abandoned.ts';
import { startServers } from '../../infra/local/servers.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { startTestEngine } from './shared-engine.ts';
import { findLeaks, processesWith, type FoundProcess } from './leaks.ts';
import { createTemplate, TEST_SERVERS, type TestServers } from './servers.ts';

/** Workers beyond these share a namespace; jest starts one worker fewer than there are processors. */
const NAMESPACES = Array.from({ length: 16 }, (_, index) => `test-${index + 1}`);

/**
 * Starts the servers of one jest run, in a folder of their own on free ports, and tells the workers where they are. Each
 * test that needs a Google starts its own. The workers' temporary folder lies in it too, so that what tests leave behind
 * is found at the end.
 */
export default async function globalSetup(): Promise<void> {
  await sweepAbandoned(tmpdir(), 'panager-test-');
  const folder = mkdtempSync(join(tmpdir(), 'panager-test-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const servers = await startServers({
    dataDir: folder,
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
  const stopEngine = await startTestEngine(folder).catch(async (error: unknown) => {
    await servers.stop();
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
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;

  const kill = (found: readonly FoundProcess[]) => found.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
  globalThis.endOfTests = async () => {
    // What was asked to end just now may take a moment.
    await waitFor(() => findLeaks(temporary).processes.length === 0, 3_000);
    const { folders, processes } = findLeaks(temporary);
    kill(processes);
    await Promise.all([servers.stop(), stopEngine()]);
    remove();
    return [
      ...folders.map((name) => `a test left the folder ${name}`),
      ...processes.map(({ pid, command }) => `a test left process ${pid}: ${command.slice(0, 200)}`),
    ];
  };
  // jest ends without its teardown when it is interrupted. Its workers go first: they would go on starting things.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      kill(processesWith(temporary));
      void Promise.all([servers.stop(), stopEngine()]).finally(() => {
        kill(processesWith(temporary));
        remove();
        process.exit(1);
      });
    });
  }
}

declare global {
  /** Ends the servers of this run and returns what tests left behind. */
  var endOfTests: (() => Promise<string[]>) | undefined;
  var leaks: string[] | undefined;
}

import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Log, PortChoice } from '../local-types.ts';
import { serverEnvironment } from './server-environment.ts';
import type { RunningServer } from './running-server.ts';
import { startServer } from './start-server.ts';

export type EmbeddedTemporal = RunningServer & { address: string; uiUrl: string };

/** What an operator can filter by in the Web UI: opaque ids and enums only. */
const SEARCH_ATTRIBUTES = [
  'PanagerUser=Keyword',
  'PanagerStatus=Keyword',
  'PanagerWaitingFor=KeywordList',
  'PanagerWaitingSince=Datetime',
];

/** Closed workflows stay readable for as long as their logs do not matter any more. The server's own default is one day. */
const RETENTION = '7d';

/** Temporal's development server with its Web UI, one SQLite file, written through to disk before anything is acknowledged. */
export async function startTemporal(options: {
  dataDir: string;
  binary: string;
  choice: PortChoice;
  log: Log;
  /** Beside `default`, with the same search attributes. */
  namespaces?: readonly string[];
}): Promise<EmbeddedTemporal> {
  const folder = join(options.dataDir, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = await startServer({
    name: 'temporal',
    dataDir: options.dataDir,
    preferredPorts: [7233, 8233],
    choice: options.choice,
    log: options.log,
    spec: async (ports) => ({
      command: options.binary,
      args: serverArguments(join(folder, 'temporal.db'), ports, options.namespaces ?? []),
      env: serverEnvironment(),
    }),
    isHealthy: async (ports) => namespaceAnswers(ports[1]),
  });
  const address = `127.0.0.1:${server.ports[0]}`;
  await keepClosedWorkflows(options.binary, address, options.log);
  return { ...server, address, uiUrl: `http://127.0.0.1:${server.ports[1]}` };
}

function serverArguments(databaseFile: string, ports: readonly number[], namespaces: readonly string[]): string[] {
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(ports[0]), '--ui-port', String(ports[1])],
    ...['--ui-disable-news-fetch', '--log-level', 'error', '--db-filename', databaseFile],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=FULL'],
    ...namespaces.flatMap((namespace) => ['--namespace', namespace]),
    ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
    // The default of 20 polls a second on the one shard makes each workflow task wait up to 50 ms.
    ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=100'],
    ...['--dynamic-config-value', 'frontend.namespaceCount=50000'],
    // Lets people take turns when tasks queue up (the fairness key of each request is its person).
    ...['--dynamic-config-value', 'matching.enableFairness=true'],
  ];
}

/** The Web UI forwards to the frontend: one answer shows that both serve. */
async function namespaceAnswers(uiPort: number | undefined): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${uiPort}/api/v1/namespaces/default`, {
    signal: AbortSignal.timeout(2_000),
  });
  await response.body?.cancel();
  return response.ok;
}

async function keepClosedWorkflows(binary: string, address: string, log: Log): Promise<void> {
  const update = ['operator', 'namespace', 'update', '--namespace', 'default', '--retention', RETENTION];
  await promisify(execFile)(binary, [...update, '--address', address], {
    env: serverEnvironment(),
    timeout: 15_000,
  }).catch(() => log('Temporal keeps closed workflows for one day only: its retention could not be changed.'));
}

import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../postgres/migrate.ts';
import { buildPage } from './build-page.ts';
import { checkSettings } from './settings/check-settings.ts';
import { readConfigured } from './settings/configured.ts';
import { readContainerRows } from './settings/container-rows.ts';
import { readDiscordRows } from './settings/discord-rows.ts';
import { writeEnvFile } from './settings/env-file.ts';
import { readPaths } from './paths.ts';
import { printTable } from './settings/print-table.ts';
import { startServers, type Servers } from './servers.ts';
import { supervise, type Supervised } from './processes/supervise.ts';
import { waitFor } from './wait-for.ts';
import { watchSources } from './watch-sources.ts';

const { root, local, data, envFile } = readPaths(process.argv.slice(2));
const say = (line: string) => console.log(line);
const problem = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What runs, so that Ctrl-C can end it whenever it comes. */
const running: { servers?: Servers; processes: Map<string, Supervised>; unwatch?: () => void } = {
  processes: new Map(),
};
let stopping = false;

async function start(): Promise<void> {
  mkdirSync(local, { recursive: true, mode: 0o700 });
  chmodSync(local, 0o700);
  const configured = readConfigured(join(root, '.env'), process.env, say);
  checkSettings(configured);
  const discord = readDiscordRows(configured);
  const page = buildPage(root).catch((error: unknown) => say(problem(error)));
  const workspacesRoot = join(local, 'workspaces');
  const servers = await startServers({ dataDir: data, ports: 'contract', log: say, configured, workspacesRoot });
  running.servers = servers;
  if (stopping) return;
  if (!servers.postgres) await migrateReal(configured.DATABASE_URL ?? '');
  writeEnvFile(envFile, servers);
  await page;
  if (stopping) return;

  const scripts = {
    gateway: 'src/gateway.ts',
    orchestrator: 'workers/orchestrator.ts',
    sandbox: 'workers/sandbox.ts',
  } as const;
  for (const name of ['gateway', 'orchestrator', 'sandbox'] as const) {
    const supervised = supervise({
      root,
      dataDir: data,
      name,
      script: scripts[name],
      env: servers.env[name],
      log: say,
    });
    if (supervised) running.processes.set(name, supervised);
  }
  running.unwatch = watchSources(root, (users) => {
    say(`Changed: ${[...users].join(', ')}.`);
    if (users.has('page')) buildPage(root).catch((error: unknown) => say(problem(error)));
    for (const user of users) running.processes.get(user)?.restart();
  });

  await waitUntilReady(servers.publicUrl);
  if (stopping) return;
  for (const supervised of running.processes.values()) supervised.showLog();
  const { rows, botName } = await discord;
  const containers = await readContainerRows(configured);
  printTable(
    [...servers.parts, ...containers, ...rows, { name: 'Panager', address: servers.publicUrl, kind: 'ours' }],
    say,
  );
  say(`Panager is ready at ${servers.publicUrl}`);
  say(`${wayIn(rows.length > 0, botName)}, ask "이번 주 일정 보여줘"`);
}

function wayIn(withDiscord: boolean, botName: string | null): string {
  if (!withDiscord) return 'Open it, type any name';
  return `Open it, sign in with Discord${botName ? ` (or write to ${botName} there)` : ''}`;
}

async function migrateReal(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl).catch((error: unknown) => {
    throw new Error(
      `The database that DATABASE_URL names could not be migrated (${problem(error)}). Its tables are as they were and no process was started. ` +
        'Set a role that owns the database, or leave DATABASE_URL out for the embedded one.',
    );
  });
}

async function waitUntilReady(publicUrl: string): Promise<void> {
  const isReady = async () =>
    stopping || (await fetch(`${publicUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  while (!(await waitFor(isReady, 60_000, 200))) {
    say(
      `The gateway does not answer at ${publicUrl}/readyz yet; still waiting. Its log: ${join(data, 'logs/gateway.log')}`,
    );
  }
}

/** Ends everything in the order in which it is needed less: the door, the workers, the servers. */
async function stop(exitCode: number): Promise<void> {
  stopping = true;
  running.unwatch?.();
  // A start that is still going on knows servers that we do not: it sees that we stop, and hands them over.
  await starting.catch(() => undefined);
  const { gateway, ...workers } = Object.fromEntries(running.processes);
  await gateway?.stop();
  await Promise.all(Object.values(workers).map((worker) => worker.stop()));
  await running.servers?.stop();
  if (exitCode === 0) say('Everything is stopped. The data stays for the next start.');
  process.exit(exitCode);
}

function onSignal(): void {
  if (stopping) {
    say('Killing what is left.');
    for (const supervised of running.processes.values()) supervised.kill();
    running.servers?.kill();
    process.exit(130);
  }
  say('\nStopping the gateway, the workers and the servers (Ctrl-C again to kill them).');
  stop(0).then(
    () => undefined,
    (error: unknown) => {
      say(problem(error));
      process.exit(1);
    },
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
const starting = start();
starting.catch((error: unknown) => {
  console.error(problem(error));
  return stop(1);
});

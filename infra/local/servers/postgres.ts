import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../postgres/migrate.ts';
import type { Log, PortChoice } from '../local-types.ts';
import {
  asSystemUser,
  findPostgresBinaries,
  systemUserForPostgres,
  type PostgresBinaries,
  type SystemUser,
} from './postgres-binaries.ts';
import { startProcess, stopLeftover } from '../process.ts';
import { serverEnvironment } from './server-environment.ts';
import type { RunningServer } from './running-server.ts';
import { startServer } from './start-server.ts';
import { waitFor } from '../wait-for.ts';

export const databaseRoles = ['gateway', 'orchestrator', 'sandbox', 'eraser'] as const;
export type DatabaseRole = (typeof databaseRoles)[number];

/** One database: its address for the owner, who migrates, and for each least-privilege role. */
export type DatabaseUrls = { owner: string; roles: Record<DatabaseRole, string> };

export type EmbeddedPostgres = RunningServer & {
  address: string;
  /** The addresses of a database on this server. */
  urls(database: string): DatabaseUrls;
};

const OWNER = 'panager_owner';

/**
 * Postgres in the data folder, made on first start, with the database `panager` migrated and a fresh password for each
 * process role. `durable: false` is for tests: it survives kills of the process, not of the machine.
 */
export async function startPostgres(options: {
  dataDir: string;
  choice: PortChoice;
  log: Log;
  durable?: boolean;
}): Promise<EmbeddedPostgres> {
  const folder = join(options.dataDir, 'postgres');
  const binaries = await findPostgresBinaries();
  const user = await systemUserForPostgres();
  await initialise(options.dataDir, binaries, user);
  const ownerPassword = readFileSync(join(folder, 'owner.password'), 'utf8');
  const ownerUrl = (port: number | undefined, database: string) =>
    `postgresql://${OWNER}:${ownerPassword}@127.0.0.1:${port}/${database}`;

  const server = await startServer({
    name: 'postgres',
    dataDir: options.dataDir,
    preferredPorts: [5433],
    choice: options.choice,
    log: options.log,
    spec: async ([port]) => ({
      ...asSystemUser(user, binaries.postgres, serverArguments(join(folder, 'data'), port, options.durable ?? true)),
      env: serverEnvironment(),
      // SIGTERM would wait for every client to leave by itself.
      stopSignal: 'SIGINT',
    }),
    isHealthy: async ([port]) => (await query(ownerUrl(port, 'postgres'), 'SELECT 1')).length === 1,
  });

  const [port] = server.ports;
  await createDatabase(ownerUrl(port, 'postgres'), 'panager');
  await migrate(ownerUrl(port, 'panager'));
  const passwords = await renewPasswords(ownerUrl(port, 'postgres'));
  const roleUrl = (role: DatabaseRole, database: string) =>
    `postgresql://panager_${role}:${passwords[role]}@127.0.0.1:${port}/${database}`;
  return {
    ...server,
    address: `127.0.0.1:${port}`,
    urls: (database) => ({
      owner: ownerUrl(port, database),
      roles: Object.fromEntries(databaseRoles.map((role) => [role, roleUrl(role, database)])) as DatabaseUrls['roles'],
    }),
  };
}

/** Makes the cluster beside its place and renames it: a first start that was killed leaves nothing half made. */
async function initialise(dataDir: string, binaries: PostgresBinaries, user: SystemUser | undefined): Promise<void> {
  const folder = join(dataDir, 'postgres');
  if (existsSync(join(folder, 'data', 'PG_VERSION'))) return;
  // An initdb outlives the supervisor that was killed, and would write into what is made here.
  await stopLeftover(dataDir, 'initdb');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, 'data.new');
  const passwordFile = join(folder, 'owner.password');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (user) chownSync(fresh, user.uid, user.gid);
  const initdb = await startProcess(dataDir, {
    name: 'initdb',
    ...asSystemUser(user, binaries.initdb, [
      ...['--pgdata', fresh, '--username', OWNER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C'],
    ]),
    env: serverEnvironment(),
  });
  const ended = await waitFor(() => !initdb.isAlive(), 60_000);
  await initdb.stop();
  if (!ended || !existsSync(join(fresh, 'PG_VERSION')) || !initdb.output().includes('Success.')) {
    throw new Error(`Postgres could not make its data folder. initdb said:\n${initdb.output().trim()}`);
  }
  renameSync(fresh, join(folder, 'data'));
}

function serverArguments(dataFolder: string, port: number | undefined, durable: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    synchronous_commit: 'on',
    fsync: durable ? 'on' : 'off',
    max_connections: '300',
    log_min_messages: 'warning',
    // A statement that failed may carry a person's words: its text and parameters stay out of the log.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
  };
  return ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const found = await query(adminUrl, 'SELECT 1 FROM pg_database WHERE datname = $1::text', [name]);
  if (found.length === 0) await query(adminUrl, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
}

/** The migrations create the roles without a password; each start gives them a new one. */
async function renewPasswords(adminUrl: string): Promise<Record<DatabaseRole, string>> {
  const passwords = databaseRoles.map((role) => [role, randomBytes(24).toString('base64url')] as const);
  for (const [role, password] of passwords) {
    const name = `panager_${role}`;
    const known = await query(adminUrl, 'SELECT 1 FROM pg_roles WHERE rolname = $1::text', [name]);
    if (known.length === 0) continue;
    await query(adminUrl, `ALTER ROLE ${pg.escapeIdentifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  }
  return Object.fromEntries(passwords) as Record<DatabaseRole, string>;
}

async function query(url: string, text: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

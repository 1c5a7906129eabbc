import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmulatedGoogle as startGoogle } from '../../infra/local/servers/emulated-google.ts';
import { processNames, type ProcessName } from '../../infra/local/local-types.ts';
import type { VaultCredentials } from '../../infra/local/servers/openbao.ts';
import type { VaultRole } from '../../infra/local/servers/openbao-config.ts';
import type { DatabaseUrls } from '../../infra/local/servers/postgres.ts';
import { environments, type Environment } from '../../infra/local/settings/process-environment.ts';

/** The variable by which global-setup.ts tells the workers where the servers are. */
export const TEST_SERVERS = 'PANAGER_TEST_SERVERS';

export type TestServers = {
  /** With the word DATABASE where a database's name goes. */
  database: DatabaseUrls;
  vault: TestVault;
  temporal: string;
  namespaces: number;
};
export type TestVault = { address: string; credentials: Record<VaultRole, VaultCredentials> };
export type TestDatabase = DatabaseUrls & { name: string; drop(): Promise<void> };
export type TestGoogle = { address: string; clientId: string; clientSecret: string; stop(): Promise<void> };

const TEMPLATE = 'test_template';

/** A migrated database of this test's own, in a few dozen milliseconds. Drop it when done. */
export async function testDatabase(): Promise<TestDatabase> {
  const { database } = shared();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const urls = JSON.parse(JSON.stringify(database).replaceAll('DATABASE', name)) as DatabaseUrls;
  const admin = database.owner.replace('DATABASE', 'postgres');
  await execute(admin, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  return { ...urls, name, drop: () => execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The OpenBao of this run, with the credentials of each role. Paths hold uuids: tests do not meet each other there. */
export function testVault(): TestVault {
  return shared().vault;
}

/** The Temporal of this run. Use {@link temporalNamespace} with it: test files run side by side. */
export function temporalAddress(): string {
  return shared().temporal;
}

/** The namespace of this jest worker; no other test file uses it at the same time. It has Panager's search attributes. */
export function temporalNamespace(): string {
  return `test-${((Number(process.env.JEST_WORKER_ID ?? 1) - 1) % shared().namespaces) + 1}`;
}

/** An emulated Google of this test's own, with fresh people and events. `stop` also removes its data. */
export async function startEmulatedGoogle(client: {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
}): Promise<TestGoogle> {
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-google-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    const google = await startGoogle({
      dataDir,
      choice: 'free',
      log: () => undefined,
      redirectUri: client.redirectUri,
      client,
    });
    return { ...client, address: google.address, stop: () => google.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** What each of the three processes is told when a test starts them over this database and this Google. */
export function processEnvironments(system: {
  database: DatabaseUrls;
  google: TestGoogle;
  gatewayPort: number;
  more?: Environment;
}): Record<ProcessName, Environment> {
  const vault = testVault();
  const own = processNames.map((name) => [
    name,
    {
      DATABASE_URL: system.database.roles[name],
      VAULT_ROLE_ID: vault.credentials[name].roleId,
      VAULT_SECRET_ID: vault.credentials[name].secretId,
    },
  ]);
  return environments({
    machine: process.env,
    configured: system.more ?? {},
    shared: {
      PANAGER_MODE: 'test',
      PANAGER_EMBEDDED: 'postgres,vault,temporal',
      PANAGER_EMULATED: 'google',
      PORT: String(system.gatewayPort),
      PUBLIC_URL: `http://localhost:${system.gatewayPort}`,
      NO_PROXY: '127.0.0.1,localhost',
      LOG_LEVEL: 'info',
      TEMPORAL_ADDRESS: temporalAddress(),
      TEMPORAL_NAMESPACE: temporalNamespace(),
      VAULT_ADDR: vault.address,
      GOOGLE_CLIENT_ID: system.google.clientId,
      GOOGLE_CLIENT_SECRET: system.google.clientSecret,
      GOOGLE_BASE_URL: system.google.address,
    },
    own: Object.fromEntries(own) as Record<ProcessName, Environment>,
  });
}

/** The migrated database that {@link testDatabase} copies; nobody may be connected to it. */
export async function createTemplate(adminUrl: string): Promise<void> {
  await execute(adminUrl, `CREATE DATABASE ${TEMPLATE} TEMPLATE panager`);
}

function shared(): TestServers {
  const text = process.env[TEST_SERVERS];
  if (!text)
    throw new Error(`${TEST_SERVERS} is not set: run tests through jest with this repository's jest.config.js.`);
  return JSON.parse(text) as TestServers;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log, PortChoice } from '../local-types.ts';
import { serverEnvironment } from './server-environment.ts';
import type { RunningServer } from './running-server.ts';
import { startServer } from './start-server.ts';

export type GoogleClient = { clientId: string; clientSecret: string; redirectUri: string };
export type EmulatedGoogle = RunningServer & { address: string; client: GoogleClient };

const MAIN = resolve(import.meta.dirname, '../google/main.ts');

/** Our own pretend Google as a process of its own. It is ready when it says `listening <url>`; its accounts and events stay in the data folder. */
export async function startEmulatedGoogle(options: {
  dataDir: string;
  choice: PortChoice;
  log: Log;
  redirectUri: string;
  client?: { clientId: string; clientSecret: string };
}): Promise<EmulatedGoogle> {
  const folder = join(options.dataDir, 'google');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const client = { ...(options.client ?? keptClient(folder)), redirectUri: options.redirectUri };
  const server = await startServer({
    name: 'emulated-google',
    dataDir: options.dataDir,
    preferredPorts: [8101],
    choice: options.choice,
    log: options.log,
    spec: async ([port]) => ({
      command: process.execPath,
      args: [
        ...['--disable-warning=ExperimentalWarning', MAIN, '--port', String(port), '--data', folder],
        // One word each: a random secret may begin with a hyphen, which would read as an option of its own.
        ...[`--client-id=${client.clientId}`, `--client-secret=${client.clientSecret}`],
        `--redirect-uri=${client.redirectUri}`,
      ],
      env: { ...serverEnvironment(), PANAGER_MODE: 'dev' },
    }),
    isHealthy: async ([port], process) =>
      process.adopted ? answers(addressOf(port)) : process.output().includes(`listening ${addressOf(port)}`),
  });
  return { ...server, address: addressOf(server.ports[0]), client };
}

/** The development client, the same at every start, so that grants given to it stay good. */
function keptClient(folder: string): { clientId: string; clientSecret: string } {
  const file = join(folder, 'client-secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return { clientId: 'panager-local.apps.googleusercontent.com', clientSecret: readFileSync(file, 'utf8') };
}

async function answers(address: string): Promise<boolean> {
  const response = await fetch(address, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status < 500;
}

const addressOf = (port: number | undefined) => `http://127.0.0.1:${port}`;

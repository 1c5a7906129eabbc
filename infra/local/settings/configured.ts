import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Log } from '../local-types.ts';
import { isProductVariable, type Environment } from './process-environment.ts';

/** One server's variables: with any of them set, it is not embedded. */
const SERVERS = [
  { belongs: (name: string) => name === 'DATABASE_URL', address: 'DATABASE_URL' },
  { belongs: (name: string) => name.startsWith('TEMPORAL_'), address: 'TEMPORAL_ADDRESS' },
  { belongs: (name: string) => name.startsWith('VAULT_'), address: 'VAULT_ADDR' },
] as const;

/**
 * What `.env` says, and over it the shell. Empty values count as unset. A server whose address is a Docker host name
 * (`postgres`, `temporal`) belongs to the compose file: here it is embedded instead, and the log says so.
 */
export function readConfigured(envFile: string, shell: NodeJS.ProcessEnv, log: Log): Environment {
  const fromFile = existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {};
  const both = Object.entries({ ...fromFile, ...shell });
  const known = both.filter(([name, value]) => value && isProductVariable(name)) as [string, string][];
  let configured: Environment = Object.fromEntries(known);
  for (const { belongs, address } of SERVERS) {
    const host = hostOf(configured[address]);
    if (!host || host.includes('.') || host.includes(':') || host === 'localhost') continue;
    log(`${address} names the Docker host "${host}": the embedded server is used instead.`);
    configured = Object.fromEntries(Object.entries(configured).filter(([name]) => !belongs(name)));
  }
  return configured;
}

function hostOf(address: string | undefined): string | undefined {
  if (!address) return undefined;
  const url = address.includes('://') ? address : `tcp://${address}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

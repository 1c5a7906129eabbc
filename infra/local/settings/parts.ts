import type { Environment } from './process-environment.ts';
import type { ServerSet } from '../servers/server-set.ts';

/** A line of the table that a start prints. */
export type Part = { name: string; address: string; kind: 'embedded' | 'emulated' | 'real' };

/** Every part of the system that is not our own code, and which of them are ours to pretend. */
export function partsOf({ postgres, temporal, openBao, google }: ServerSet, configured: Environment): Part[] {
  const real = (name: string, address: string | undefined): Part => ({ name, address: address ?? '', kind: 'real' });
  const embedded = (name: string, address: string): Part => ({ name, address, kind: 'embedded' });
  return [
    postgres ? embedded('Postgres', postgres.address) : real('Postgres', hostOf(configured.DATABASE_URL)),
    openBao ? embedded('OpenBao', openBao.address) : real('Vault', configured.VAULT_ADDR),
    temporal ? embedded('Temporal', temporal.address) : real('Temporal', configured.TEMPORAL_ADDRESS),
    ...(temporal ? [embedded('Temporal Web UI', temporal.uiUrl)] : []),
    google
      ? { name: 'Google', address: google.address, kind: 'emulated' }
      : real('Google', configured.GOOGLE_BASE_URL ?? 'https://www.googleapis.com'),
  ];
}

/** The address without user and password. */
function hostOf(url: string | undefined): string {
  return url && URL.canParse(url) ? new URL(url).host : '';
}

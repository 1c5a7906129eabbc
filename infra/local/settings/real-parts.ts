import type { Environment } from './process-environment.ts';

/** Which parts are configured to be real ones. Half a configuration counts: what is missing is then reported, not hidden by ours. */
export function realParts(configured: Environment): Record<'postgres' | 'vault' | 'temporal' | 'google', boolean> {
  const names = Object.keys(configured);
  return {
    postgres: names.includes('DATABASE_URL'),
    vault: names.some((name) => name.startsWith('VAULT_')),
    temporal: names.some((name) => name.startsWith('TEMPORAL_') && name !== 'TEMPORAL_NAMESPACE'),
    google: names.includes('GOOGLE_CLIENT_ID') || names.includes('GOOGLE_CLIENT_SECRET'),
  };
}

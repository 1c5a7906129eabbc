import { renameSync, writeFileSync } from 'node:fs';
import { processNames } from '../local-types.ts';
import type { Servers } from '../servers.ts';

/** Writes every address and generated credential for people and scripts on this machine: one block for each process, 0600. */
export function writeEnvFile(file: string, servers: Servers): void {
  const blocks = processNames.map((name) => {
    const variables = Object.entries(servers.env[name]).filter(([variable]) => !process.env[variable]);
    return [`# ${name}`, ...variables.map(([variable, value]) => `${name.toUpperCase()}_${variable}=${value}`)].join(
      '\n',
    );
  });
  const owner = servers.postgres?.urls('panager').owner;
  const common = [
    '# Written at every start. Development credentials of this machine: never copy them elsewhere.',
    `PUBLIC_URL=${servers.publicUrl}`,
    ...(owner ? [`OWNER_DATABASE_URL=${owner}`] : []),
    ...(servers.temporal
      ? [`TEMPORAL_ADDRESS=${servers.temporal.address}`, `TEMPORAL_UI=${servers.temporal.uiUrl}`]
      : []),
    ...(servers.openBao ? [`VAULT_ADDR=${servers.openBao.address}`] : []),
    ...(servers.google ? [`GOOGLE_BASE_URL=${servers.google.address}`] : []),
  ].join('\n');
  writeFileSync(`${file}.new`, `${[common, ...blocks].join('\n\n')}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

import { readFileSync } from 'node:fs';
import { databaseUrl, endpoint, hostAndPort } from './formats.ts';
import type { Mode, TemporalConfig, VaultConfig } from './types.ts';
import type { Variables } from './variables.ts';

/*
 * Postgres, Vault and Temporal. In dev and test they are variables too: whoever starts embedded servers sets them.
 */

export function readDatabaseUrl(variables: Variables): string | null {
  const fix = 'Set postgres://user:password@host:port/database, or start with `make dev`, which brings its own.';
  return variables.required('DATABASE_URL', databaseUrl, fix);
}

export function readVault(variables: Variables): VaultConfig | null {
  const fix = 'Set the https address of Vault or OpenBao, or start with `make dev`, which brings its own.';
  const addr = variables.required('VAULT_ADDR', endpoint, fix);
  const roleId = readSecret(variables, 'VAULT_ROLE_ID');
  const secretId = readSecret(variables, 'VAULT_SECRET_ID');
  const token = variables.raw('VAULT_TOKEN');
  if (addr && roleId && secretId) return { addr, roleId, secretId };
  if (addr && roleId === null && secretId === null && token) return { addr, token };
  if (roleId === null && secretId === null && token) return null;
  const names = [roleId === null && 'VAULT_ROLE_ID', secretId === null && 'VAULT_SECRET_ID'].filter(
    (name) => name !== false,
  );
  for (const name of names) {
    variables.fault(name, 'is not set.', `Set it, or ${name}_FILE, to what the AppRole of this process has.`);
  }
  return null;
}

/** A secret by value or by file; null when neither is set, empty when a fault was reported. */
function readSecret(variables: Variables, name: string): string | null {
  const [value, file] = [variables.raw(name), variables.raw(`${name}_FILE`)];
  if (value && file) {
    variables.fault(name, `and ${name}_FILE are both set.`, 'Keep one of them.');
    return '';
  }
  if (!file) return value ?? null;
  try {
    const content = readFileSync(file, 'utf8').trim();
    if (content) return content;
    variables.fault(`${name}_FILE`, 'names an empty file.', 'Write the secret into it.');
  } catch {
    variables.fault(`${name}_FILE`, 'names a file that cannot be read.', 'Check the path, and who may read it.');
  }
  return '';
}

/** Only what must be there: TLS and keys are read by the SDK. MO-5: production proves who it is and checks the server. */
export function readTemporal(variables: Variables, mode: Mode | null): TemporalConfig | null {
  const fix = 'Set host:port of the Temporal frontend, or start with `make dev`, which brings its own.';
  const address = variables.required('TEMPORAL_ADDRESS', hostAndPort, fix);
  const hasCertificate = hasClientTls(variables, 'CERT');
  const hasKey = hasClientTls(variables, 'KEY');
  if (hasCertificate !== hasKey) {
    const missing = `TEMPORAL_TLS_CLIENT_${hasKey ? 'CERT' : 'KEY'}_PATH`;
    const problem = `is not set although the client ${hasKey ? 'key' : 'certificate'} is.`;
    variables.fault(missing, problem, 'Set both or neither (the _DATA forms are fine).');
  } else if (mode === 'production' && !hasCertificate && !variables.raw('TEMPORAL_API_KEY')) {
    variables.fault(
      'TEMPORAL_API_KEY',
      'is not set, and there is no client certificate: anybody could drive the workflows.',
      'Set it, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.',
    );
  }
  if (mode === 'production') refuseWeakTls(variables);
  return address === null ? null : { address, namespace: variables.raw('TEMPORAL_NAMESPACE') ?? 'default' };
}

function hasClientTls(variables: Variables, part: 'CERT' | 'KEY'): boolean {
  const name = `TEMPORAL_TLS_CLIENT_${part}`;
  return (variables.raw(`${name}_PATH`) ?? variables.raw(`${name}_DATA`)) !== undefined;
}

function refuseWeakTls(variables: Variables): void {
  const isOn = (name: string): boolean => /^(1|true)$/i.test(variables.raw(name) ?? '');
  if (variables.raw('TEMPORAL_TLS') && !isOn('TEMPORAL_TLS')) {
    variables.fault('TEMPORAL_TLS', 'is off, which production refuses.', 'Remove it.');
  }
  if (isOn('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION')) {
    const problem = 'is on, which production refuses.';
    variables.fault('TEMPORAL_TLS_DISABLE_HOST_VERIFICATION', problem, 'Remove it.');
  }
}

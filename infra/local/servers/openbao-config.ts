import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const vaultRoles = ['gateway', 'orchestrator', 'sandbox', 'admin'] as const;
export type VaultRole = (typeof vaultRoles)[number];

/** The name of the one container host of a development machine, as Vault paths spell it. */
export const LOCAL_HOST = 'local';

const policyFolder = resolve(import.meta.dirname, '../../vault');

export function policyText(role: VaultRole): string {
  return readFileSync(join(policyFolder, `${role}.hcl`), 'utf8').replaceAll('HOST', LOCAL_HOST);
}

/** Role ids are names, not secrets: the secret id is the secret. */
export const roleId = (role: VaultRole) => `panager-${role}`;

/**
 * OpenBao's configuration: it unseals itself with the key file, and on its very first start makes the secret mount, the
 * policies and the AppRoles by itself, so that no root token ever exists outside of it.
 */
export function openBaoConfig(folder: string, port: number | undefined): string {
  const requests = [
    request('mount', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } }),
    request('approle', 'sys/auth/approle', { type: 'approle' }),
    ...vaultRoles.flatMap((role) => [
      request(`policy-${role}`, `sys/policies/acl/${role}`, { policy: policyText(role) }),
      request(`role-${role}`, `auth/approle/role/${role}`, {
        role_id: roleId(role),
        token_policies: role,
        token_ttl: '1h',
        token_max_ttl: '24h',
      }),
      request(`secret-id-${role}`, `auth/approle/role/${role}/custom-secret-id`, {
        secret_id: { eval_source: 'file', eval_type: 'string', path: join(folder, 'secret-ids', role) },
      }),
    ]),
  ];
  return `
ui = false
disable_mlock = true
disable_clustering = true
log_level = "warn"
api_addr = "http://127.0.0.1:${port}"
storage "pebbledb" {
  path = ${quote(join(folder, 'data'))}
}
listener "tcp" {
  address = "127.0.0.1:${port}"
  tls_disable = true
}
seal "static" {
  current_key_id = "local-1"
  current_key = ${quote(`file://${join(folder, 'seal.key')}`)}
}
audit "file" "file" {
  options {
    file_path = ${quote(join(folder, 'audit.log'))}
  }
}
initialize "panager" {
${requests.join('\n')}
}
`;
}

type Value = string | boolean | { [key: string]: Value };

function request(name: string, path: string, data: { [key: string]: Value }): string {
  return `  request ${quote(name)} {\n    operation = "update"\n    path = ${quote(path)}\n    data = ${hcl(data)}\n  }`;
}

function hcl(value: Value): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return String(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key} = ${hcl(inner)}`)
    .join(', ')} }`;
}

/** HCL strings read JSON's escapes. */
const quote = (text: string) => JSON.stringify(text);

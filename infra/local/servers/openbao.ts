import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log, PortChoice } from '../local-types.ts';
import { openBaoConfig, policyText, roleId, vaultRoles, type VaultRole } from './openbao-config.ts';
import { stopLeftover } from '../process.ts';
import { serverEnvironment } from './server-environment.ts';
import type { RunningServer } from './running-server.ts';
import { startServer } from './start-server.ts';
import { waitFor } from '../wait-for.ts';

export type VaultCredentials = { roleId: string; secretId: string };

export type EmbeddedOpenBao = RunningServer & { address: string; credentials: Record<VaultRole, VaultCredentials> };

const AUDIT_LIMIT_BYTES = 50_000_000;

/**
 * OpenBao in the data folder: it initialises and unseals itself, and is ready when every role can log in. A first start
 * that was interrupted cannot be told from a finished one by its health answer and never heals, so a marker is written
 * after the first log-ins: without it everything is wiped and made again, with it nothing is ever wiped.
 */
export async function startOpenBao(options: {
  dataDir: string;
  binary: string;
  choice: PortChoice;
  log: Log;
}): Promise<EmbeddedOpenBao> {
  const folder = join(options.dataDir, 'openbao');
  const marker = join(folder, 'ready');
  if (!existsSync(marker)) {
    await stopLeftover(options.dataDir, 'openbao');
    rmSync(folder, { recursive: true, force: true });
    writeKeys(folder);
  }
  if (isAuditLogLong(folder)) rotateAuditLog(folder);
  const credentials = readCredentials(folder);

  const server = await startServer({
    name: 'openbao',
    dataDir: options.dataDir,
    preferredPorts: [8200],
    choice: options.choice,
    log: options.log,
    spec: async ([port]) => {
      // An attempt that failed before the marker may have initialised by half: each begins with nothing.
      if (!existsSync(marker)) rmSync(join(folder, 'data'), { recursive: true, force: true });
      const file = join(folder, 'config.hcl');
      const config = openBaoConfig(folder, port);
      writeFileSync(file, config, { mode: 0o600 });
      return {
        command: options.binary,
        args: ['server', '-config', file],
        env: serverEnvironment(),
        fingerprint: config,
      };
    },
    isHealthy: async ([port]) => {
      for (const role of vaultRoles) await logIn(addressOf(port), credentials[role]);
      return true;
    },
  });
  const address = addressOf(server.ports[0]);
  await upgrade(address, credentials.admin);
  writeFileSync(marker, '', { mode: 0o600 });
  const rotating = setInterval(() => {
    if (!isAuditLogLong(folder)) return;
    rotateAuditLog(folder);
    // It opens its log again, under the old name.
    server.signal('SIGHUP');
  }, 60_000).unref();
  const stop = () => {
    clearInterval(rotating);
    return server.stop();
  };
  return { ...server, stop, address, credentials };
}

/** A client token for the role. Throws with the status when OpenBao refuses, and with the network's error when it is not there. */
export async function logIn(
  address: string,
  { roleId: role_id, secretId: secret_id }: VaultCredentials,
): Promise<string> {
  const answer = await call(address, 'POST', 'auth/approle/login', { role_id, secret_id });
  return (answer as { auth: { client_token: string } }).auth.client_token;
}

/** What the first start created stays as it was; newer policy files and settings reach the server here. */
async function upgrade(address: string, admin: VaultCredentials): Promise<void> {
  const token = await logIn(address, admin);
  for (const role of vaultRoles) {
    if (role !== 'admin') await call(address, 'POST', `sys/policies/acl/${role}`, { policy: policyText(role) }, token);
  }
  // A new versioned mount refuses requests for a moment, which is also why this is not part of its own initialisation.
  const required = () => call(address, 'POST', 'secret/config', { cas_required: true }, token).then(() => true);
  if (!(await waitFor(required, 10_000))) await required();
  await call(address, 'POST', 'auth/token/revoke-self', {}, token);
}

async function call(address: string, method: string, path: string, body: object, token?: string): Promise<unknown> {
  const response = await fetch(`${address}/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { 'x-vault-token': token } : {}) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`OpenBao answered ${response.status} to ${path}.`);
  return text ? JSON.parse(text) : undefined;
}

function writeKeys(folder: string): void {
  mkdirSync(join(folder, 'secret-ids'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'seal.key'), randomBytes(32), { mode: 0o600 });
  for (const role of vaultRoles) writeFileSync(join(folder, 'secret-ids', role), randomUUID(), { mode: 0o600 });
}

function readCredentials(folder: string): Record<VaultRole, VaultCredentials> {
  const of = (role: VaultRole) => ({
    roleId: roleId(role),
    secretId: readFileSync(join(folder, 'secret-ids', role), 'utf8'),
  });
  return Object.fromEntries(vaultRoles.map((role) => [role, of(role)])) as Record<VaultRole, VaultCredentials>;
}

const auditLog = (folder: string) => join(folder, 'audit.log');
const isAuditLogLong = (folder: string) =>
  (statSync(auditLog(folder), { throwIfNoEntry: false })?.size ?? 0) > AUDIT_LIMIT_BYTES;
/** One older file is kept: the log is bounded by two. */
const rotateAuditLog = (folder: string) => renameSync(auditLog(folder), `${auditLog(folder)}.1`);

const addressOf = (port: number | undefined) => `http://127.0.0.1:${port}`;

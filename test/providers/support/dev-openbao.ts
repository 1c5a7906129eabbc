import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBinary } from '../../../infra/local/binaries.ts';
import { anyFreePort } from '../../../infra/local/ports.ts';
import { waitFor } from '../../../infra/local/wait-for.ts';
import { freeze, thaw } from '../../support/freeze.ts';

const ROOT_TOKEN = 'root';

/**
 * A real OpenBao in memory with the product's policies. Unlike the embedded one it has a root token, so that tests can
 * seal it, revoke tokens and take mounts away.
 */
export async function startDevOpenBao() {
  const port = await anyFreePort();
  const addr = `http://127.0.0.1:${port}`;
  const home = await mkdtemp(join(tmpdir(), 'panager-bao-'));
  const child = spawn(
    await ensureBinary('bao'),
    [
      'server',
      '-dev',
      '-dev-no-store-token',
      `-dev-root-token-id=${ROOT_TOKEN}`,
      `-dev-listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore', env: { HOME: home } },
  );
  const exited = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error('OpenBao could not be started.');

  const admin = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${addr}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': ROOT_TOKEN, 'content-type': 'application/json', connection: 'close' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`OpenBao answered ${response.status} to ${path}: ${text}`);
    return (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  };

  const stop = async (): Promise<void> => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await exited;
    await rm(home, { recursive: true, force: true });
  };

  try {
    if (!(await waitFor(() => admin('GET', 'secret/config'), 20_000))) throw new Error('OpenBao did not start.');
    await admin('POST', 'secret/config', { cas_required: true });
    await admin('POST', 'sys/auth/approle', { type: 'approle' });
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    addr,
    admin,
    stop,
    freeze: () => freeze(pid),
    thaw: () => thaw(pid),
    /** Role and secret id of a new AppRole with the product's policy of that name. */
    async login(policy: 'gateway' | 'orchestrator', tokenTtl = '1h'): Promise<{ roleId: string; secretId: string }> {
      const file = new URL(`../../../infra/vault/${policy}.hcl`, import.meta.url);
      await admin('POST', `sys/policies/acl/${policy}`, { policy: readFileSync(file, 'utf8') });
      await admin('POST', `auth/approle/role/${policy}`, { token_policies: policy, token_ttl: tokenTtl });
      const role = (await admin('GET', `auth/approle/role/${policy}/role-id`)).data as { role_id: string };
      const secret = (await admin('POST', `auth/approle/role/${policy}/secret-id`)).data as { secret_id: string };
      return { roleId: role.role_id, secretId: secret.secret_id };
    },
  };
}

import nodeVault from 'node-vault';
import type { Logger } from '../logger.ts';
import { VaultRefusal, asRefusal, asUnavailable, isAbsent, isLostRace } from './vault-refusal.ts';
import type { VaultBody } from './vault-refusal.ts';
import { createVaultSession } from './vault-session.ts';
import type { VaultLogin } from './vault-session.ts';
import { createVaultTransport } from './vault-transport.ts';
import type { VaultRequest } from './vault-transport.ts';

export type VaultConnectionOptions = VaultLogin & {
  addr: string;
  logger: Logger;
  /** Of one request to Vault. A method makes a few of them: log-in, the call, reading back. */
  timeoutMs?: number;
};

export type VaultConnection = ReturnType<typeof createVaultConnection>;

const DEFAULT_TIMEOUT_MS = 5_000;

/** Calls of Vault or OpenBao as one AppRole, or with one token. */
export function createVaultConnection(options: VaultConnectionOptions) {
  const { addr, logger, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const transport = createVaultTransport({ addr, timeoutMs });
  const vault = nodeVault({
    endpoint: addr,
    // Its own debug output prints secrets.
    debug: () => undefined,
    'request-promise': { defaults: () => (request: VaultRequest) => transport.request(request) },
  });
  // Both default to variables that are meant for the command line client of whoever started us.
  Object.assign(vault, { token: '', pathPrefix: '' });

  const send = async (method: string, path: string, json?: object, token?: string): Promise<VaultBody> => {
    const headers = token === undefined ? {} : { 'X-Vault-Token': token };
    const answer: unknown = await vault.request({ method, path: `/${path}`, json, headers }).catch((error: unknown) => {
      throw asRefusal(error);
    });
    return typeof answer === 'object' && answer !== null ? answer : {};
  };

  const withToken = createVaultSession(options, (roleId, secretId) =>
    send('POST', 'auth/approle/login', { role_id: roleId, secret_id: secretId }),
  );

  /** @throws VaultRefusal where the answer says something about the path, else VaultUnavailable */
  const call = async (method: string, path: string, json?: object): Promise<VaultBody> => {
    try {
      return await withToken((token) => send(method, path, json, token));
    } catch (error) {
      if (isLostRace(error) || isAbsent(error)) throw error;
      const unavailable = asUnavailable(error);
      const status = error instanceof VaultRefusal ? error.status : null;
      logger.warn({ reason: unavailable.reason, status }, 'Vault did not serve a call.');
      throw unavailable;
    }
  };

  return {
    call,

    /** True when we can log in and Vault serves us; its own health answer is good news too early. Never throws. */
    async healthy(): Promise<boolean> {
      return call('GET', 'auth/token/lookup-self').then(
        ({ data }) => data !== undefined,
        () => false,
      );
    },

    /** Ends the connections that are kept open. */
    close(): void {
      transport.close();
    },
  };
}

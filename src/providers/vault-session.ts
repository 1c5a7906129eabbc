import { VaultUnavailable } from '../ports/credential-vault.ts';
import { isDeadToken } from './vault-refusal.ts';
import type { VaultBody } from './vault-refusal.ts';

export type VaultLogin = { roleId: string; secretId: string; token?: undefined } | { token: string };

/** A token is replaced when two thirds of its life are over, so that no call meets its end. */
const RENEW_AFTER_SHARE = 2 / 3;

/**
 * The token that calls are made with. It is renewed by logging in again: one request like a renewal, and it also works
 * when the token's maximum life is over. However many calls need it, there is one log-in at a time.
 */
export function createVaultSession(login: VaultLogin, logIn: (roleId: string, secretId: string) => Promise<VaultBody>) {
  let current: { token: string; until: number } | null = null;
  let pending: Promise<string> | null = null;

  const renew = async (roleId: string, secretId: string): Promise<string> => {
    const { auth } = await logIn(roleId, secretId);
    if (!auth?.client_token) throw new VaultUnavailable('failing');
    // Zero seconds means that the token does not expire.
    const lifeMs = auth.lease_duration ? auth.lease_duration * 1000 * RENEW_AFTER_SHARE : Infinity;
    current = { token: auth.client_token, until: performance.now() + lifeMs };
    return auth.client_token;
  };

  const token = async (): Promise<string> => {
    if (login.token !== undefined) return login.token;
    if (current && performance.now() < current.until) return current.token;
    pending ??= renew(login.roleId, login.secretId).finally(() => {
      pending = null;
    });
    return pending;
  };

  /** Runs `action`; when its token turns out to be dead, once more with a new one. A dead token changed nothing. */
  return async function withToken<T>(action: (token: string) => Promise<T>): Promise<T> {
    const used = await token();
    try {
      return await action(used);
    } catch (error) {
      if (login.token !== undefined || !isDeadToken(error)) throw error;
      if (current?.token === used) current = null;
      return action(await token());
    }
  };
}

import { PROVIDERS } from '../domain/words.ts';
import type { CredentialIndex } from '../ports/credential-index.ts';
import { VaultUnavailable, type CredentialPath } from '../ports/credential-vault.ts';
import { asUnavailable, isAbsent, type VaultBody } from './vault-refusal.ts';

/** The metadata side of KV version 2 at `secret/metadata/users/<user>/<provider>/<attempt>`: no secret is read. */
export function createCredentialIndex(
  call: (method: string, path: string) => Promise<VaultBody>,
  pathOf: (path: CredentialPath) => string,
): CredentialIndex {
  /** Sorted. OpenBao pages by `after` and `limit`; where a server does not know them it sends everything. */
  const list = async (path: string, after = '', limit = 0): Promise<string[]> => {
    const page = new URLSearchParams({ list: 'true', ...(after && { after }), ...(limit && { limit: String(limit) }) });
    try {
      const { data } = await call('GET', `secret/metadata/${path}?${page.toString()}`);
      if (!Array.isArray(data?.keys)) throw new VaultUnavailable('failing');
      return data.keys.map(String).sort();
    } catch (error) {
      if (isAbsent(error)) return [];
      throw asUnavailable(error);
    }
  };
  const folders = (keys: string[]) => keys.flatMap((key) => (key.endsWith('/') ? [key.slice(0, -1)] : []));

  return {
    async people(after, limit) {
      const keys = await list('users', after === null ? '' : `${after}/`, limit);
      return folders(keys)
        .filter((userId) => after === null || userId > after)
        .slice(0, limit);
    },

    async pathsOf(userId) {
      const named = folders(await list(`users/${encodeURIComponent(userId)}`));
      const providers = PROVIDERS.filter((provider) => named.includes(provider));
      const paths = await Promise.all(
        providers.map(async (provider) => {
          const attempts = await list(`users/${encodeURIComponent(userId)}/${provider}`);
          return attempts.filter((key) => !key.endsWith('/')).map((attemptId) => ({ userId, provider, attemptId }));
        }),
      );
      return paths.flat();
    },

    async look(path) {
      try {
        const { data } = await call('GET', `secret/metadata/${pathOf(path)}`);
        if (!data?.versions) throw new VaultUnavailable('failing');
        const live = Object.values(data.versions).filter((version) => !version.destroyed);
        const since = live.map(({ created_time: created = '' }) => Date.parse(created)).filter(Number.isFinite);
        return live.length === 0 ? { kind: 'destroyed' } : { kind: 'live', since: new Date(Math.max(0, ...since)) };
      } catch (error) {
        if (isAbsent(error)) return { kind: 'missing' };
        throw asUnavailable(error);
      }
    },
  };
}

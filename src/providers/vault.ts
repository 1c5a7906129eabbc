import { PROVIDERS } from '../domain/words.ts';
import type { CredentialIndex } from '../ports/credential-index.ts';
import { VaultUnavailable } from '../ports/credential-vault.ts';
import type { Credential, CredentialPath, CredentialVault, StoredCredential } from '../ports/credential-vault.ts';
import { createVaultConnection } from './vault-connection.ts';
import type { VaultConnectionOptions } from './vault-connection.ts';
import { createCredentialIndex } from './vault-index.ts';
import { asUnavailable, isAbsent, isLostRace } from './vault-refusal.ts';

/** How often versions that appear while a path is being destroyed are destroyed too. */
const MAX_DESTROY_ROUNDS = 5;

/**
 * Credentials in KV version 2 at `secret/users/<user>/<provider>/<attempt>` of Vault or OpenBao.
 *
 * The gateway's role may create but not read (MO-4), so `create` decides from the answer alone: a lost one is
 * `VaultUnavailable`, and repair finds out later. `read`, `replace` and `destroy` need the orchestrator's role.
 */
export function createCredentialVault(options: VaultConnectionOptions) {
  const { call, healthy, close } = createVaultConnection(options);

  /** Writes only on top of `revision`; 0 is "nothing was ever written". @throws VaultRefusal when that race is lost */
  const write = async (path: string, data: object, revision: number): Promise<void> => {
    const answer = await call('POST', `secret/data/${path}`, { options: { cas: revision }, data });
    // A proxy's friendly page is no acknowledgement.
    if (answer.data?.version !== revision + 1) throw new VaultUnavailable('failing');
  };

  const writeFirst = async (path: string, data: object): Promise<'created' | 'exists'> => {
    try {
      await write(path, data, 0);
      return 'created';
    } catch (error) {
      if (isLostRace(error)) return 'exists';
      throw asUnavailable(error);
    }
  };

  const read = async (path: string): Promise<StoredCredential> => {
    try {
      const { data } = await call('GET', `secret/data/${path}`);
      return asStored(data?.data, data?.metadata?.version);
    } catch (error) {
      if (isAbsent(error)) return { kind: error.body.data?.metadata ? 'destroyed' : 'missing' };
      throw asUnavailable(error);
    }
  };

  const replace = async (path: string, credential: Credential, revision: number): Promise<'replaced' | 'conflict'> => {
    try {
      await write(path, asData(credential), revision);
      return 'replaced';
    } catch (error) {
      // Also after a lost race: the write that won may be this one, whose answer was lost when it was tried before.
      const now = await read(path);
      if (now.kind === 'credential' && now.revision === revision + 1 && isSame(now.credential, credential)) {
        return 'replaced';
      }
      if (isLostRace(error) || now.kind !== 'credential' || now.revision !== revision) return 'conflict';
      throw asUnavailable(error);
    }
  };

  /** Versions that still hold something. */
  const liveVersions = async (path: string): Promise<number[]> => {
    try {
      const { data } = await call('GET', `secret/metadata/${path}`);
      if (!data?.versions) throw new VaultUnavailable('failing');
      const versions = Object.entries(data.versions);
      return versions.filter(([, version]) => !version.destroyed).map(([number]) => Number(number));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw asUnavailable(error);
    }
  };

  const destroy = async (path: string): Promise<void> => {
    for (let round = 0; round < MAX_DESTROY_ROUNDS; round += 1) {
      const versions = await liveVersions(path);
      if (versions.length === 0) return;
      await call('POST', `secret/destroy/${path}`, { versions }).catch((error: unknown) => {
        throw asUnavailable(error);
      });
    }
    throw new VaultUnavailable('failing');
  };

  return {
    create: async (path, credential) => writeFirst(pathOf(path), asData(credential)),
    bury: async (path) => writeFirst(pathOf(path), { tombstone: true }),
    read: async (path) => read(pathOf(path)),
    replace: async (path, credential, revision) => replace(pathOf(path), credential, revision),
    destroy: async (path) => destroy(pathOf(path)),
    ...createCredentialIndex(call, pathOf),

    healthy,
    close,
  } satisfies CredentialVault & CredentialIndex & { healthy(): Promise<boolean>; close(): void };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** node-vault does not encode paths and `..` would climb out of them: only our own ids pass. @throws TypeError */
function pathOf({ userId, provider, attemptId }: CredentialPath): string {
  if (!UUID.test(userId) || !UUID.test(attemptId) || !PROVIDERS.includes(provider)) {
    throw new TypeError('A credential path is made of our own ids only.');
  }
  return ['users', userId, provider, attemptId].map(encodeURIComponent).join('/');
}

function asData({ accessToken, refreshToken, expiresAt }: Credential): Credential {
  return { accessToken, refreshToken, expiresAt };
}

function asStored(data: Record<string, unknown> | null | undefined, revision: number | undefined): StoredCredential {
  if (data?.tombstone === true) return { kind: 'tombstone' };
  const { accessToken, refreshToken, expiresAt } = data ?? {};
  if (typeof accessToken !== 'string' || !isTextOrNull(refreshToken) || !isTextOrNull(expiresAt) || !revision) {
    throw new VaultUnavailable('failing');
  }
  return { kind: 'credential', credential: { accessToken, refreshToken, expiresAt }, revision };
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

const isSame = (a: Credential, b: Credential): boolean =>
  a.accessToken === b.accessToken && a.refreshToken === b.refreshToken && a.expiresAt === b.expiresAt;

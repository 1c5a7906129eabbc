import type { Connection, ConsentStore } from '../ports/consent-store.ts';
import type { Credential, CredentialPath, CredentialVault } from '../ports/credential-vault.ts';
import type { OAuthProvider } from '../ports/oauth-provider.ts';
import { ProviderFailure, type ProviderFailureKind } from '../ports/provider-failure.ts';
import { ClientRefused } from './client-refused.ts';
import { releaseWaiters } from './release-waiters.ts';

/** An access token that ends sooner than this is renewed before it is used. */
const EXPIRY_MARGIN_MS = 60_000;
/** Longer than a refresh may take with the write that follows it; a dead holder blocks others no longer than this. */
const LEASE_MS = 30_000;
const REFRESH_TIMEOUT_MS = 10_000;
/** What another try may mend by itself. Every other answer of a token endpoint is about our own client (RFC 6749 5.2). */
const PASSING: ReadonlySet<ProviderFailureKind> = new Set(['unavailable', 'timeout', 'rateLimited']);

export type Lent =
  | {
      kind: 'lent';
      accessToken: string;
      revision: number;
      /** As it is after a refresh: what a refusal is compared with. */
      connection: Connection;
    }
  /** The grant is dead: only the person can help. */
  | { kind: 'dead'; as: 'expired' | 'revoked' }
  /** Moved, or being refreshed by another process: look again shortly. */
  | { kind: 'busy' };

export interface Credentials {
  /**
   * The secret of a connection, renewed when it has expired or when `refusedRevision` is the newest one there is.
   * @throws VaultUnavailable, ProviderFailure (the provider does not answer), ClientRefused: never a reason to ask the
   * person, and none of them says anything about what the secret was wanted for
   */
  borrow(connection: Connection, refusedRevision?: number): Promise<Lent>;
}

/** Reads and refreshes credentials; a refresh happens once at a time per connection, over all processes (OA-12). */
export function createCredentials({
  store,
  vault,
  oauth,
}: {
  store: ConsentStore;
  vault: CredentialVault;
  oauth: (provider: string) => OAuthProvider;
}): Credentials {
  const refreshing = new Map<string, Promise<Lent>>();

  return {
    async borrow(connection, refusedRevision) {
      const path = pathOf(connection);
      const stored = await vault.read(path);
      // A finished reconnect has destroyed it: the row points to a newer one by now.
      if (stored.kind !== 'credential') return { kind: 'busy' };
      const { credential, revision } = stored;
      if (revision !== refusedRevision && isFresh(credential)) {
        return { kind: 'lent', accessToken: credential.accessToken, revision, connection };
      }
      if (credential.refreshToken === null) return { kind: 'dead', as: 'expired' };

      const key = `${connection.id}/${connection.version}/${revision}`;
      const running = refreshing.get(key) ?? refresh(connection, path, refusedRevision);
      refreshing.set(key, running);
      try {
        return await running;
      } finally {
        refreshing.delete(key);
      }
    },
  };

  async function refresh(connection: Connection, path: CredentialPath, refusedRevision?: number): Promise<Lent> {
    const lease = await store.leaseRefresh(connection.id, connection.version, LEASE_MS);
    if (lease === null) return { kind: 'busy' };
    try {
      // Under the lease nobody else refreshes, so this revision is the newest until we replace it.
      const stored = await vault.read(path);
      if (stored.kind !== 'credential') return { kind: 'busy' };
      const { credential, revision } = stored;
      if (revision !== refusedRevision && isFresh(credential)) {
        return {
          kind: 'lent',
          accessToken: credential.accessToken,
          revision,
          connection: await recordRefresh(connection),
        };
      }
      return await renew(connection, path, credential, revision);
    } finally {
      await store.releaseRefresh(connection.id, lease);
    }
  }

  async function renew(
    connection: Connection,
    path: CredentialPath,
    credential: Credential,
    revision: number,
  ): Promise<Lent> {
    if (credential.refreshToken === null) return { kind: 'dead', as: 'expired' };
    const signal = AbortSignal.timeout(REFRESH_TIMEOUT_MS);
    const grant = await oauth(connection.provider)
      .refresh(credential.refreshToken, signal)
      .catch((error: unknown) => {
        if (!(error instanceof ProviderFailure)) throw error;
        if (error.kind === 'invalidGrant') return null;
        throw PASSING.has(error.kind) ? error : new ClientRefused(connection.provider, error.status);
      });
    if (grant === null) return (await isNewest(path, revision)) ? { kind: 'dead', as: 'revoked' } : { kind: 'busy' };

    // A rotated refresh token is stored before the new access token is used: a crash must not lose the only one.
    const renewed: Credential = {
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken ?? credential.refreshToken,
      expiresAt: grant.expiresAt?.toISOString() ?? null,
    };
    if ((await vault.replace(path, renewed, revision)) === 'conflict') return { kind: 'busy' };
    return {
      kind: 'lent',
      accessToken: renewed.accessToken,
      revision: revision + 1,
      connection: await recordRefresh(connection),
    };
  }

  /** False when somebody else has refreshed since: our lease ended while we were frozen, and the refusal is old news. */
  async function isNewest(path: CredentialPath, revision: number): Promise<boolean> {
    const stored = await vault.read(path);
    return stored.kind === 'credential' && stored.revision === revision;
  }

  /** Counts the new secret in the row. A connection that was marked revoked meanwhile is good again. */
  async function recordRefresh(connection: Connection): Promise<Connection> {
    const { userId, provider } = connection;
    return store.transact({ userId, providers: [provider] }, async (tx) => {
      const current = await tx.connection(provider);
      if (current === null || current.version !== connection.version || current.status === 'gone') return connection;
      const refreshed = { ...current, secretRev: current.secretRev + 1 };
      if (current.status === 'active') {
        await tx.updateConnection(refreshed);
        return refreshed;
      }
      const reactivated = { ...refreshed, status: 'active' as const, version: current.version + 1, revokedAs: null };
      await tx.updateConnection(reactivated);
      tx.changed('connection', current.id);
      await releaseWaiters(tx, provider, reactivated);
      return reactivated;
    });
  }
}

function isFresh(credential: Credential): boolean {
  return credential.expiresAt === null || Date.parse(credential.expiresAt) - Date.now() > EXPIRY_MARGIN_MS;
}

function pathOf({ userId, provider, credential }: Connection): CredentialPath {
  return { userId, provider, attemptId: credential };
}

import type { ConsentStore } from '../ports/consent-store.ts';
import type { CredentialIndex } from '../ports/credential-index.ts';
import { VaultUnavailable, type CredentialPath, type CredentialVault } from '../ports/credential-vault.ts';
import type { Pointer } from '../ports/orphan-store.ts';
import { Alarm } from './alarm.ts';
import { sideBySide } from './side-by-side.ts';

/** Where a search goes on: in the paths of Vault, then in the connections that point there. */
export interface OrphanPage {
  place: 'vault' | 'connections';
  after: string | null;
}

export const FIRST_PAGE: OrphanPage = { place: 'vault', after: null };

export interface OrphanSearch {
  store: ConsentStore;
  vault: CredentialVault;
  index: CredentialIndex;
  /** For the operator. */
  onTrouble: (error: unknown) => void;
  bounds?: Partial<OrphanBounds>;
}

export interface OrphanBounds {
  people: number;
  connections: number;
  /** A path that no row knows is left alone for so long: the row may be in a database that is being restored. */
  unknownAfterMs: number;
  /** A connection is compared with Vault from this age on: a standby of Vault may be a little behind. */
  settledAfterMs: number;
}

const BOUNDS: OrphanBounds = {
  people: 50,
  connections: 200,
  unknownAfterMs: 24 * 60 * 60 * 1000,
  settledAfterMs: 5 * 60 * 1000,
};

/**
 * One page of the search for what S5 forbids in the end: a stored credential that no row points to, and a connection that
 * points to nothing. Both are decided by rows under the lock of their link, never by what Vault's list says: a trip that
 * is under way owns its path, whatever is there by now, until its callback or its repair has decided.
 *
 * @returns the next page; null when this was the last
 * @throws VaultUnavailable: nothing is known then, and nothing was decided
 */
export async function searchOrphans(search: OrphanSearch, { place, after }: OrphanPage): Promise<OrphanPage | null> {
  const bounds = { ...BOUNDS, ...search.bounds };
  return place === 'vault' ? searchVault(search, bounds, after) : searchConnections(search, bounds, after);
}

async function searchVault(search: OrphanSearch, bounds: OrphanBounds, after: string | null): Promise<OrphanPage> {
  const people = await search.index.people(after, bounds.people);
  const found = { orphans: 0, unknown: 0 };
  const work = async (userId: string) => {
    const paths = await search.index.pathsOf(userId);
    const known = await search.store.ownershipOf(paths.map(({ attemptId }) => attemptId));
    const stateOf = new Map(known.map(({ attemptId, state }) => [attemptId, state]));
    for (const path of paths) {
      const state = stateOf.get(path.attemptId);
      if (state === undefined) found.unknown += await endUnknown(search, path, bounds.unknownAfterMs);
      else if (state === 'orphan') found.orphans += await endOrphan(search, path);
    }
    return true;
  };
  await throughVault(search, people, work);
  if (found.orphans > 0) search.onTrouble(new Alarm(`credentials that nobody owns are destroyed: ${found.orphans}`));
  if (found.unknown > 0) search.onTrouble(new Alarm(`credentials that no row knows were destroyed: ${found.unknown}`));
  const last = people.length < bounds.people ? undefined : people.at(-1);
  return last === undefined ? { place: 'connections', after: null } : { place: 'vault', after: last };
}

/** The job that destroys is the one that every other end of a credential uses. @returns how many were found: 0 or 1 */
async function endOrphan({ store, vault }: OrphanSearch, path: CredentialPath): Promise<number> {
  const { userId, provider, attemptId } = path;
  if ((await vault.read(path)).kind !== 'credential') {
    // Destroyed by a job that did not get to say so, or claimed by repair: nothing can be written there any more.
    await store.secretGone(attemptId);
    return 0;
  }
  return store.transact({ userId, providers: [provider] }, async (tx) => {
    const attempt = await tx.attempt(attemptId);
    const connection = await tx.connection(provider);
    const isUsed = connection !== null && connection.status !== 'gone' && connection.credential === attemptId;
    const isUnderWay = attempt === null || ['started', 'burnt', 'confirm'].includes(attempt.status);
    if (isUsed || isUnderWay) return 0;
    await tx.destroyCredential(path, false);
    await tx.audit('orphanFound', { attemptId, provider });
    return 1;
  });
}

/** Rows of a trip are written before its secret, so no row means that they were deleted: nobody will come back for it. */
async function endUnknown({ vault, index }: OrphanSearch, path: CredentialPath, afterMs: number): Promise<number> {
  const stored = await index.look(path);
  if (stored.kind !== 'live' || Date.now() - stored.since.getTime() < afterMs) return 0;
  await vault.destroy(path);
  return 1;
}

async function searchConnections(
  search: OrphanSearch,
  bounds: OrphanBounds,
  after: string | null,
): Promise<OrphanPage | null> {
  const connections = await search.store.connectionsAfter(after, bounds.settledAfterMs, bounds.connections);
  const found = await throughVault(search, connections, async (connection) => {
    const { userId, provider, credential: attemptId } = connection;
    const stored = await search.index.look({ userId, provider, attemptId });
    return stored.kind !== 'live' && revoke(search.store, connection);
  });
  if (found > 0) search.onTrouble(new Alarm(`connections pointed to no credential, and are asked for again: ${found}`));
  const last = connections.length < bounds.connections ? undefined : connections.at(-1)?.id;
  return last === undefined ? null : { place: 'connections', after: last };
}

/** A mark never hits a newer secret: one that came since the look was stored before its row. */
async function revoke(store: ConsentStore, { userId, provider, id, version, credential }: Pointer): Promise<boolean> {
  return store.transact({ userId, providers: [provider] }, async (tx) => {
    const current = await tx.connection(provider);
    const isSame = current?.id === id && current.version === version && current.credential === credential;
    if (!isSame || current.status !== 'active') return false;
    await tx.updateConnection({ ...current, status: 'revoked', revokedAs: 'revoked' });
    await tx.audit('credentialMissing', { attemptId: credential, provider });
    tx.changed('connection', id);
    return true;
  });
}

/** Side by side; a Vault that does not answer ends the page, so that it is looked through again. */
async function throughVault<Item>(
  { onTrouble }: OrphanSearch,
  items: readonly Item[],
  work: (item: Item) => Promise<boolean>,
): Promise<number> {
  let unavailable: VaultUnavailable | null = null;
  const count = await sideBySide(items, work, (error) => {
    if (error instanceof VaultUnavailable) unavailable = error;
    else onTrouble(error);
  });
  if (unavailable !== null) throw unavailable as VaultUnavailable;
  return count;
}

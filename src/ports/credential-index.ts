import type { CredentialPath } from './credential-vault.ts';

/** What is stored where, without what is in it. Bounded in time; every method throws `VaultUnavailable`. */
export interface CredentialIndex {
  /** People under whom anything was ever stored, in the order of their ids, after `after`, at most `limit`. */
  people(after: string | null, limit: number): Promise<string[]>;
  /** Every path of a person at which anything was ever stored. */
  pathsOf(userId: string): Promise<CredentialPath[]>;
  look(path: CredentialPath): Promise<StoredAt>;
}

export type StoredAt =
  /** Some version still holds something: a credential, or repair's tombstone. */
  { kind: 'live'; since: Date } | { kind: 'destroyed' } | { kind: 'missing' };

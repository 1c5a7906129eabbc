import type { Provider } from '../domain/words.ts';

/** Where a credential lives: written once, at the path of the attempt that brought it. All parts are ids of ours. */
export interface CredentialPath {
  userId: string;
  provider: Provider;
  attemptId: string;
}

/** The secret of a connection. */
export interface Credential {
  accessToken: string;
  refreshToken: string | null;
  /** ISO 8601; null when the access token does not expire. */
  expiresAt: string | null;
}

export type StoredCredential =
  | { kind: 'credential'; credential: Credential; revision: number }
  /** Written by repair so that a frozen callback cannot store a secret that nobody owns. */
  | { kind: 'tombstone' }
  | { kind: 'destroyed' }
  | { kind: 'missing' };

/**
 * Secrets stop here. Every method is bounded in time and throws `VaultUnavailable` when the store is down, sealed or
 * slow: that is never a reason to ask a person to connect again (SE-2).
 */
export interface CredentialVault {
  /** Check-and-set 0: writes only where nothing was ever written. */
  create(path: CredentialPath, credential: Credential): Promise<'created' | 'exists'>;
  /** Check-and-set 0, a mark without a secret in it. */
  bury(path: CredentialPath): Promise<'created' | 'exists'>;
  read(path: CredentialPath): Promise<StoredCredential>;
  /** Check-and-set against `revision`; a lost race answers `conflict`, an answer lost on the way is read back. */
  replace(path: CredentialPath, credential: Credential, revision: number): Promise<'replaced' | 'conflict'>;
  /** Destroys every version and keeps the metadata, so that a late `create` still finds something there. */
  destroy(path: CredentialPath): Promise<void>;
}

export type VaultTrouble = 'sealed' | 'unreachable' | 'timeout' | 'refused' | 'failing';

export class VaultUnavailable extends Error {
  override readonly name = 'VaultUnavailable';
  readonly reason: VaultTrouble;
  constructor(reason: VaultTrouble) {
    super(`vault is ${reason}`);
    this.reason = reason;
  }
}

import type {
  Credential,
  CredentialPath,
  CredentialVault,
  StoredCredential,
} from '../../src/ports/credential-vault.ts';

type Version = 'tombstone' | 'destroyed' | Credential;

export interface PracticeVault extends CredentialVault {
  /** A write without check-and-set, as nobody should make one. */
  put(path: CredentialPath, credential: Credential): void;
  /** What is at every path that was ever written. */
  contents(): { path: CredentialPath; stored: StoredCredential }[];
}

/**
 * Check-and-set, tombstones and destruction exactly as in KV version 2, in memory. A real store would add nothing here:
 * what it does is tested where its adapter is, and the judge needs to look into it between any two steps.
 *
 * Destroyed versions count: a check-and-set against the last one still succeeds, as there.
 */
export function createPracticeVault(): PracticeVault {
  const kept = new Map<string, { path: CredentialPath; versions: Version[] }>();
  const keyOf = ({ userId, provider, attemptId }: CredentialPath) => `${userId}/${provider}/${attemptId}`;

  const writeFirst = (path: CredentialPath, version: Version): 'created' | 'exists' => {
    if (kept.has(keyOf(path))) return 'exists';
    kept.set(keyOf(path), { path, versions: [version] });
    return 'created';
  };
  const look = (path: CredentialPath): StoredCredential => {
    const versions = kept.get(keyOf(path))?.versions ?? [];
    const newest = versions.at(-1);
    if (newest === undefined) return { kind: 'missing' };
    if (newest === 'tombstone' || newest === 'destroyed') return { kind: newest };
    return { kind: 'credential', credential: newest, revision: versions.length };
  };

  return {
    create: (path, credential) => Promise.resolve(writeFirst(path, credential)),
    bury: (path) => Promise.resolve(writeFirst(path, 'tombstone')),
    read: (path) => Promise.resolve(look(path)),
    replace(path, credential, revision) {
      const versions = kept.get(keyOf(path))?.versions ?? [];
      if (versions.length !== revision) return Promise.resolve('conflict');
      versions.push(credential);
      return Promise.resolve('replaced');
    },
    destroy(path) {
      kept.get(keyOf(path))?.versions.fill('destroyed');
      return Promise.resolve();
    },
    put(path, credential) {
      const versions = kept.get(keyOf(path))?.versions ?? [];
      kept.set(keyOf(path), { path, versions: [...versions, credential] });
    },
    contents: () => [...kept.values()].map(({ path }) => ({ path, stored: look(path) })),
  };
}

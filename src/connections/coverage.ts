import { missingScopes } from '../domain/scopes.ts';
import type { AuthReason } from '../domain/words.ts';
import type { Connection } from '../ports/consent-store.ts';

interface Need {
  needs: readonly string[];
  failedVersion: number | null;
}

/** The level: is there a credential that suffices, newer than the one that failed? */
export function isCovered(need: Need, connection: Connection | null): connection is Connection {
  return (
    connection !== null &&
    connection.status === 'active' &&
    missingScopes(need.needs, connection.scopes).length === 0 &&
    connection.version > (need.failedVersion ?? 0)
  );
}

/** Why it does not suffice, in the word that the prompt explains. */
export function reasonToAsk(need: Need, connection: Connection | null): AuthReason {
  if (connection === null || connection.status === 'gone') return 'neverConnected';
  if (connection.status === 'revoked') return connection.revokedAs ?? 'revoked';
  return missingScopes(need.needs, connection.scopes).length > 0 ? 'scopeMissing' : 'revoked';
}

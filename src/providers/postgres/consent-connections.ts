import { randomUUID } from 'node:crypto';
import type { Provider } from '../../domain/words.ts';
import type { Connection, ConsentTx } from '../../ports/consent-store.ts';
import { CONNECTION } from './consent-rows.ts';
import { one, type Transaction } from './pool.ts';

type ConnectionsTx = Pick<ConsentTx, 'connection' | 'saveConnection' | 'updateConnection' | 'accountOwner'>;

/** Which accounts are connected, and the one counter of their versions. */
export function createConnectionsTx(db: Transaction, userId: string): ConnectionsTx {
  return {
    connection: (provider) => readConnection(db, userId, provider),

    async saveConnection(provider, { scopes, subject, account, credential }) {
      const saved = await one<Connection>(
        db,
        `INSERT INTO connection AS c (id, user_id, provider, status, version, scopes, subject, account, credential,
                                      secret_rev, connected_at)
         VALUES ($1::uuid, $2::uuid, $3::text, 'active', 1, $4::text[], $5::text, $6::text, $7::uuid, 1,
                 clock_timestamp())
         ON CONFLICT (user_id, provider) DO UPDATE SET
           status = 'active', version = c.version + 1, scopes = excluded.scopes, subject = excluded.subject,
           account = excluded.account, credential = excluded.credential, secret_rev = 1, revoked_as = NULL,
           refresh_until = NULL, connected_at = excluded.connected_at
         RETURNING ${CONNECTION}`,
        [randomUUID(), userId, provider, scopes, subject, account, credential],
      );
      if (saved === null) throw new Error('an upsert returns its row');
      return saved;
    },

    async updateConnection({ id, status, version, secretRev, revokedAs }) {
      db.send(
        `UPDATE connection SET status = $2::text, version = $3::integer, secret_rev = $4::integer,
                revoked_as = $5::text
         WHERE id = $1::uuid`,
        [id, status, version, secretRev, revokedAs],
      );
    },

    async accountOwner(provider, subject) {
      const owner = await one<{ user_id: string }>(
        db,
        `SELECT user_id FROM connection WHERE provider = $1::text AND subject = $2::text AND status <> 'gone'`,
        [provider, subject],
      );
      return owner?.user_id ?? null;
    },
  };
}

export function readConnection(db: Transaction, userId: string, provider: Provider): Promise<Connection | null> {
  return one<Connection>(
    db,
    `SELECT ${CONNECTION} FROM connection c WHERE c.user_id = $1::uuid AND c.provider = $2::text`,
    [userId, provider],
  );
}

import { randomUUID } from 'node:crypto';
import type { ConsentTx } from '../../ports/consent-store.ts';
import { one, type Transaction } from './pool.ts';

type FlowsTx = Pick<ConsentTx, 'joinFlow' | 'isLive' | 'markStranger' | 'tidy'>;

/** Links to consent: at most one live for each person and provider. */
export function createFlowsTx(db: Transaction, userId: string): FlowsTx {
  return {
    async joinFlow(provider, publicId, keepUntil) {
      const flow = await one<{ flowId: string; publicId: string }>(
        db,
        `INSERT INTO flow AS f (id, public_id, user_id, provider, status, keep_until)
         VALUES ($1::uuid, $2::text, $3::uuid, $4::text, 'live', $5::timestamptz)
         ON CONFLICT (user_id, provider) WHERE status = 'live'
           DO UPDATE SET keep_until = greatest(f.keep_until, excluded.keep_until)
         RETURNING id AS "flowId", public_id AS "publicId"`,
        [randomUUID(), publicId, userId, provider, keepUntil ?? null],
      );
      if (flow === null) throw new Error('an upsert returns its row');
      return flow;
    },
    async isLive(flowId) {
      return (await one(db, `SELECT 1 FROM flow WHERE id = $1::uuid AND status = 'live'`, [flowId])) !== null;
    },
    async markStranger(flowId) {
      db.send('UPDATE flow SET stranger_at = now() WHERE id = $1::uuid', [flowId]);
    },
    async tidy(provider) {
      db.send(
        `UPDATE flow f SET status = 'closed', closed_at = now()
         WHERE f.user_id = $1::uuid AND f.provider = $2::text AND f.status = 'live'
           AND (f.keep_until IS NULL OR f.keep_until < now())
           AND NOT EXISTS (SELECT 1 FROM waiter w
                           WHERE w.user_id = f.user_id AND w.provider = f.provider AND w.status = 'open')
           AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.user_id = f.user_id AND a.provider = f.provider
                             AND a.status IN ('started', 'burnt', 'confirm'))`,
        [userId, provider],
      );
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { ConsentTx } from '../../ports/consent-store.ts';
import type { OutboxKind } from '../../ports/outbox.ts';
import type { Transaction } from './pool.ts';

type NewsTx = Pick<
  ConsentTx,
  | 'wake'
  | 'signalChoice'
  | 'signalApproval'
  | 'cancelWorkflow'
  | 'promptChanged'
  | 'tellEnd'
  | 'destroyCredential'
  | 'disconnect'
  | 'audit'
  | 'changed'
>;

/**
 * What others are told about a transaction: workflows by the outbox, auditors, pages. `publish` writes it and must come
 * last, because it takes the person's event counter, on which everything else of this person waits.
 */
export function createNewsTx(db: Transaction, userId: string): { tx: NewsTx; publish: () => void } {
  const outbox: { kind: OutboxKind; subjectId: string; payload: object }[] = [];
  const changes = new Map<string, { kind: 'request' | 'connection'; subjectId: string }>();
  const tell = (kind: OutboxKind, subjectId: string, payload: object) => void outbox.push({ kind, subjectId, payload });
  const eventId = randomUUID;

  /** Until the provider was told, a new trip would bring a grant that ends together with the old one. */
  const startRevoking = (attemptId: string) =>
    db.send('UPDATE attempt SET revoking = true, revoking_since = now() WHERE id = $1::uuid', [attemptId]);

  const tx: NewsTx = {
    async wake({ requestId, flowId }, outcome) {
      tell('authCompleted', requestId, { flowId, outcome, eventId: eventId() });
    },
    async signalChoice({ requestId, flowId }, choice) {
      tell('choiceMade', requestId, { flowId, choice, eventId: eventId() });
    },
    async signalApproval({ requestId, id }) {
      tell('approvalDecided', requestId, { approvalId: id, eventId: eventId() });
    },
    async cancelWorkflow(requestId) {
      tell('cancelRequest', requestId, {});
    },
    async promptChanged(requestId) {
      db.send(
        `INSERT INTO outbox (kind, subject_id, payload)
         SELECT 'replyChanged', id, jsonb_build_object('eventId', $2::text)
         FROM request WHERE id = $1::uuid AND platform = 'discord' AND ended_at IS NULL`,
        [requestId, eventId()],
      );
    },
    async tellEnd(requestId) {
      db.send(
        `INSERT INTO outbox (kind, subject_id) SELECT 'tellEnd', id FROM request WHERE id = $1::uuid AND platform = 'discord'`,
        [requestId],
      );
    },
    async destroyCredential({ attemptId }, revoke) {
      if (revoke) startRevoking(attemptId);
      tell('destroyCredential', attemptId, { revoke });
    },
    async disconnect({ id, credential }) {
      startRevoking(credential);
      tell('disconnect', id, { attemptId: credential });
    },

    async audit(kind, { requestId = null, flowId = null, attemptId = null, provider = null, userId: about = userId }) {
      db.send(
        `INSERT INTO audit_event (user_id, kind, request_id, flow_id, attempt_id, provider)
         VALUES ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::text)`,
        [about, kind, requestId, flowId, attemptId, provider],
      );
    },
    changed(kind, subjectId) {
      changes.set(`${kind}/${subjectId}`, { kind, subjectId });
    },
  };

  const publish = (): void => {
    if (outbox.length > 0) {
      db.send(
        `INSERT INTO outbox (kind, subject_id, payload)
         SELECT o.kind, o."subjectId", o.payload
         FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (kind text, "subjectId" uuid, payload jsonb))
           WITH ORDINALITY AS o(kind, "subjectId", payload, place)
         ORDER BY o.place`,
        [JSON.stringify(outbox)],
      );
    }
    if (changes.size > 0) {
      db.send('SELECT publish_events($1::uuid, $2::jsonb)', [userId, JSON.stringify([...changes.values()])]);
    }
  };
  return { tx, publish };
}

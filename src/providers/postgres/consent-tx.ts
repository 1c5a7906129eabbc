import { randomUUID } from 'node:crypto';
import type { ConsentTimes } from '../../domain/consent-times.ts';
import type { Provider } from '../../domain/words.ts';
import type {
  Approval,
  Attempt,
  Call,
  CallState,
  Connection,
  ConsentTx,
  EffectState,
  RequestState,
  Waiter,
} from '../../ports/consent-store.ts';
import { APPROVAL, ATTEMPT, CONNECTION, WAITER } from './consent-rows.ts';
import { one, type Queryable } from './pool.ts';

type Changed = { kind: 'request' | 'connection'; subjectId: string };

/** One locked transaction of one person. `publish` must run last: it takes the person's event counter. */
export function createConsentTx(
  db: Queryable,
  userId: string,
  now: Date,
  times: ConsentTimes,
): { tx: ConsentTx; publish: () => Promise<void> } {
  const changes = new Map<string, Changed>();

  const tx: ConsentTx = {
    now,
    times,

    async enterCall(call) {
      await db.query(
        `INSERT INTO effect (request_id, call_id, fence) VALUES ($1::uuid, $2::text, 1)
         ON CONFLICT (request_id, call_id) DO UPDATE SET fence = effect.fence + 1`,
        [call.requestId, call.callId],
      );
      return readCall(db, call, userId);
    },
    callState: (call) => readCall(db, call, userId),
    async saveResult(call, result) {
      await db.query(
        `UPDATE effect SET done_at = now(), result = $3::jsonb
         WHERE request_id = $1::uuid AND call_id = $2::text AND done_at IS NULL`,
        [call.requestId, call.callId, JSON.stringify(result)],
      );
    },
    async saveFailure(call, code) {
      await db.query(
        `INSERT INTO effect (request_id, call_id, failure) VALUES ($1::uuid, $2::text, $3::text)
         ON CONFLICT (request_id, call_id) DO UPDATE SET failure = $3::text WHERE effect.done_at IS NULL`,
        [call.requestId, call.callId, code],
      );
    },

    async startEffect(call, fence) {
      await db.query(
        `UPDATE effect SET owner = $3::integer, started_at = now(),
                send_by = clock_timestamp() + make_interval(secs => $4::double precision / 1000)
         WHERE request_id = $1::uuid AND call_id = $2::text`,
        [call.requestId, call.callId, fence, times.sendMs],
      );
    },
    async clearEffect(call) {
      await db.query(
        `UPDATE effect SET owner = NULL, started_at = NULL, send_by = NULL
         WHERE request_id = $1::uuid AND call_id = $2::text AND done_at IS NULL`,
        [call.requestId, call.callId],
      );
    },
    async markUncertain(call) {
      await db.query('UPDATE effect SET uncertain = true WHERE request_id = $1::uuid AND call_id = $2::text', [
        call.requestId,
        call.callId,
      ]);
    },

    approvalOf: ({ requestId, callId }) =>
      one<Approval>(
        db,
        `SELECT ${APPROVAL} FROM approval p
         WHERE p.request_id = $1::uuid AND p.call_id = $2::text AND p.status <> 'replaced'`,
        [requestId, callId],
      ),
    async pendingApprovals(requestId) {
      const { rows } = await db.query<Approval>(
        `SELECT ${APPROVAL} FROM approval p WHERE p.request_id = $1::uuid AND p.status = 'pending' ORDER BY p.call_id`,
        [requestId],
      );
      return rows;
    },
    async createApproval({ id, requestId, callId, reason, status, preview, expiresAt, deadline }) {
      await db.query(
        `INSERT INTO approval (id, request_id, call_id, user_id, reason, status, preview, expires_at, deadline)
         VALUES ($1::uuid, $2::uuid, $3::text, $4::uuid, $5::text, $6::text, $7::text, $8::timestamptz,
                 $9::timestamptz)`,
        [id, requestId, callId, userId, reason, status, preview, expiresAt, deadline],
      );
    },
    async saveApproval({ id, status }) {
      await db.query('UPDATE approval SET status = $2::text, decided_at = now() WHERE id = $1::uuid', [id, status]);
    },

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
      await db.query(
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
      await db.query('UPDATE flow SET stranger_at = now() WHERE id = $1::uuid', [flowId]);
    },
    async tidy(provider) {
      await db.query(
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

    async openWaiters(provider) {
      const { rows } = await db.query<Waiter>(
        `SELECT ${WAITER} FROM waiter w
         WHERE w.user_id = $1::uuid AND w.provider = $2::text AND w.status = 'open' ORDER BY w.opened_at`,
        [userId, provider],
      );
      return rows;
    },
    async waitersOf(requestId) {
      const { rows } = await db.query<Waiter>(`SELECT ${WAITER} FROM waiter w WHERE w.request_id = $1::uuid`, [
        requestId,
      ]);
      return rows;
    },
    async saveWaiter(waiter) {
      await db.query(
        `INSERT INTO waiter (request_id, call_id, user_id, provider, flow_id, status, needs, reason, rounds,
                             failed_version, last_outcome, deadline)
         VALUES ($1::uuid, $2::text, $3::uuid, $4::text, $5::uuid, $6::text, $7::text[], $8::text, $9::integer,
                 $10::integer, $11::text, $12::timestamptz)
         ON CONFLICT (request_id, call_id) DO UPDATE SET
           flow_id = excluded.flow_id, status = excluded.status, reason = excluded.reason, rounds = excluded.rounds,
           failed_version = excluded.failed_version, last_outcome = excluded.last_outcome,
           deadline = excluded.deadline, updated_at = now()`,
        [
          waiter.requestId,
          waiter.callId,
          userId,
          waiter.provider,
          waiter.flowId,
          waiter.status,
          waiter.needs,
          waiter.reason,
          waiter.rounds,
          waiter.failedVersion,
          waiter.lastOutcome,
          waiter.deadline,
        ],
      );
    },

    attempt: (attemptId) =>
      one<Attempt>(db, `SELECT ${ATTEMPT} FROM attempt a WHERE a.id = $1::uuid AND a.user_id = $2::uuid FOR UPDATE`, [
        attemptId,
        userId,
      ]),
    async attemptsUnderWay(provider) {
      const { rows } = await db.query<Attempt>(
        `SELECT ${ATTEMPT} FROM attempt a
         WHERE a.user_id = $1::uuid AND a.provider = $2::text AND a.status IN ('started', 'burnt', 'confirm')
         FOR UPDATE`,
        [userId, provider],
      );
      return rows;
    },
    async createAttempt({ id, flowId, provider, asks, stateHash, bindHash, redirectUri, expiresAt }) {
      await db.query(
        `INSERT INTO attempt (id, flow_id, user_id, provider, status, asks, state_hash, bind_hash, redirect_uri,
                              created_at, expires_at)
         VALUES ($1::uuid, $2::uuid, $3::uuid, $4::text, 'started', $5::text[], $6::bytea, $7::bytea, $8::text,
                 $9::timestamptz, $10::timestamptz)`,
        [id, flowId, userId, provider, asks, stateHash, bindHash, redirectUri, now, expiresAt],
      );
      // From its first trip on a flow lives by its trips.
      await db.query('UPDATE flow SET keep_until = NULL WHERE id = $1::uuid AND keep_until IS NOT NULL', [flowId]);
    },
    async saveAttempt({ id, status, confirmBy, confirmed }) {
      await db.query(
        `UPDATE attempt SET status = $2::text, confirm_by = $3::timestamptz, confirmed = $4::boolean,
                closed_at = CASE WHEN $2::text IN ('started', 'burnt', 'confirm') THEN NULL ELSE now() END
         WHERE id = $1::uuid`,
        [id, status, confirmBy, confirmed],
      );
    },
    async forgetRepair(attemptId) {
      await db.query(`DELETE FROM outbox WHERE kind = 'repairAttempt' AND subject_id = $1::uuid`, [attemptId]);
    },
    async isRevoking(provider) {
      const pending = await one(
        db,
        `SELECT 1 FROM attempt WHERE user_id = $1::uuid AND provider = $2::text AND revoking LIMIT 1`,
        [userId, provider],
      );
      return pending !== null;
    },

    async cancelRequest(requestId) {
      await db.query('UPDATE request SET cancelled_at = now() WHERE id = $1::uuid AND cancelled_at IS NULL', [
        requestId,
      ]);
    },
    async endRequest(requestId, { outcome, answer }) {
      await db.query(
        `UPDATE request SET outcome = $2::text, answer = $3::text, ended_at = now()
         WHERE id = $1::uuid AND ended_at IS NULL`,
        [requestId, outcome, answer],
      );
    },
    request: (requestId) =>
      one<RequestState>(
        db,
        `SELECT cancelled_at IS NOT NULL AS cancelled, ended_at IS NOT NULL AS ended
         FROM request WHERE id = $1::uuid AND user_id = $2::uuid`,
        [requestId, userId],
      ),

    wake: ({ requestId, flowId }, outcome) =>
      addToOutbox('authCompleted', requestId, { flowId, outcome, eventId: randomUUID() }),
    signalChoice: ({ requestId, flowId }, choice) =>
      addToOutbox('choiceMade', requestId, { flowId, choice, eventId: randomUUID() }),
    cancelWorkflow: (requestId) => addToOutbox('cancelRequest', requestId, {}),
    signalApproval: ({ requestId, id }) =>
      addToOutbox('approvalDecided', requestId, { approvalId: id, eventId: randomUUID() }),
    async destroyCredential({ attemptId }, revoke) {
      if (revoke) await startRevoking(attemptId);
      await addToOutbox('destroyCredential', attemptId, { revoke });
    },
    async disconnect({ id, credential }) {
      await startRevoking(credential);
      await addToOutbox('disconnect', id, { attemptId: credential });
    },

    async audit(kind, about) {
      await db.query(
        `INSERT INTO audit_event (user_id, kind, request_id, flow_id, attempt_id, provider)
         VALUES ($1::uuid, $2::text, $3::uuid, $4::uuid, $5::uuid, $6::text)`,
        [
          about.userId ?? userId,
          kind,
          about.requestId ?? null,
          about.flowId ?? null,
          about.attemptId ?? null,
          about.provider ?? null,
        ],
      );
    },
    changed(kind, subjectId) {
      changes.set(`${kind}/${subjectId}`, { kind, subjectId });
    },
  };

  /** Until the provider was told, a new trip would bring a grant that ends together with the old one. */
  async function startRevoking(attemptId: string): Promise<void> {
    await db.query('UPDATE attempt SET revoking = true WHERE id = $1::uuid', [attemptId]);
  }

  async function addToOutbox(kind: string, subjectId: string, payload: object): Promise<void> {
    await db.query('INSERT INTO outbox (kind, subject_id, payload) VALUES ($1::text, $2::uuid, $3::jsonb)', [
      kind,
      subjectId,
      JSON.stringify(payload),
    ]);
  }

  async function publish(): Promise<void> {
    for (const { kind, subjectId } of changes.values()) {
      await db.query('SELECT publish_event($1::uuid, $2::text, $3::uuid)', [userId, kind, subjectId]);
    }
  }

  return { tx, publish };
}

/** Request, ledger, waiter and connection of a call, all that decides it. */
async function readCall(db: Queryable, call: Call, userId: string): Promise<CallState> {
  const row = await one<CallRow>(
    db,
    `SELECT r.cancelled_at IS NOT NULL AS cancelled, r.ended_at IS NOT NULL AS ended,
            e.fence, e.done_at IS NOT NULL AS done, e.failure, e.started_at AS "startedAt", e.owner,
            e.send_by AS "sendBy", e.uncertain
     FROM request r JOIN effect e ON e.request_id = r.id AND e.call_id = $2::text
     WHERE r.id = $1::uuid AND r.user_id = $3::uuid`,
    [call.requestId, call.callId, userId],
  );
  if (row === null) throw new Error('a call that runs has a request of its person and a ledger row');
  const waited = await one<Waiter & { openedAt: Date }>(
    db,
    `SELECT ${WAITER}, w.opened_at AS "openedAt" FROM waiter w WHERE w.request_id = $1::uuid AND w.call_id = $2::text`,
    [call.requestId, call.callId],
  );
  const connection = call.provider === null ? null : await readConnection(db, userId, call.provider);
  const { cancelled, ended, fence, done, failure, ...effect } = row;
  const { openedAt: waitedSince = null, ...waiter } = waited ?? {};
  return {
    request: { cancelled, ended },
    fence,
    done,
    failure,
    effect,
    waiter: waited === null ? null : (waiter as Waiter),
    waitedSince,
    connection,
  };
}

interface CallRow extends EffectState {
  cancelled: boolean;
  ended: boolean;
  fence: number;
  done: boolean;
  failure: string | null;
}

function readConnection(db: Queryable, userId: string, provider: Provider): Promise<Connection | null> {
  return one<Connection>(
    db,
    `SELECT ${CONNECTION} FROM connection c WHERE c.user_id = $1::uuid AND c.provider = $2::text`,
    [userId, provider],
  );
}

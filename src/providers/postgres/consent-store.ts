import { CONSENT_TIMES, type ConsentTimes } from '../../domain/consent-times.ts';
import type { Provider } from '../../domain/words.ts';
import type {
  Approval,
  Connection,
  Attempt,
  Call,
  ConsentStore,
  ConsentTx,
  FlowFacts,
  Locks,
  RequestFacts,
} from '../../ports/consent-store.ts';
import { APPROVAL, ATTEMPT, CONNECTION } from './consent-rows.ts';
import { createConsentTx } from './consent-tx.ts';
import { createFewAtATime } from './few-at-a-time.ts';
import { createOrphanStore } from './orphan-store.ts';
import { inTransaction, one, type Pool, type Transaction } from './pool.ts';
import { createSweepStore } from './sweep-store.ts';

/**
 * Transactions of one person wait for each other's locks anyway. One works, one is next, and one of another link may go
 * between: hundreds that wake at once must not keep every connection from other people.
 */
const AT_ONCE_PER_PERSON = 3;

/** The rows of the wait for consent in Postgres. */
export function createConsentStore(pool: Pool, times: ConsentTimes = CONSENT_TIMES): ConsentStore {
  const fewAtATime = createFewAtATime(AT_ONCE_PER_PERSON);

  return {
    times,
    ...createSweepStore(pool),
    ...createOrphanStore(pool),

    transact<T>(locks: Locks, work: (tx: ConsentTx) => Promise<T>): Promise<T> {
      return fewAtATime(locks.userId, () =>
        inTransaction(pool, async (db) => {
          const { tx, publish } = createConsentTx(db, locks.userId, lock(db, locks), times);
          const result = await work(tx);
          publish();
          return result;
        }),
      );
    },

    findCall: (requestId, callId) =>
      one<Call>(
        pool,
        `SELECT c.request_id AS "requestId", c.call_id AS "callId", r.user_id AS "userId", c.tool, c.arguments,
                c.provider, c.needs, c.writes
         FROM tool_call c JOIN request r ON r.id = c.request_id
         WHERE c.request_id = $1::uuid AND c.call_id = $2::text`,
        [requestId, callId],
      ),

    findRequest: (requestId) =>
      one<RequestFacts>(
        pool,
        `SELECT r.id AS "requestId", r.user_id AS "userId", r.platform, r.language,
                ARRAY(SELECT DISTINCT c.provider FROM tool_call c
                      WHERE c.request_id = r.id AND c.provider IS NOT NULL ORDER BY 1) AS providers
         FROM request r WHERE r.id = $1::uuid`,
        [requestId],
      ),

    findFlow: (publicId) => findFlow(pool, 'f.public_id = $1::text', publicId),
    findFlowById: (flowId) => findFlow(pool, 'f.id = $1::uuid', flowId),

    findAttempt: (attemptId) =>
      one<Attempt>(pool, `SELECT ${ATTEMPT} FROM attempt a WHERE a.id = $1::uuid`, [attemptId]),
    findAttemptByState: (stateHash) =>
      one<Attempt>(pool, `SELECT ${ATTEMPT} FROM attempt a WHERE a.state_hash = $1::bytea`, [stateHash]),

    async burnAttempt(attemptId) {
      const burnt = await one(
        pool,
        `WITH burnt AS (
           UPDATE attempt SET status = 'burnt', used_at = now()
           WHERE id = $1::uuid AND status = 'started' AND used_at IS NULL AND expires_at > now()
           RETURNING id
         )
         INSERT INTO outbox (kind, subject_id, due_at)
         SELECT 'repairAttempt', id, now() + make_interval(secs => $2::double precision / 1000) FROM burnt
         RETURNING id`,
        [attemptId, times.repairAfterMs],
      );
      return burnt !== null;
    },

    async recordAccount(attemptId, { subject, account, granted }) {
      await pool.query(
        `UPDATE attempt SET subject = $2::text, account = $3::text, granted = $4::text[]
         WHERE id = $1::uuid AND subject IS NULL`,
        [attemptId, subject, account, granted],
      );
    },

    async maySend({ requestId, callId }, fence) {
      const row = await one<{ may: boolean }>(
        pool,
        `SELECT owner = $3::integer AND clock_timestamp() < send_by AND done_at IS NULL AS may
         FROM effect WHERE request_id = $1::uuid AND call_id = $2::text`,
        [requestId, callId, fence],
      );
      return row?.may === true;
    },

    async closeSendWindow({ requestId, callId }, fence) {
      await pool.query(
        `UPDATE effect SET send_by = now()
         WHERE request_id = $1::uuid AND call_id = $2::text AND owner = $3::integer AND send_by > now()`,
        [requestId, callId, fence],
      );
    },

    findApproval: (approvalId) =>
      one<Approval>(pool, `SELECT ${APPROVAL} FROM approval p WHERE p.id = $1::uuid`, [approvalId]),
    findConnection: (connectionId) =>
      one<Connection>(pool, `SELECT ${CONNECTION} FROM connection c WHERE c.id = $1::uuid`, [connectionId]),
    async revocationEnded(attemptId) {
      await pool.query(
        'UPDATE attempt SET revoking = false, revoked_at = clock_timestamp() WHERE id = $1::uuid AND revoking',
        [attemptId],
      );
    },

    async leaseRefresh(connectionId, version, leaseMs) {
      const leased = await one<{ lease: string }>(
        pool,
        `UPDATE connection SET refresh_until = clock_timestamp() + make_interval(secs => $3::double precision / 1000)
         WHERE id = $1::uuid AND version = $2::integer AND (refresh_until IS NULL OR refresh_until < now())
         RETURNING refresh_until::text AS lease`,
        [connectionId, version, leaseMs],
      );
      return leased?.lease ?? null;
    },

    async releaseRefresh(connectionId, lease) {
      await pool.query(
        'UPDATE connection SET refresh_until = NULL WHERE id = $1::uuid AND refresh_until = $2::timestamptz',
        [connectionId, lease],
      );
    },

    async findUnusedFlows(limit) {
      const { rows } = await pool.query<{ userId: string; provider: Provider }>(
        `SELECT user_id AS "userId", provider FROM flow
         WHERE status = 'live' AND keep_until < now() LIMIT $1::integer`,
        [limit],
      );
      return rows;
    },

    async findOverdueAttempts(limit) {
      const { rows } = await pool.query<Attempt>(
        `SELECT ${ATTEMPT} FROM attempt a
         WHERE (a.status = 'started' AND a.expires_at < now())
            OR (a.status = 'confirm' AND a.confirm_by < now())
         ORDER BY a.created_at LIMIT $1::integer`,
        [limit],
      );
      return rows;
    },
  };
}

/** Asks for the locks. The statements that follow travel at once and run when the locks are held. */
function lock(db: Transaction, { userId, providers, requestId }: Locks) {
  let now: Date | undefined;
  const answer = one<{ now: Date }>(db, 'SELECT lock_links($1::uuid, $2::text[], $3::uuid) AS now', [
    userId,
    providers,
    requestId ?? null,
  ]);
  const locked = answer.then((row) => void (now = row?.now));
  // Whoever does not wait for the locks learns from the commit that they could not be had.
  locked.catch(() => undefined);
  const clock = (): Date => {
    if (now === undefined) throw new Error('the clock is known when the first answer is there, and not before');
    return now;
  };
  return { clock, locked };
}

interface FlowRow extends Omit<FlowFacts, 'waiting'> {
  waiting: (Omit<FlowFacts['waiting'][number], 'deadline'> & { deadline: string })[];
  provider: Provider;
}

/** A flow with what waits on its link, in one round trip. */
async function findFlow(pool: Pool, condition: string, key: string): Promise<FlowFacts | null> {
  const row = await one<FlowRow>(
    pool,
    `SELECT f.id AS "flowId", f.public_id AS "publicId", f.user_id AS "userId", f.provider, f.status = 'live' AS live,
            coalesce(last.language, u.language) AS language, coalesce(last.platform, 'web') AS platform,
            last.request_id AS "lastRequestId", c.account AS "previousAccount",
            coalesce(c.scopes, '{}') AS "grantedScopes",
            coalesce(waiting.list, '[]') AS waiting
     FROM flow f
     JOIN app_user u ON u.id = f.user_id
     LEFT JOIN connection c ON c.user_id = f.user_id AND c.provider = f.provider AND c.status <> 'gone'
     LEFT JOIN LATERAL (
       SELECT r.id AS request_id, r.language, r.platform
       FROM waiter w JOIN request r ON r.id = w.request_id
       WHERE w.flow_id = f.id ORDER BY w.opened_at DESC LIMIT 1
     ) last ON true
     LEFT JOIN LATERAL (
       SELECT json_agg(json_build_object('requestId', r.id, 'text', r.text, 'reason', w.reason, 'needs', w.needs,
                                         'deadline', w.deadline) ORDER BY w.opened_at) AS list
       FROM waiter w JOIN request r ON r.id = w.request_id
       WHERE w.user_id = f.user_id AND w.provider = f.provider AND w.status = 'open'
     ) waiting ON true
     WHERE ${condition}`,
    [key],
  );
  if (row === null) return null;
  return { ...row, waiting: row.waiting.map((wait) => ({ ...wait, deadline: new Date(wait.deadline) })) };
}

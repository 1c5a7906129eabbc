import { one, type Pool } from '../../src/providers/postgres/pool.ts';

/** What a story and its judge need to know of one person's rows. */
export function createRowsOf(owner: Pool, userId: string) {
  const is = async (condition: string): Promise<boolean> =>
    (await one<{ yes: boolean }>(owner, `SELECT (${condition}) AS yes`, [userId]))?.yes === true;
  const text = async (sql: string): Promise<string | null> =>
    (await one<{ value: string }>(owner, sql, [userId]))?.value ?? null;

  const OUTBOX = `EXISTS (SELECT 1 FROM outbox WHERE subject_id IN (
    SELECT id FROM request WHERE user_id = $1 UNION ALL SELECT id FROM attempt WHERE user_id = $1
    UNION ALL SELECT id FROM connection WHERE user_id = $1))`;

  return {
    liveLink: () => text(`SELECT public_id AS value FROM flow WHERE user_id = $1 AND status = 'live'`),
    /** The link of a wait that has to be ended. */
    waitingLink: () =>
      text(`SELECT f.public_id AS value FROM flow f WHERE f.user_id = $1 AND f.status = 'live' AND EXISTS (
              SELECT 1 FROM waiter w WHERE w.flow_id = f.id AND w.status = 'open')`),
    connection: () =>
      one<{ id: string; subject: string }>(
        owner,
        `SELECT id, subject FROM connection WHERE user_id = $1 AND status <> 'gone'`,
        [userId],
      ),
    openWait: (requestId: string) =>
      one<{ requestId: string; flowId: string }>(
        owner,
        `SELECT request_id AS "requestId", flow_id AS "flowId" FROM waiter
         WHERE request_id = $1 AND status = 'open' LIMIT 1`,
        [requestId],
      ),
    /** As if the person had come a moment too late. */
    async passDeadline(requestId: string): Promise<void> {
      await owner.query(
        `UPDATE waiter SET deadline = clock_timestamp() WHERE request_id = $1 AND status IN ('open', 'released')`,
        [requestId],
      );
    },
    async nothingSent(requestId: string): Promise<boolean> {
      const sent = await one(
        owner,
        `SELECT 1 FROM effect e JOIN tool_call c USING (request_id, call_id) WHERE e.request_id = $1 AND c.writes
           AND (e.started_at IS NOT NULL OR e.done_at IS NOT NULL OR e.uncertain)`,
        [requestId],
      );
      return sent === null;
    },
    async toConfirm(): Promise<string[]> {
      const { rows } = await owner.query<{ id: string }>(
        `SELECT id FROM attempt WHERE user_id = $1 AND status = 'confirm'`,
        [userId],
      );
      return rows.map(({ id }) => id);
    },
    /** Every call that was ever chosen, with what it was chosen with. */
    async calls() {
      const { rows } = await owner.query<{ requestId: string; callId: string; title: string | null; writes: boolean }>(
        `SELECT c.request_id AS "requestId", c.call_id AS "callId", c.arguments ->> 'title' AS title, c.writes
         FROM tool_call c JOIN request r ON r.id = c.request_id WHERE r.user_id = $1`,
        [userId],
      );
      return rows;
    },
    allEnded: () => is(`NOT EXISTS (SELECT 1 FROM request WHERE user_id = $1 AND ended_at IS NULL)`),
    outboxIsEmpty: () => is(`NOT ${OUTBOX}`),
    /**
     * Nothing more happens unless the person does something: every signal was delivered, every trip that came back is
     * decided, and every request has ended or has only calls that wait or have been settled.
     */
    nothingOwed: () =>
      is(`NOT ${OUTBOX}
        AND NOT EXISTS (SELECT 1 FROM attempt WHERE user_id = $1 AND status = 'burnt')
        AND NOT EXISTS (SELECT 1 FROM request r WHERE r.user_id = $1 AND r.ended_at IS NULL AND (
          r.cancelled_at IS NOT NULL
          OR NOT EXISTS (SELECT 1 FROM waiter w WHERE w.request_id = r.id AND w.status = 'open')
          OR EXISTS (SELECT 1 FROM tool_call c
                     LEFT JOIN effect e USING (request_id, call_id) LEFT JOIN waiter w USING (request_id, call_id)
                     WHERE c.request_id = r.id AND e.done_at IS NULL AND e.failure IS NULL
                       AND coalesce(w.status, 'none') NOT IN ('open', 'expired', 'skipped', 'cancelled', 'insufficient'))))`),
  };
}

import { expect } from '@jest/globals';
import { credentialPath } from '../../../src/connections/receive-callback.ts';
import type { Attempt } from '../../../src/ports/consent-store.ts';
import type { Heart } from '../../support/heart.ts';
import { practiceGoogle } from './practice-google.ts';

/** Each finds rows that must not be there, whatever happened. No dispatcher runs here, so outbox rows stay. */
const NEVER = {
  'S3: more than one live flow of a link': `
    SELECT user_id FROM flow WHERE status = 'live' GROUP BY user_id, provider HAVING count(*) > 1`,
  'S4: a released waiter without its outbox row': `
    SELECT w.request_id FROM waiter w WHERE w.status = 'released' AND NOT EXISTS (
      SELECT 1 FROM outbox o WHERE o.kind = 'authCompleted' AND o.subject_id = w.request_id
        AND o.payload ->> 'outcome' = 'granted')`,
  'a live flow that nothing keeps alive': `
    SELECT f.id FROM flow f WHERE f.status = 'live' AND (f.keep_until IS NULL OR f.keep_until < now())
      AND NOT EXISTS (SELECT 1 FROM waiter w WHERE w.flow_id = f.id AND w.status = 'open')
      AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.flow_id = f.id AND a.status IN ('started', 'burnt', 'confirm'))`,
  'a wait on a closed flow': `
    SELECT w.request_id FROM waiter w JOIN flow f ON f.id = w.flow_id WHERE w.status = 'open' AND f.status = 'closed'`,
  'a burnt attempt that nobody will repair': `
    SELECT a.id FROM attempt a WHERE a.status = 'burnt' AND NOT EXISTS (
      SELECT 1 FROM outbox o WHERE o.kind = 'repairAttempt' AND o.subject_id = a.id)`,
  'S2: a call that ran after it was closed': `
    SELECT w.request_id FROM waiter w JOIN effect e USING (request_id, call_id)
    WHERE w.status IN ('expired', 'skipped', 'cancelled', 'insufficient') AND e.done_at > w.updated_at`,
  'a wait of a request that has ended': `
    SELECT w.request_id FROM waiter w JOIN request r ON r.id = w.request_id
    WHERE w.status IN ('open', 'released') AND (r.cancelled_at IS NOT NULL OR r.ended_at IS NOT NULL)`,
};

/** What holds between any two steps of the wait for consent; secrets are looked at for one person, or for all. */
export async function expectInvariants(heart: Heart, userId: string | null = null): Promise<void> {
  const broken: string[] = [];
  for (const [rule, sql] of Object.entries(NEVER)) {
    const { rowCount } = await heart.pools.owner.query(sql);
    if (rowCount !== 0) broken.push(`${rule}: ${rowCount}`);
  }
  expect([...broken, ...(await brokenSecrets(heart, userId))]).toEqual([]);
}

type Place = Pick<Attempt, 'id' | 'userId' | 'provider' | 'status'> & {
  connected: boolean;
  active: boolean;
  job: boolean;
};

/** S5: every stored secret has a row that points to it or a job that will end it; every row points to a secret. */
async function brokenSecrets({ pools, vaults }: Heart, userId: string | null): Promise<string[]> {
  const { rows } = await pools.owner.query<Place>(
    `SELECT a.id, a.user_id AS "userId", a.provider, a.status, c.id IS NOT NULL AS connected,
            coalesce(c.status = 'active', false) AS active,
            EXISTS (SELECT 1 FROM outbox o WHERE o.subject_id = a.id
                      AND o.kind IN ('repairAttempt', 'destroyCredential')) AS job
     FROM attempt a LEFT JOIN connection c ON c.credential = a.id
     WHERE $1::uuid IS NULL OR a.user_id = $1::uuid`,
    [userId],
  );
  const broken = await Promise.all(
    rows.map(async (place) => {
      const { kind } = await vaults.orchestrator.read(credentialPath(place));
      if (place.active && kind !== 'credential') return 'S5: a connection that points to nothing';
      const isOwned = place.connected || place.job || place.status === 'confirm';
      return kind === 'credential' && !isOwned ? `S5: a secret that nobody owns (${place.status})` : null;
    }),
  );
  return broken.filter((line) => line !== null);
}

/** Makes both emulated accounts free for the next test, as if their connections had been ended in order. */
export async function forgetConnections(heart: Heart): Promise<void> {
  await heart.pools.owner.query(`UPDATE connection SET status = 'gone'`);
  await heart.pools.owner.query(`UPDATE attempt SET revoking = false, revoked_at = NULL`);
}

/** After each test: what must hold holds, and the next one meets a healthy Google and free accounts. */
export async function leaveClean(heart: Heart): Promise<void> {
  try {
    await expectInvariants(heart);
  } finally {
    await forgetConnections(heart);
    await practiceGoogle(heart).reset();
  }
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { localNameKey } from '../../domain/local-name.ts';
import type { Identity, Sessions, User } from '../../ports/sessions.ts';
import { inTransaction, one, type Pool, type Queryable } from './pool.ts';

/** A cookie that nobody used for this long, or that is this old, proves nothing any more (WE-1). */
const IDLE = '12 hours';
const ABSOLUTE = '7 days';
/** Time of the last use is written at most this often: pages ask many times a second. */
const TOUCH_EVERY = '1 minute';

/** Whose sessions count: people who sign in as one does here now, all of them (null) or those that are listed (MO-3). */
export interface ServedIdentities {
  issuer: Identity['issuer'];
  subjects: readonly string[] | null;
}

/**
 * Sessions in Postgres. The cookie holds 256 random bits, the row their SHA-256: a copy of the table signs nobody in. A
 * session of somebody who would not be signed in today proves nothing: they were taken off the list, or signed in by
 * name before there was Discord. Without `served` every session counts.
 */
export function createSessions(pool: Pool, served: ServedIdentities | null = null): Sessions {
  const subjects = served?.issuer === 'local' ? served.subjects?.map(localNameKey) : served?.subjects;
  return {
    async signIn(identity) {
      const token = randomBytes(32).toString('base64url');
      const user = await inTransaction(pool, async (client) => {
        const found = await register(client, identity);
        await client.query(
          `DELETE FROM session WHERE user_id = $1::uuid
             AND (created_at <= now() - $2::interval OR last_seen_at <= now() - $3::interval)`,
          [found.id, ABSOLUTE, IDLE],
        );
        await client.query('INSERT INTO session (token_hash, user_id) VALUES ($1::bytea, $2::uuid)', [
          hashToken(token),
          found.id,
        ]);
        return found;
      });
      return { token, user };
    },

    async find(token) {
      if (!isToken(token)) return null;
      const row = await one<User & { stale: boolean }>(
        pool,
        `SELECT u.id, u.display_name AS name, u.language, s.last_seen_at < now() - $4::interval AS stale
         FROM session s JOIN app_user u ON u.id = s.user_id
         WHERE s.token_hash = $1::bytea
           AND s.created_at > now() - $2::interval AND s.last_seen_at > now() - $3::interval
           AND ($5::text IS NULL OR EXISTS (
             SELECT 1 FROM identity i WHERE i.user_id = s.user_id AND i.issuer = $5::text
               AND ($6::text[] IS NULL OR i.subject = ANY ($6::text[]))))`,
        [hashToken(token), ABSOLUTE, IDLE, TOUCH_EVERY, served?.issuer ?? null, subjects ?? null],
      );
      if (!row) return null;
      const { stale, ...user } = row;
      if (stale) await touch(pool, token);
      return user;
    },

    async end(token) {
      if (!isToken(token)) return;
      await pool.query('DELETE FROM session WHERE token_hash = $1::bytea', [hashToken(token)]);
    },
  };
}

/**
 * The person of an identity, registered when there is none. Name and language follow the newest sign-in. When two
 * sign-ins of a new person race, the second waits at the identity's key, fails there, and runs again from the start:
 * its transaction is undone with the person that it made.
 */
async function register(db: Queryable, identity: Identity): Promise<User> {
  const { issuer, displayName, language } = identity;
  const subject = issuer === 'local' ? localNameKey(identity.subject) : identity.subject;
  const known = await one<User>(
    db,
    `UPDATE app_user SET display_name = $3::text, language = $4::text
     WHERE id = (SELECT user_id FROM identity WHERE issuer = $1::text AND subject = $2::text)
     RETURNING id, display_name AS name, language`,
    [issuer, subject, displayName, language],
  );
  if (known) return known;

  const id = randomUUID();
  await db.query('INSERT INTO app_user (id, display_name, language) VALUES ($1::uuid, $2::text, $3::text)', [
    id,
    displayName,
    language,
  ]);
  await db.query('INSERT INTO identity (issuer, subject, user_id) VALUES ($1::text, $2::text, $3::uuid)', [
    issuer,
    subject,
    id,
  ]);
  return { id, name: displayName, language };
}

async function touch(db: Queryable, token: string): Promise<void> {
  await db.query(
    `UPDATE session SET last_seen_at = now() WHERE token_hash = $1::bytea AND last_seen_at < now() - $2::interval`,
    [hashToken(token), TOUCH_EVERY],
  );
}

function isToken(token: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(token);
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

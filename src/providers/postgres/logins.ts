import type { Login, Logins } from '../../ports/logins.ts';
import { one, type Pool } from './pool.ts';

/** A login that is over is told apart from an unknown one for this long. */
const KEPT = '1 hour';

/** Logins in Postgres. Of `state` and of the cookie there are hashes only: a copy of the table finishes no login. */
export function createLogins(pool: Pool): Logins {
  return {
    async start(login) {
      await pool.query(
        `WITH over AS (DELETE FROM login WHERE expires_at < now() - $7::interval)
         INSERT INTO login (id, state_hash, bind_hash, return_to, pressed, expires_at)
         VALUES ($1::uuid, $2::bytea, $3::bytea, $4::text, $5::boolean, $6::timestamptz)`,
        [login.id, login.stateHash, login.bindHash, login.returnTo, login.pressed, login.expiresAt, KEPT],
      );
    },

    find: (stateHash) =>
      one<Login>(
        pool,
        `SELECT id, state_hash AS "stateHash", bind_hash AS "bindHash", return_to AS "returnTo", pressed,
           expires_at AS "expiresAt", used_at AS "usedAt"
         FROM login WHERE state_hash = $1::bytea`,
        [stateHash],
      ),

    async burn(id) {
      const burnt = await one(
        pool,
        'UPDATE login SET used_at = now() WHERE id = $1::uuid AND used_at IS NULL AND expires_at > now() RETURNING id',
        [id],
      );
      return burnt !== null;
    },
  };
}

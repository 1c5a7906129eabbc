import { randomUUID } from 'node:crypto';
import type { Contact, People, Person, PlatformIdentity } from '../../ports/people.ts';
import { inTransaction, one, type Pool, type Queryable } from './pool.ts';

/** People in Postgres. */
export function createPeople(pool: Pool): People {
  return {
    find: (identity) => find(pool, identity),

    async meet(contact) {
      const known = await find(pool, contact);
      if (known !== null) return update(pool, known, contact);
      // Two first messages at once: the second waits at the identity's key, fails there, and its transaction runs again.
      return inTransaction(pool, async (db) => (await find(db, contact)) ?? register(db, contact));
    },
  };
}

function find(db: Queryable, { issuer, subject }: PlatformIdentity): Promise<Person | null> {
  return one<Person & { [column: string]: unknown }>(
    db,
    `SELECT u.id, u.display_name AS name, u.language, u.time_zone AS "timeZone"
     FROM identity i JOIN app_user u ON u.id = i.user_id WHERE i.issuer = $1::text AND i.subject = $2::text`,
    [issuer, subject],
  );
}

async function register(db: Queryable, { issuer, subject, displayName, language }: Contact): Promise<Person> {
  const id = randomUUID();
  await db.query('INSERT INTO app_user (id, display_name, language) VALUES ($1::uuid, $2::text, $3::text)', [
    ...[id, displayName, language],
  ]);
  await db.query('INSERT INTO identity (issuer, subject, user_id) VALUES ($1::text, $2::text, $3::uuid)', [
    ...[issuer, subject, id],
  ]);
  return { id, name: displayName, language, timeZone: null };
}

/** Written only when something differs: people talk more often than they change their names. */
async function update(db: Queryable, known: Person, contact: Contact): Promise<Person> {
  const language = contact.languageStated ? contact.language : known.language;
  const person = { ...known, name: contact.displayName, language };
  if (person.name === known.name && person.language === known.language) return known;
  await db.query('UPDATE app_user SET display_name = $2::text, language = $3::text WHERE id = $1::uuid', [
    ...[person.id, person.name, person.language],
  ]);
  return person;
}

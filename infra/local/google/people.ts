import type { DatabaseSync } from 'node:sqlite';

export interface Person {
  email: string;
  /** Google's subjects are 21 digits. */
  subject: string;
  name: string;
  timeZone: string;
}

export const SEEDED_PEOPLE: readonly Person[] = [
  { email: 'minji@example.com', subject: '100000000000000000011', name: '김민지', timeZone: 'Asia/Seoul' },
  { email: 'alex@example.com', subject: '100000000000000000022', name: 'Alex Morgan', timeZone: 'Asia/Seoul' },
];

export function seedPeople(database: DatabaseSync): void {
  const insert = database.prepare(
    'INSERT INTO person (email, subject, name, time_zone) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  for (const { email, subject, name, timeZone } of SEEDED_PEOPLE) insert.run(email, subject, name, timeZone);
}

export function listPeople(database: DatabaseSync): Person[] {
  const rows = database
    .prepare('SELECT email, subject, name, time_zone AS timeZone FROM person ORDER BY subject')
    .all();
  return rows as unknown as Person[];
}

export function findPerson(database: DatabaseSync, email: string): Person | null {
  const row = database
    .prepare('SELECT email, subject, name, time_zone AS timeZone FROM person WHERE email = ?')
    .get(email);
  return (row as unknown as Person | undefined) ?? null;
}

/** Somebody else with an account and an empty calendar; the same one when the address is known. */
export function addPerson(database: DatabaseSync, email: string, name: string): Person {
  // After the seeded ones, whom the account page shows first.
  database
    .prepare(
      `INSERT INTO person (email, subject, name, time_zone)
       SELECT ?, CAST(200000000000000000 + count(*) AS TEXT) || '000', ?, 'Asia/Seoul' FROM person
       WHERE true ON CONFLICT DO NOTHING`,
    )
    .run(email, name);
  const person = findPerson(database, email);
  if (!person) throw new Error('a person who was added is there');
  return person;
}

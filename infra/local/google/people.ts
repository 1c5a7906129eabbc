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
  return listPeople(database).find((person) => person.email === email) ?? null;
}

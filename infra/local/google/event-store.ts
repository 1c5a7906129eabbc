import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

import { transaction } from './database.ts';
import type { EventBody } from './event-time.ts';

export interface StoredEvent {
  id: string;
  body: EventBody;
  status: 'confirmed' | 'tentative' | 'cancelled';
  created: string;
  updated: string;
  sequence: number;
}

export interface Effect {
  seq: number;
  kind: 'list' | 'insert' | 'patch' | 'update' | 'delete';
  person: string;
  eventId: string | null;
  at: string;
}

export type EventStore = ReturnType<typeof createEventStore>;

/** Events of all people, and the ledger of what was accepted, written together. */
export function createEventStore(database: DatabaseSync, now: () => number) {
  const at = () => new Date(now()).toISOString();

  function find(email: string, id: string): StoredEvent | null {
    const row = database
      .prepare('SELECT id, body, status, created, updated, sequence FROM event WHERE email = ? AND id = ?')
      .get(email, id);
    return row ? read(row) : null;
  }

  function record(kind: Effect['kind'], person: string, eventId: string | null): void {
    database
      .prepare('INSERT INTO effect (kind, person, event_id, at) VALUES (?, ?, ?, ?)')
      .run(kind, person, eventId, at());
  }

  function write(email: string, { id, body, status, sequence }: Omit<StoredEvent, 'created' | 'updated'>): void {
    database
      .prepare(
        `INSERT INTO event (email, id, body, status, created, updated, sequence) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET body = excluded.body, status = excluded.status, updated = excluded.updated,
                                   sequence = excluded.sequence`,
      )
      .run(email, id, JSON.stringify(body), status, at(), at(), sequence);
  }

  return {
    find,

    /** Everything that is not deleted. Reading is an effect too: tests count how often somebody looked. */
    list(email: string): StoredEvent[] {
      return transaction(database, () => {
        record('list', email, null);
        const rows = database
          .prepare(
            `SELECT id, body, status, created, updated, sequence FROM event WHERE email = ? AND status <> 'cancelled'`,
          )
          .all(email);
        return rows.map(read);
      });
    },

    /** Null when the id was ever used, even by an event that is deleted now. */
    insert(email: string, id: string | null, body: EventBody): StoredEvent | null {
      return transaction(database, () => {
        const eventId = id ?? randomBytes(13).toString('hex');
        if (find(email, eventId)) return null;
        write(email, { id: eventId, body, status: 'confirmed', sequence: 0 });
        record('insert', email, eventId);
        return find(email, eventId);
      });
    },

    /** Seeds leave no trace in the ledger, and never bring back what somebody deleted. */
    seed(email: string, id: string, body: EventBody): void {
      if (!find(email, id)) write(email, { id, body, status: 'confirmed', sequence: 0 });
    },

    /** Days of recurring events that were changed or deleted by themselves: their series does not tell of them any more. */
    exceptions(email: string): Set<string> {
      const rows = database
        .prepare(`SELECT id FROM event WHERE email = ? AND json_extract(body, '$.recurringEventId') IS NOT NULL`)
        .all(email);
      return new Set(rows.map(({ id }) => String(id)));
    },

    /** The event may be a day of a series that has no row yet. */
    change(kind: 'patch' | 'update', email: string, event: StoredEvent): StoredEvent | null {
      return transaction(database, () => {
        write(email, { ...event, sequence: event.sequence + 1 });
        record(kind, email, event.id);
        return find(email, event.id);
      });
    },

    /** A series takes with it what was changed of its days. */
    remove(email: string, event: StoredEvent): void {
      transaction(database, () => {
        write(email, { ...event, status: 'cancelled', sequence: event.sequence + 1 });
        database
          .prepare(
            `UPDATE event SET status = 'cancelled'
             WHERE email = ? AND json_extract(body, '$.recurringEventId') = ?`,
          )
          .run(email, event.id);
        record('delete', email, event.id);
      });
    },

    ledger(): Effect[] {
      const rows = database.prepare('SELECT seq, kind, person, event_id AS eventId, at FROM effect ORDER BY seq').all();
      return rows as unknown as Effect[];
    },
  };
}

function read(row: Record<string, unknown>): StoredEvent {
  const stored = row as unknown as Omit<StoredEvent, 'body'> & { body: string };
  return { ...stored, body: JSON.parse(stored.body) as EventBody };
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Tokens, codes and their kin are kept as SHA-256 only, so that the file holds no credential. `effect` is the ledger of
 * what was accepted: its rows are written in the transaction of the effect itself.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS person (
    email TEXT PRIMARY KEY, subject TEXT NOT NULL UNIQUE, name TEXT NOT NULL, time_zone TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS consent (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE REFERENCES person, scopes TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS code (
    hash TEXT PRIMARY KEY, consent_id TEXT NOT NULL REFERENCES consent ON DELETE CASCADE, scopes TEXT NOT NULL,
    redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, nonce TEXT, with_refresh INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS token (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    consent_id TEXT NOT NULL REFERENCES consent ON DELETE CASCADE, code_hash TEXT NOT NULL, scopes TEXT NOT NULL,
    expires_at INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS event (
    email TEXT NOT NULL REFERENCES person, id TEXT NOT NULL, body TEXT NOT NULL, status TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL, sequence INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (email, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS effect (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, person TEXT NOT NULL, event_id TEXT, at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS token_request (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, outcome TEXT NOT NULL, grant_id TEXT, person TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS signing_key (id TEXT PRIMARY KEY, private_key TEXT NOT NULL) STRICT;
`;

/** @param folder where the file lives; null keeps everything in memory. */
export function openDatabase(folder: string | null): DatabaseSync {
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A server that is still going away may hold the file for a moment.
  const database = new DatabaseSync(folder ? join(folder, 'google.sqlite') : ':memory:', { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  database.exec(SCHEMA);
  return database;
}

/** Everything or nothing. The work is synchronous, so no other request can come in between. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { walkConsent } from '../../infra/local/google/walk-consent.ts';
import { startProcess } from '../../infra/local/process.ts';
import type { System } from '../../infra/local/system.ts';
import { waitFor } from '../../infra/local/wait-for.ts';
import { SCOPES } from '../../src/domain/scopes.ts';
import { createGoogleOAuth } from '../../src/providers/google/google-oauth.ts';
import { createPool } from '../../src/providers/postgres/pool.ts';
import { wake, waiter } from './workflows.ts';

const TASK_QUEUE = 'bench-reference';
const TABLES = `
  CREATE SCHEMA reference;
  CREATE TABLE reference.person (id uuid PRIMARY KEY, token text);
  CREATE TABLE reference.task (
    id uuid PRIMARY KEY, person_id uuid NOT NULL REFERENCES reference.person, from_date text NOT NULL,
    to_date text NOT NULL, turns integer NOT NULL DEFAULT 0, result jsonb, ended_at timestamptz);
  CREATE INDEX task_of_person ON reference.task (person_id);`;

/** A hand-written application on the same servers that does the product's job for a person, and no more. */
export interface Reference {
  newPerson(): Promise<string>;
  /** Starts `reference-<task id>`; `at` is just before Temporal was asked, in milliseconds since 1970. */
  start(personId: string): Promise<{ taskId: string; at: number }>;
  /** Stores the token and signals every task. Returns when the token's commit was, in milliseconds since 1970. */
  connect(personId: string, taskIds: readonly string[]): Promise<number>;
  ended(personId: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startReference(system: System, client: Client, dataDir: string): Promise<Reference> {
  const databaseUrl = system.postgres?.urls('panager').owner ?? '';
  const pool = createPool(databaseUrl, { max: 20, onIdleError: () => undefined });
  const google = system.env.gateway.GOOGLE_BASE_URL ?? '';
  await pool.query(TABLES);
  const worker = await startProcess(dataDir, {
    name: 'reference',
    command: process.execPath,
    args: [join(import.meta.dirname, 'worker.ts'), system.env.gateway.TEMPORAL_ADDRESS ?? '', TASK_QUEUE, google],
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl },
  });
  const stop = async () => {
    await worker.stop();
    await pool.end();
  };
  if (!(await waitFor(() => worker.output().includes('ready'), 60_000))) {
    await stop();
    throw new Error(`The reference's worker did not start:\n${worker.output()}`);
  }
  const token = await consentAs(system, 'alex@example.com');

  return {
    stop,
    async newPerson() {
      const id = randomUUID();
      await pool.query('INSERT INTO reference.person (id) VALUES ($1::uuid)', [id]);
      return id;
    },
    async start(personId) {
      const taskId = randomUUID();
      const today = new Date().toISOString().slice(0, 10);
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      await pool.query(
        `INSERT INTO reference.task (id, person_id, from_date, to_date)
         VALUES ($1::uuid, $2::uuid, $3::text, $4::text)`,
        [taskId, personId, today, tomorrow],
      );
      const at = now();
      await client.workflow.start(waiter, {
        workflowId: `reference-${taskId}`,
        taskQueue: TASK_QUEUE,
        args: [{ taskId }],
      });
      return { taskId, at };
    },
    async connect(personId, taskIds) {
      await pool.query('UPDATE reference.person SET token = $2::text WHERE id = $1::uuid', [personId, token]);
      await Promise.all(taskIds.map((taskId) => client.workflow.getHandle(`reference-${taskId}`).signal(wake)));
      const { rows } = await pool.query<{ committed: number }>(
        `SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 * 1000 AS committed
         FROM reference.person WHERE id = $1::uuid`,
        [personId],
      );
      return rows[0]?.committed ?? Number.NaN;
    },
    async ended(personId) {
      const { rows } = await pool.query<{ count: string }>(
        'SELECT count(*) FROM reference.task WHERE person_id = $1::uuid AND ended_at IS NOT NULL',
        [personId],
      );
      return Number(rows[0]?.count);
    },
  };
}

const now = (): number => performance.timeOrigin + performance.now();

/** An access token of the emulated Google, by the same consent as a person's. */
async function consentAs(system: System, account: string): Promise<string> {
  const { GOOGLE_BASE_URL: baseUrl, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = system.env.gateway;
  const redirectUri = `${system.publicUrl}/oauth/google/callback`;
  const client = { clientId: GOOGLE_CLIENT_ID ?? '', clientSecret: GOOGLE_CLIENT_SECRET ?? '', redirectUri };
  const oauth = createGoogleOAuth({ ...client, ...(baseUrl === undefined ? {} : { baseUrl }) });
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = oauth.authorizationUrl({ state: randomUUID(), codeChallenge, scopes: [SCOPES.calendarEventsRead] });
  const back = await walkConsent(url, { account });
  const code = back.searchParams.get('code') ?? '';
  return (await oauth.exchange({ code, codeVerifier }, AbortSignal.timeout(10_000))).accessToken;
}

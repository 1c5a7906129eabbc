import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { startDatabase, type Database } from './support/database.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(() => database.close());

const DENIED = '42501';

/** What Postgres says to a statement of this role: `allowed`, or its code. Nothing is kept. */
async function attempt(role: string, statement: string): Promise<string> {
  const client = await database.owner.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL ROLE ${role}`);
    await client.query(statement);
    return 'allowed';
  } catch (error) {
    if (error instanceof pg.DatabaseError) return error.code ?? 'failed';
    throw error;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

async function tables(): Promise<string[]> {
  const { rows } = await database.owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('MO-4: what was chosen and what happened is insert-only', () => {
  test.each(['panager_gateway', 'panager_orchestrator', 'panager_sandbox'])('for %s', async (role) => {
    expect(await attempt(role, 'UPDATE tool_call SET tool = tool')).toBe(DENIED);
    expect(await attempt(role, 'DELETE FROM tool_call')).toBe(DENIED);
    expect(await attempt(role, 'TRUNCATE tool_call')).toBe(DENIED);
    expect(await attempt(role, 'UPDATE audit_event SET kind = kind')).toBe(DENIED);
    expect(await attempt(role, 'DELETE FROM audit_event')).toBe(DENIED);
    expect(await attempt(role, 'TRUNCATE audit_event')).toBe(DENIED);
    expect(await attempt(role, 'CREATE TABLE mine (id integer)')).toBe(DENIED);
  });
});

test('MO-4: the gateway chooses no calls, and nobody but the gateway sees sessions', async () => {
  const call = `INSERT INTO tool_call (request_id, call_id, step, position, tool, arguments, needs, writes)
                VALUES (gen_random_uuid(), '1.1', 1, 1, 'x', '{}', '{}', false)`;
  expect(await attempt('panager_gateway', call)).toBe(DENIED);
  // Allowed, and stopped by the missing request only.
  expect(await attempt('panager_orchestrator', call)).toBe('23503');
  expect(await attempt('panager_gateway', 'SELECT * FROM session')).toBe('allowed');
  for (const role of ['panager_orchestrator', 'panager_sandbox']) {
    expect(await attempt(role, 'SELECT * FROM session')).toBe(DENIED);
  }
});

/** What a container host executes, and what it says of it. */
const OF_RUNS = ['project', 'run', 'run_log', 'run_cursor', 'run_diff', 'sandbox_host'];

test('MO-4: the sandbox reads and writes no row of a person, a request, a call or a credential', async () => {
  const names = (await tables()).filter((name) => !OF_RUNS.includes(name));
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    expect([name, await attempt('panager_sandbox', `SELECT * FROM ${name}`)]).toEqual([name, DENIED]);
    expect([name, await attempt('panager_sandbox', `DELETE FROM ${name}`)]).toEqual([name, DENIED]);
  }
  expect(await attempt('panager_sandbox', `UPDATE request SET text = ''`)).toBe(DENIED);
  const publish = `SELECT publish_event(gen_random_uuid(), 'request', gen_random_uuid())`;
  expect(await attempt('panager_sandbox', publish)).toBe(DENIED);
});

test('MO-4: of runs, the sandbox says how they go, and neither makes nor changes what they are', async () => {
  for (const name of OF_RUNS) {
    expect([name, await attempt('panager_sandbox', `SELECT * FROM ${name}`)]).toEqual([name, 'allowed']);
    expect([name, await attempt('panager_sandbox', `DELETE FROM ${name}`)]).toEqual([name, DENIED]);
  }
  expect(await attempt('panager_sandbox', 'UPDATE run SET started_at = now()')).toBe('allowed');
  for (const change of [
    'UPDATE run SET command = command',
    'UPDATE run SET user_id = user_id',
    'UPDATE run SET host = host',
    'UPDATE run SET stop_asked_at = NULL',
    'UPDATE project SET clone_url = clone_url',
    `INSERT INTO project (id, user_id, name, clone_url) VALUES (gen_random_uuid(), gen_random_uuid(), 'x', 'x')`,
    `INSERT INTO run (id, project_id, user_id, kind, command)
     VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'command', '{x}')`,
    `UPDATE run_log SET text = ''`,
  ]) {
    expect([change, await attempt('panager_sandbox', change)]).toEqual([change, DENIED]);
  }
});

test('only the eraser deletes, and it writes nothing', async () => {
  for (const name of ['tool_call', 'audit_event', 'request', 'connection', 'app_user']) {
    expect(await attempt('panager_eraser', `DELETE FROM ${name}`)).toBe('allowed');
    expect(await attempt('panager_gateway', `DELETE FROM ${name}`)).toBe(DENIED);
    expect(await attempt('panager_orchestrator', `DELETE FROM ${name}`)).toBe(DENIED);
  }
  expect(await attempt('panager_eraser', 'UPDATE request SET text = text')).toBe(DENIED);
});

test('each process logs in as its own role, and none of them is a superuser', async () => {
  for (const process of ['gateway', 'orchestrator', 'sandbox'] as const) {
    const client = new pg.Client({ connectionString: database.database.roles[process] });
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_user AS name, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS powerful
       FROM pg_roles WHERE rolname = current_user`,
    );
    await client.end();
    expect(rows).toEqual([{ name: `panager_${process}`, powerful: false }]);
  }
});

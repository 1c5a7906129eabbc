import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { walkConsent } from '../../infra/local/google/walk-consent.ts';
import { createHttpPerson, type HttpPerson } from '../../infra/local/http-person.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import { createLogger } from '../../src/logger.ts';
import { createCredentialVault } from '../../src/providers/vault.ts';
import { filesBelow, findCanaries, formsOf } from '../support/canary.ts';

/**
 * SE-1: after a whole story, every place where something is kept or sent is searched for what must not be there, in every
 * form, and for what must be there, so that the search itself is known to work.
 */
let system: System;
const dataDir = mkdtempSync(join(tmpdir(), 'panager-test-canary-'));
/** Everything that HTTP answered, headers included. */
const answers: string[] = [];
const words = `이번 주 일정 보여줘 ${randomUUID()}`;
const denied: Record<string, string> = {};
let secrets: Record<string, string> = {};
let requestId = '';

beforeAll(async () => {
  system = await startSystem({ dataDir, mode: 'test', log: () => undefined });
  const person = recording(createHttpPerson(system.publicUrl));
  await person.signIn('민지');
  requestId = await person.ask(words);
  const { waitingFor } = await person.until(requestId, 'waiting');
  const link = waitingFor[0]?.link ?? '';

  const first = await trip(person, link, 'deny');
  denied.deniedState = first.state;
  const second = await trip(person, link, 'allow');
  await person.until(requestId, 'done');
  secrets = { state: second.state, code: second.code, ...denied, ...(await tokens()) };
}, 120_000);
afterAll(async () => {
  await system?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

/** The same person, with every answer kept. Where the provider is told `state`, the browser must be told it too. */
function recording(person: HttpPerson): HttpPerson {
  return {
    ...person,
    async send(path, options) {
      const answer = await person.send(path, options);
      const headers = [...answer.headers].filter(([name]) => name !== 'location');
      answers.push(JSON.stringify(headers), answer.text);
      return answer;
    },
  };
}

async function trip(person: HttpPerson, link: string, decision: 'allow' | 'deny') {
  await person.send(link);
  const started = await person.send(`${link}/start`, { method: 'POST', form: {} });
  const back = await walkConsent(started.headers.get('location') ?? '', { account: 'minji@example.com', decision });
  await person.send(back.href);
  return { state: back.searchParams.get('state') ?? '', code: back.searchParams.get('code') ?? '' };
}

/** What Vault holds of the person's connection, read as the orchestrator reads it. */
async function tokens(): Promise<Record<string, string>> {
  const { VAULT_ADDR: addr = '', VAULT_ROLE_ID: roleId = '', VAULT_SECRET_ID: secretId = '' } = system.env.orchestrator;
  const vault = createCredentialVault({
    addr,
    roleId,
    secretId,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  try {
    const [row] = await sql<{ userId: string; attemptId: string }>(
      'SELECT user_id AS "userId", credential AS "attemptId" FROM connection',
    );
    if (!row) throw new Error('Google is connected');
    const stored = await vault.read({ ...row, provider: 'google' });
    if (stored.kind !== 'credential') throw new Error('the credential is in Vault');
    return { accessToken: stored.credential.accessToken, refreshToken: stored.credential.refreshToken ?? '' };
  } finally {
    vault.close();
  }
}

async function sql<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: system.postgres?.urls('panager').owner });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table, as JSON. */
async function dump(): Promise<Buffer> {
  const tables = await sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const parts: string[] = [];
  for (const { name } of tables) parts.push(JSON.stringify(await sql(`SELECT to_jsonb(t) AS row FROM ${name} t`)));
  return Buffer.from(parts.join('\n'));
}

async function histories(): Promise<Buffer> {
  const connection = await Connection.connect({ address: system.env.gateway.TEMPORAL_ADDRESS ?? '' });
  try {
    const client = new Client({ connection });
    const parts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      parts.push(
        JSON.stringify(events, (_, value: unknown) => {
          const bytes = value as { type?: string; data?: number[] };
          if (bytes?.type === 'Buffer' && bytes.data) return Buffer.from(bytes.data).toString('utf8');
          return typeof value === 'bigint' ? value.toString() : value;
        }),
      );
    }
    return Buffer.from(parts.join('\n'));
  } finally {
    await connection.close();
  }
}

test('each form of a canary is found where it is planted', () => {
  const secret = ['ya29', 'a0-canary_0123456789/+=한'].join('.');
  for (const [form, bytes] of formsOf(secret)) {
    const sink = Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]);
    expect(findCanaries(sink, { secret })).toContain(`secret as ${form}`);
  }
  for (const offset of [0, 1, 2]) {
    const sink = Buffer.from(
      Buffer.concat([Buffer.alloc(offset, 120), Buffer.from(secret), Buffer.from('yz')]).toString('base64'),
    );
    expect(findCanaries(sink, { secret })).not.toEqual([]);
  }
  expect(findCanaries(Buffer.from('nothing here'), { secret })).toEqual([]);
});

test('the canaries are real', () => {
  expect(Object.values(secrets).every((secret) => secret.length >= 20)).toBe(true);
  expect(Object.keys(secrets).toSorted()).toEqual(['accessToken', 'code', 'deniedState', 'refreshToken', 'state']);
});

test('SE-1: the database holds the words of the person and no token, code or state', async () => {
  const rows = await dump();
  expect(findCanaries(rows, { words })).not.toEqual([]);
  expect(findCanaries(rows, secrets)).toEqual([]);
});

test('SE-1: histories and files of Temporal hold ids, and no token, link, state, code or word of the person', async () => {
  const [{ publicId = '' } = {}] = await sql<{ publicId: string }>('SELECT public_id AS "publicId" FROM flow');
  const never = { ...secrets, words, publicId, arguments: '"from":', answer: '캘린더에서 읽었습니다' };
  for (const sink of [await histories(), filesBelow(join(dataDir, 'temporal'))]) {
    expect(findCanaries(sink, { requestId })).toContain('requestId as raw');
    expect(findCanaries(sink, never)).toEqual([]);
  }
});

test('SE-1: the files of the secret store hold nothing readable', () => {
  const files = filesBelow(join(dataDir, 'openbao'));
  expect(files.length).toBeGreaterThan(10_000);
  expect(findCanaries(files, { ...secrets, words })).toEqual([]);
});

test('SE-1: no log of any process holds a token, code, state or word of the person', () => {
  const logs = filesBelow(join(dataDir, 'logs'));
  expect(findCanaries(logs, { ready: 'orchestrator is ready' })).toContain('ready as raw');
  expect(findCanaries(logs, { ...secrets, words })).toEqual([]);
});

test('SE-1: no answer of the gateway holds a token, code or state', () => {
  const sent = Buffer.from(answers.join('\n'));
  expect(findCanaries(sent, { words })).not.toEqual([]);
  expect(findCanaries(sent, secrets)).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { System } from '../../infra/local/system.ts';
import { filesBelow, findCanaries, formsOf } from '../support/canary.ts';
import { connectOwner } from './judge.ts';
import type { Recorder } from './recorder.ts';

/** A place where something is kept, or to which something was sent. */
export interface Sink {
  name: string;
  bytes: Buffer;
  /** Harmless words that are known to be there: they show that this very place was read. None where nothing is known. */
  markers: Record<string, string>;
  /** What may not be here in any form. */
  never: Record<string, string>;
}

/** What must stay secret everywhere, and what may only be in the database and in answers to its own person. */
export interface Canaries {
  secrets: Record<string, string>;
  private: Record<string, string>;
}

/** What each of the servers and processes writes into its log by itself. */
const LOGGED: Record<string, string> = {
  gateway: 'gateway is ready',
  orchestrator: 'orchestrator is ready',
  postgres: 'database system is ready to accept connections',
  openbao: 'OpenBao server started',
  'emulated-google': 'listening http://127.0.0.1',
};

/** Reads every sink of a system (SE-1), while it runs. */
export async function readSinks(
  system: System,
  dataDir: string,
  canaries: Canaries,
  known: { requestId: string; attemptId: string; words: string; recorders: readonly Recorder[] },
): Promise<Sink[]> {
  const { secrets } = canaries;
  const everything = { ...secrets, ...canaries.private };
  const { requestId, attemptId, words, recorders } = known;
  const logs = readdirSync(join(dataDir, 'logs')).map((file): Sink => {
    const marker = LOGGED[file.replace(/(-\d+)?\.log(\.1)?$/, '')];
    return {
      name: `the log ${file}`,
      bytes: readFileSync(join(dataDir, 'logs', file)),
      markers: marker === undefined || file.endsWith('.1') ? {} : { marker },
      never: everything,
    };
  });
  return [
    {
      name: 'the histories of Temporal',
      bytes: await readHistories(system.env.gateway.TEMPORAL_ADDRESS ?? ''),
      markers: { requestId, argument: `{"requestId":"${requestId}"` },
      never: everything,
    },
    {
      name: 'the files of Temporal',
      bytes: filesBelow(join(dataDir, 'temporal')),
      markers: { requestId, argument: `{"requestId":"${requestId}"` },
      never: everything,
    },
    {
      name: 'the files of OpenBao',
      bytes: filesBelow(join(dataDir, 'openbao')),
      // Its audit log names paths.
      markers: { attemptId },
      never: everything,
    },
    { name: 'the database', bytes: await dumpDatabase(system), markers: { words, attemptId }, never: secrets },
    ...logs,
    {
      name: 'the answers of the gateway',
      bytes: Buffer.concat(recorders.map((recorder) => recorder.answers())),
      markers: { words, requestId },
      never: secrets,
    },
    {
      name: 'the event streams',
      bytes: Buffer.concat(recorders.map((recorder) => recorder.events())),
      markers: { words, requestId },
      never: secrets,
    },
  ];
}

/** What is wrong with a sink: secrets that it holds, markers that it does not. */
export function searchSink({ name, bytes, markers, never }: Sink): string[] {
  return [
    ...findCanaries(bytes, never).map((found) => `${name}: holds ${found}`),
    ...Object.keys(markers)
      .filter((marker) => !findCanaries(bytes, markers).includes(`${marker} as raw`))
      .map((marker) => `${name}: was not really read, its ${marker} is not there`),
  ];
}

/** Which forms of a secret would go unseen in this sink, if they were there. */
export function unseenForms({ bytes }: Sink, secret: string): string[] {
  const around = bytes.subarray(-100_000);
  const middle = Math.floor(around.length / 2);
  return [...formsOf(secret)]
    .filter(([form, planted]) => {
      const sink = Buffer.concat([around.subarray(0, middle), planted, around.subarray(middle)]);
      return !findCanaries(sink, { secret }).includes(`secret as ${form}`);
    })
    .map(([form]) => form);
}

/** Every row of every table, as JSON. */
export async function dumpDatabase(system: System): Promise<Buffer> {
  const sql = await connectOwner(system);
  try {
    const { rows: tables } = await sql.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      parts.push(JSON.stringify((await sql.query(`SELECT to_jsonb(t) AS row FROM ${name} t`)).rows));
    }
    return Buffer.from(parts.join('\n'));
  } finally {
    await sql.end();
  }
}

/** Every event of every workflow, with payloads as text. */
export async function readHistories(address: string): Promise<Buffer> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    const parts: string[] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      parts.push(...textsIn(events));
    }
    return Buffer.from(parts.join('\n'));
  } finally {
    await connection.close();
  }
}

/** Every text and every payload somewhere below a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each)]);
}

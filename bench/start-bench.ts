import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startSystem, type System } from '../infra/local/system.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import type { Intake } from '../src/ports/requests.ts';
import { createIntake } from '../src/providers/postgres/intake.ts';
import { createPool, type Pool } from '../src/providers/postgres/pool.ts';
import { startReference, type Reference } from './reference/start-reference.ts';
import { tracing } from './trace.ts';

/** The whole product and the reference's worker, in processes of their own, on one set of servers. */
export interface Bench {
  dataDir: string;
  system: System;
  client: Client;
  /** As the owner of the database. */
  sql: Pool;
  intake: Intake;
  reference: Reference;
  stop(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-bench-'));
  const endings: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const environment = () => Promise.resolve(tracing(dataDir));
    const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined, environment });
    endings.push(system.stop);
    const onIdleError = () => undefined;
    const sql = createPool(system.postgres?.urls('panager').owner ?? '', { max: 2, onIdleError });
    endings.push(() => sql.end());
    await rememberCommitTimes(system, sql);

    const connection = await Connection.connect({ address: system.env.gateway.TEMPORAL_ADDRESS ?? '' });
    endings.push(() => connection.close());
    const client = new Client({ connection });
    const reference = await startReference(system, client, dataDir);
    endings.push(reference.stop);
    const gateway = createPool(system.env.gateway.DATABASE_URL ?? '', { max: 8, onIdleError });
    endings.push(() => gateway.end());
    return { dataDir, system, client, sql, intake: createIntake(gateway), reference, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server must be started anew for it. Only here: nothing of the product asks when something was committed. */
async function rememberCommitTimes({ postgres }: System, sql: Pool): Promise<void> {
  await sql.query('ALTER SYSTEM SET track_commit_timestamp = on');
  postgres?.signal('SIGINT');
  const remembers = await waitFor(async () => {
    const { rows } = await sql.query<{ setting: string }>(
      `SELECT setting FROM pg_settings WHERE name = 'track_commit_timestamp'`,
    );
    return rows[0]?.setting === 'on';
  }, 30_000);
  if (!remembers) throw new Error('Postgres did not come back');
}

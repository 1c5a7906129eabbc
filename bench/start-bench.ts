import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startProcess } from '../infra/local/process.ts';
import { startSystem, type System } from '../infra/local/system.ts';
import { waitFor } from '../infra/local/wait-for.ts';
import type { Intake } from '../src/ports/requests.ts';
import { createIntake } from '../src/providers/postgres/intake.ts';
import { createPool, type Pool } from '../src/providers/postgres/pool.ts';

/** The whole product and the reference's worker, in processes of their own, on one set of servers. */
export interface Bench {
  system: System;
  client: Client;
  /** As the owner of the database. */
  sql: Pool;
  intake: Intake;
  referenceQueue: string;
  stop(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-bench-'));
  const endings: (() => unknown)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const system = await startSystem({ dataDir, mode: 'dev', log: () => undefined });
    endings.push(system.stop);
    const address = system.env.gateway.TEMPORAL_ADDRESS ?? '';
    const referenceQueue = 'bench-reference';
    const worker = await startProcess(dataDir, {
      name: 'reference',
      command: process.execPath,
      args: [join(import.meta.dirname, 'reference/worker.ts'), address, referenceQueue],
      env: { PATH: process.env.PATH ?? '' },
    });
    endings.push(worker.stop);
    if (!(await waitFor(() => worker.output().includes('ready'), 60_000))) throw new Error('no reference worker');

    const connection = await Connection.connect({ address });
    endings.push(() => connection.close());
    const onIdleError = () => undefined;
    const sql = createPool(system.postgres?.urls('panager').owner ?? '', { max: 2, onIdleError });
    const gateway = createPool(system.env.gateway.DATABASE_URL ?? '', { max: 8, onIdleError });
    endings.push(
      () => sql.end(),
      () => gateway.end(),
    );
    return { system, client: new Client({ connection }), sql, intake: createIntake(gateway), referenceQueue, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

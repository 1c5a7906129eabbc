import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProcessName } from '../infra/local/local-types.ts';
import type { System } from '../infra/local/system.ts';
import { waitFor } from '../infra/local/wait-for.ts';

/** One time that a process waited for somebody. */
export interface Traced {
  whom: 'database' | 'vault' | 'provider';
  at: number;
  ms: number;
  statements: number;
}

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'trace-preload.ts')).href;
const fileOf = (dataDir: string, name: ProcessName): string => join(dataDir, `trace-${name}.jsonl`);

/** Starts the product's processes again, each with the tracing. */
export async function traceProcesses(system: System, dataDir: string): Promise<void> {
  for (const name of ['gateway', 'orchestrator'] as const) {
    Object.assign(system.env[name], {
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${PRELOAD}`,
      BENCH_TRACE: fileOf(dataDir, name),
    });
    await system.killProcess(name);
    await system.startProcess(name);
  }
  const ready = await waitFor(async () => (await fetch(`${system.publicUrl}/readyz`)).ok, 60_000);
  if (!ready) throw new Error('the gateway did not come back with its tracing');
}

/** What a process waited for between two times, as words: for each of `requests`, on average. */
export function waits(dataDir: string, name: ProcessName, [from, to]: [number, number], requests: number): string {
  const file = fileOf(dataDir, name);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const all = lines.map((line) => JSON.parse(line) as Traced).filter(({ at }) => at >= from && at <= to);
  const mean = (whom: Traced['whom'], of: (traced: Traced) => number): string =>
    (all.filter((traced) => traced.whom === whom).reduce((sum, traced) => sum + of(traced), 0) / requests).toFixed(1);
  const calls = (whom: Traced['whom']) => `${mean(whom, () => 1)} of ${whom}, ${mean(whom, ({ ms }) => ms)} ms`;
  const statements = mean('database', (traced) => traced.statements);
  return `${name}: ${statements} statements in ${mean('database', () => 1)} trips, ${mean('database', ({ ms }) => ms)} ms; ${calls('vault')}; ${calls('provider')}`;
}

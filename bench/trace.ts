import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProcessName } from '../infra/local/local-types.ts';
import type { Environment } from '../infra/local/settings/process-environment.ts';

/** One time that a process waited for somebody. */
export interface Traced {
  whom: 'database' | 'vault' | 'provider';
  at: number;
  ms: number;
  statements: number;
}

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'trace-preload.ts')).href;
const fileOf = (dataDir: string, name: ProcessName): string => join(dataDir, `trace-${name}.jsonl`);

/** What makes the product's processes trace, as their environment. */
export function tracing(dataDir: string): Partial<Record<ProcessName, Environment>> {
  const environment = (name: ProcessName): Environment => ({
    NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${PRELOAD}`,
    BENCH_TRACE: fileOf(dataDir, name),
  });
  return { gateway: environment('gateway'), orchestrator: environment('orchestrator') };
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

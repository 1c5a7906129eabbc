import { parseArgs } from 'node:util';
import { benchIntake } from './intake.ts';
import { startBench, type Bench } from './start-bench.ts';
import { table, type Row } from './statistics.ts';
import { benchWake } from './wake.ts';

/** `make bench ARGS="wake --quick"`: every entry beside its reference in the same run; ratios travel, times do not. */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;

const ENTRIES: Record<string, (bench: Bench) => Promise<Row[]>> = {
  async wake(bench) {
    const [alone, hundred] = [await benchWake(bench, 1, quick ? 10 : 40), await benchWake(bench, 100, quick ? 1 : 3)];
    return [...alone, ...hundred, ...(quick ? [] : await benchWake(bench, 500, 1))];
  },
  intake: (bench) => benchIntake(bench, quick ? 20 : 50),
};

const unknown = positionals.filter((name) => !Object.hasOwn(ENTRIES, name));
if (unknown.length > 0) {
  console.error(`There is no entry ${unknown.join(', ')}. Entries: ${Object.keys(ENTRIES).join(', ')}.`);
  process.exit(1);
}

const bench = await startBench();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void bench.stop().finally(() => process.exit(130)));
}
try {
  for (const [name, run] of Object.entries(ENTRIES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\n${name}`);
    for (const line of table(await run(bench))) console.log(`  ${line}`);
  }
} finally {
  await bench.stop();
}

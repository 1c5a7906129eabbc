import { parseArgs } from 'node:util';
import { benchIntake } from './intake.ts';
import { benchMask } from './mask.ts';
import { benchRun } from './run.ts';
import { startBench, type Bench } from './start-bench.ts';
import { table, type Entry } from './statistics.ts';
import { benchWake } from './wake.ts';

/**
 * `make bench ARGS="wake --quick"`: every entry beside its reference in the same run; ratios travel, times do not. The
 * reference (reference/) is the same job, written by hand on the same servers, without what makes a request safe.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const quick = values.quick ?? false;

const ENTRIES: Record<string, (bench: Bench) => AsyncGenerator<Entry>> = {
  async *wake(bench) {
    yield await benchWake(bench, 1, quick ? 15 : 50);
    yield await benchWake(bench, 100, quick ? 1 : 3);
    if (!quick) yield await benchWake(bench, 500, 1);
  },
  async *intake(bench) {
    yield await benchIntake(bench, quick ? 20 : 50);
  },
  async *mask() {
    yield benchMask(quick ? 10 : 100);
  },
};
/** They have servers of their own. */
const APART: Record<string, () => AsyncGenerator<Entry>> = {
  run: () => benchRun(quick),
};
const names = [...Object.keys(ENTRIES), ...Object.keys(APART)];
const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name);

const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no entry ${unknown.join(', ')}. Entries: ${names.join(', ')}.`);
  process.exit(1);
}

async function print(name: string, entries: AsyncGenerator<Entry>): Promise<void> {
  for await (const { title, rows, notes } of entries) {
    console.log(`\n${name}: ${title}`);
    for (const line of [...table(rows), ...notes.map((note) => `each: ${note}`)]) console.log(`  ${line}`);
  }
}

if (Object.keys(ENTRIES).some(isChosen)) {
  const bench = await startBench();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void bench.stop().finally(() => process.exit(130)));
  }
  try {
    // Code that has run a few times is faster: both sides are measured warm.
    await benchWake(bench, 1, 5);
    for (const [name, run] of Object.entries(ENTRIES)) if (isChosen(name)) await print(name, run(bench));
  } finally {
    await bench.stop();
  }
}
for (const [name, run] of Object.entries(APART)) if (isChosen(name)) await print(name, run());

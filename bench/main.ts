import { parseArgs } from 'node:util';
import { benchIntake } from './intake.ts';
import { benchMask } from './mask.ts';
import { benchRun } from './run.ts';
import { startBench, type Bench } from './start-bench.ts';
import { table, type Entry } from './statistics.ts';
import { benchWake } from './wake.ts';

/**
 * `make bench ARGS="wake --quick --minutes 10 --seed 7"`: every entry beside its reference in the same run; ratios travel,
 * times do not. The reference (reference/) is the same job, written by hand on the same servers, without what makes a
 * request safe. When the minutes are over nothing more is begun. The seed makes the same texts again.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
const { quick } = values;
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
if (![minutes, seed].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--minutes and --seed take whole numbers.');
  process.exit(2);
}

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
    yield benchMask(quick ? 10 : 100, seed);
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

console.log(`seed ${seed}, at most ${minutes} minutes`);
const endsAt = Date.now() + minutes * 60_000;

async function print(name: string, entries: AsyncGenerator<Entry>): Promise<void> {
  for (;;) {
    if (Date.now() >= endsAt) {
      // What it has started ends with it.
      await entries.return(undefined);
      return console.log(`\n${name}: out of time, the rest of it was not measured`);
    }
    const next = await entries.next();
    if (next.done) return;
    printEntry(name, next.value);
  }
}

function printEntry(name: string, { title, rows, notes }: Entry): void {
  console.log(`\n${name}: ${title}`);
  for (const line of [...table(rows), ...notes.map((note) => `each: ${note}`)]) console.log(`  ${line}`);
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

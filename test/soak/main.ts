import { parseArgs } from 'node:util';
import { createParts } from './parts.ts';

/**
 * `make soak ARGS="--seed 7 --kills 500 --minutes 60 --only kills"`: the long proofs. Prints its seed, which repeats the
 * choices of a run; the machine's timing is never the same. Ends with exit code 1 when something was lost, happened twice,
 * was left behind or leaked.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    minutes: { type: 'string', default: '180' },
    only: { type: 'string', multiple: true, default: [] },
    kills: { type: 'string', default: '500' },
    times: { type: 'string', default: '200' },
    stories: { type: 'string', default: '2000' },
    waiting: { type: 'string', default: '2000' },
    cases: { type: 'string', default: '1000000' },
  },
});
const { only, ...words } = values;
const numbers = Object.entries(words).map(([name, value]) => [name, Number(value)] as const);
const { minutes, ...amounts } = Object.fromEntries(numbers) as Record<keyof typeof words, number>;
const log = (line: string): void => console.log(line);
const parts = createParts(amounts, log);
const chosen = only.length === 0 ? [...parts.keys()] : only.flatMap((names) => names.split(','));
const isWrong = numbers.some(([, value]) => !Number.isInteger(value) || value < 0);
if (isWrong || !chosen.every((name) => parts.has(name))) {
  const options = Object.keys(words).map((name) => `--${name}`);
  console.error(`${options.join(', ')} take whole numbers; --only takes some of ${[...parts.keys()].join(', ')}.`);
  process.exit(2);
}

log(`seed ${amounts.seed}, parts ${chosen.join(', ')}, at most ${minutes} minutes`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const endsAt = Date.now() + minutes * 60_000;
let failures = 0;
for (const [index, name] of chosen.entries()) {
  const part = parts.get(name);
  if (!part || stopping.signal.aborted) continue;
  // What an earlier part did not need goes to those that follow.
  const shares = chosen.slice(index).reduce((sum, each) => sum + (parts.get(each)?.share ?? 0), 0);
  const budgetMs = Math.max(0, ((endsAt - Date.now()) * part.share) / shares);
  log(`${name}: at most ${Math.round(budgetMs / 60_000)} minutes`);
  const outOfTime = AbortSignal.timeout(budgetMs);
  const { ok, failed, ambiguous, lines } = await part.run(AbortSignal.any([outOfTime, stopping.signal]));
  for (const line of [...lines, ...failed.map((finding) => `FAILED ${finding}`)]) log(line);
  const early = outOfTime.aborted ? ', ended early: out of time' : '';
  log(`${name}: ok ${ok}, failed ${failed.length}, ambiguous ${ambiguous.length}${early}`);
  failures += failed.length;
}
log(failures === 0 ? `seed ${amounts.seed}: nothing lost, nothing twice` : `seed ${amounts.seed}: ${failures} FAILED`);
process.exitCode = failures > 0 ? 1 : 0;

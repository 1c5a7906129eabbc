import { parseArgs } from 'node:util';
import { soakKills } from './kills.ts';

/**
 * `make soak ARGS="--seed 7 --kills 500 --minutes 60"`: the long proofs. Prints its seed, which repeats the choices of a
 * run; the machine's timing is never the same. Ends with exit code 1 when something was lost or happened twice.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    kills: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '60' },
  },
});
const [seed, kills, minutes] = [Number(values.seed), Number(values.kills), Number(values.minutes)];
if (![seed, kills, minutes].every((each) => Number.isInteger(each) && each >= 0)) {
  console.error('--seed, --kills and --minutes are whole numbers.');
  process.exit(1);
}

console.log(`seed ${seed}, ${kills} kills, at most ${minutes} minutes`);
const enough = new AbortController();
const outOfTime = setTimeout(() => enough.abort(), minutes * 60_000);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => enough.abort());
const report = await soakKills({ seed, kills, enough: enough.signal, log: (line) => console.log(line) });
clearTimeout(outOfTime);
console.log(
  `requests ${report.requests}, kills ${report.kills}, lost ${report.lost}, twice ${report.twice}, asked ${report.asked}`,
);
process.exitCode = report.lost + report.twice > 0 ? 1 : 0;

import { parseArgs } from 'node:util';
import { soakCanary } from './canary.ts';
import { soakErrors } from './errors.ts';
import { soakFreezes } from './freezes.ts';
import type { Verdict } from './judge.ts';
import { soakKills } from './kills.ts';
import { soakCuts } from './soak-cuts.ts';

/**
 * `make soak ARGS="--seed 7 --kills 500 --minutes 60 --only kills"`: the long proofs. Prints its seed, which repeats the
 * choices of a run; the machine's timing is never the same. Ends with exit code 1 when something was lost, happened twice
 * or leaked.
 */
interface PartReport {
  ok: number;
  failed: string[];
  /** Of what nobody can know whether it happened; a person was asked to look. */
  ambiguous: string[];
  /** Figures of the part's own. */
  lines: string[];
}

interface Part {
  /** Its share of the time, when it runs beside the others. */
  share: number;
  run(enough: AbortSignal): Promise<PartReport>;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    kills: { type: 'string', default: '500' },
    times: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '180' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const [seed, kills, times, minutes] = [values.seed, values.kills, values.times, values.minutes].map(Number) as [
  number,
  number,
  number,
  number,
];
const log = (line: string): void => console.log(line);

const PARTS: Record<string, Part> = {
  kills: {
    share: 5,
    async run(enough) {
      const report = await soakKills({ seed, kills, enough, log });
      return judged(report, [`kills ${report.kills}`]);
    },
  },
  cuts: {
    share: 3,
    async run(enough) {
      const report = await soakCuts({ seed, enough, log });
      return judged(report, [
        ...report.cuts.map(
          ({ kind, cut, victims, findings }) =>
            `  ${kind}: ${cut}; ${victims}: ${findings.length === 0 ? 'ok' : findings.join('; ')}`,
        ),
        `cuts ${report.cuts.length}, kills ${report.kills}`,
      ]);
    },
  },
  freezes: {
    share: 2,
    async run(enough) {
      const report = await soakFreezes({ enough, log });
      return judged(report, [`freezes ${report.freezes}, requests in the middle ${report.frozen}`]);
    },
  },
  errors: {
    share: 1,
    async run(enough) {
      const report = await soakErrors({ times, enough, log });
      return judged(report, [`errors after the effect ${report.errors}`]);
    },
  },
  canary: {
    share: 1,
    async run(enough) {
      const report = await soakCanary({ seed, kills: Math.min(kills, 30), enough, log });
      const { failed, ...rest } = judged(report, [
        `kills ${report.kills}, canaries ${report.canaries}, places ${report.sinks}, bytes ${report.bytes}`,
      ]);
      return { ...rest, failed: [...failed, ...report.leaks] };
    },
  },
};

function judged({ requests, slowestSeconds, lost, twice, asked, orphans }: Verdict, lines: string[]): PartReport {
  return {
    ok: Math.max(0, requests - lost.length - twice.length - asked.length),
    failed: [
      ...lost.map((finding) => `lost: ${finding}`),
      ...twice.map((finding) => `twice: ${finding}`),
      ...orphans.map((finding) => `left behind: ${finding}`),
    ],
    ambiguous: asked,
    lines: [
      ...lines,
      `requests ${requests}, lost ${lost.length}, twice ${twice.length}, asked ${asked.length}, left behind ${orphans.length}, slowest answer ${slowestSeconds} s`,
    ],
  };
}

const chosen = values.only.length === 0 ? Object.keys(PARTS) : values.only.flatMap((names) => names.split(','));
const unknown = chosen.filter((name) => !(name in PARTS));
if (![seed, kills, times, minutes].every((each) => Number.isInteger(each) && each >= 0) || unknown.length > 0) {
  console.error(
    `--seed, --kills, --times and --minutes are whole numbers; --only is one or more of ${Object.keys(PARTS).join(', ')}.`,
  );
  process.exit(2);
}

log(`seed ${seed}, parts ${chosen.join(', ')}, at most ${minutes} minutes`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const endsAt = Date.now() + minutes * 60_000;
let failures = 0;
for (const [index, name] of chosen.entries()) {
  const part = PARTS[name];
  if (!part || stopping.signal.aborted) continue;
  // What an earlier part did not need goes to those that follow.
  const shares = chosen.slice(index).reduce((sum, each) => sum + (PARTS[each]?.share ?? 0), 0);
  const budgetMs = Math.max(0, ((endsAt - Date.now()) * part.share) / shares);
  log(`${name}: at most ${Math.round(budgetMs / 60_000)} minutes`);
  const enough = new AbortController();
  const outOfTime = setTimeout(() => enough.abort(), budgetMs);
  const { ok, failed, ambiguous, lines } = await part.run(AbortSignal.any([enough.signal, stopping.signal]));
  clearTimeout(outOfTime);
  for (const line of [...lines, ...failed.map((finding) => `FAILED ${finding}`)]) log(line);
  log(
    `${name}: ok ${ok}, failed ${failed.length}, ambiguous ${ambiguous.length}${enough.signal.aborted ? ', out of time' : ''}`,
  );
  failures += failed.length;
}
log(failures === 0 ? `seed ${seed}: nothing lost, nothing twice` : `seed ${seed}: ${failures} FAILED`);
process.exitCode = failures > 0 ? 1 : 0;

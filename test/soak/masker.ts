import { setImmediate as breathe } from 'node:timers/promises';
import { examine, judge, type Case, type Examiner, type Subject } from '../domain/masker/case.ts';
import { CASES_PER_SEED, generate } from '../domain/masker/generate.ts';

export interface MaskerReport {
  cases: number;
  /** Those in which there was something to mask: the others prove that ordinary text is left alone. */
  masked: number;
  /** As they are kept in the corpus (test/domain/masker/corpus.json), with the seed that makes them again. */
  failed: { seed: number; finding: string; subject: Subject; case: Case }[];
}

/**
 * Compares the masker with the whole-text reference on made-up secrets, texts and cuts, from `seed` on: what each chunk
 * gives, what is held back, and what a masker gives that begins again at each offset on the way.
 */
export async function soakMasker(options: {
  seed: number;
  cases: number;
  /** Ends the soak early. */
  enough: AbortSignal;
  log: (line: string) => void;
  /** What is examined; the masker, unless a control puts something else in its place. */
  examine?: (subject: Subject) => Examiner;
}): Promise<MaskerReport> {
  const { enough, log } = options;
  const report: MaskerReport = { cases: 0, masked: 0, failed: [] };
  for (let seed = options.seed; report.cases < options.cases && !enough.aborted; seed++) {
    const { subject, cases } = generate(seed);
    const examiner = (options.examine ?? examine)(subject);
    for (const each of cases.slice(0, options.cases - report.cases)) {
      report.cases += 1;
      const { isMasked, finding } = judge(examiner, each);
      if (isMasked) report.masked += 1;
      if (finding === undefined) continue;
      report.failed.push({ seed, finding, subject, case: each });
      log(`seed ${seed}: ${finding}\n  ${JSON.stringify({ subject, case: each })}`);
    }
    if (report.cases % (CASES_PER_SEED * 5_000) === 0) log(`${report.cases}/${options.cases} cases`);
    // Signals and timers come in between.
    await breathe();
  }
  return report;
}

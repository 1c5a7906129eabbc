import { percentile } from '../../bench/statistics.ts';
import { soakCanary } from './canary.ts';
import { soakContainers } from './containers.ts';
import { soakDiscord } from './discord.ts';
import { soakErrors } from './errors.ts';
import { soakFreezes } from './freezes.ts';
import { soakImage } from './image.ts';
import { soakInterleavings } from './interleavings.ts';
import type { Verdict } from './judge.ts';
import { soakKills } from './kills.ts';
import { soakMasker } from './masker.ts';
import { soakCuts } from './soak-cuts.ts';
import { soakWaiting } from './waiting.ts';

export interface PartReport {
  ok: number;
  /** What was lost, happened twice, was left behind or leaked. */
  failed: string[];
  /** Requests of which nobody can know whether they happened; their people were asked to look. */
  ambiguous: string[];
  /** Figures of the part's own. */
  lines: string[];
}

export interface Part {
  /** Of the time, when it runs beside other parts. */
  share: number;
  run(enough: AbortSignal): Promise<PartReport>;
}

export interface Amounts {
  seed: number;
  kills: number;
  /** Errors for each kind of change. */
  times: number;
  stories: number;
  /** Requests that wait at once. */
  waiting: number;
  /** Of secrets, texts and cuts that the masker is given. */
  cases: number;
}

/** Of which the times are told (C7). */
const STOPS = 30;
/** More kills than this show nothing more in the search for leaks. */
const CANARY_KILLS = 30;

/** The parts of the soak, by the names that `--only` takes. */
export function createParts(amounts: Amounts, log: (line: string) => void): Map<string, Part> {
  const { seed, kills, times, stories, waiting, cases } = amounts;
  const parts: Record<string, Part> = {
    kills: {
      share: 5,
      async run(enough) {
        const report = await soakKills({ seed, kills, enough, log });
        return judged(report, `kills ${report.kills}`);
      },
    },
    cuts: {
      share: 3,
      async run(enough) {
        const { cuts, ...report } = await soakCuts({ enough, log });
        const lines = cuts.map(
          ({ kind, cut, victims, findings }) => `  ${kind}: ${cut}; ${victims}: ${findings.join('; ') || 'ok'}`,
        );
        return judged(report, `cuts ${cuts.length}, kills ${report.kills}`, lines);
      },
    },
    freezes: {
      share: 2,
      async run(enough) {
        const report = await soakFreezes({ enough, log });
        return judged(report, `freezes ${report.freezes}, in the middle of something ${report.frozen}`);
      },
    },
    errors: {
      share: 2,
      async run(enough) {
        const report = await soakErrors({ times, enough, log });
        return judged(report, `wrong answers after the effect ${report.errors}`);
      },
    },
    canary: {
      share: 1,
      async run(enough) {
        const { leaks, ...report } = await soakCanary({ seed, kills: Math.min(kills, CANARY_KILLS), enough, log });
        const { failed, ...rest } = judged(report, `kills ${report.kills}`, [
          `canaries ${report.canaries}, places ${report.sinks}, bytes ${report.bytes}, leaks ${leaks.length}`,
        ]);
        return { ...rest, failed: [...failed, ...leaks.map((leak) => `leak: ${leak}`)] };
      },
    },
    discord: {
      share: 3,
      async run(enough) {
        const { messages, lost, twice, faults, ...report } = await soakDiscord({ seed, kills, enough, log });
        const failed = [
          ...lost.map((finding) => `lost: ${finding}`),
          ...twice.map((finding) => `twice: ${finding}`),
          ...faults.map((finding) => `not as Discord wants it: ${finding}`),
        ];
        const lines = [`cuts ${report.kills}, messages ${messages}, presses repeated ${report.repeatedPresses}`];
        return { ok: Math.max(0, messages - failed.length), failed, ambiguous: [], lines };
      },
    },
    containers: {
      share: 5,
      async run(enough) {
        const report = await soakContainers({ seed, kills, stops: STOPS, enough, log });
        const { runs, lost, twice, leftBehind, endings, stops } = report;
        const failed = [
          ...lost.map((finding) => `lost: ${finding}`),
          ...twice.map((finding) => `twice: ${finding}`),
          ...leftBehind.map((finding) => `left behind: ${finding}`),
        ];
        const counts = `runs ${runs}, kills ${report.kills}, at cuts ${report.atCuts}, engine restarts ${report.engineRestarts}`;
        const found = `lost ${lost.length}, twice ${twice.length}, left behind ${leftBehind.length}`;
        const seconds = (share: number) => `${(percentile(stops, share) / 1_000).toFixed(1)} s`;
        const lines = [
          `${counts}, ${found}, ended by a dead engine or host ${report.toldOtherwise}`,
          `endings: ${Object.entries(endings)
            .map((pair) => pair.join(' '))
            .join(', ')}`,
          ...(stops.length > 0 ? [`stop to gone, of ${stops.length}: p50 ${seconds(0.5)}, p95 ${seconds(0.95)}`] : []),
        ];
        return { ok: Math.max(0, runs - failed.length), failed, ambiguous: [], lines };
      },
    },
    image: {
      share: 2,
      async run() {
        return { ...(await soakImage({ log })), ambiguous: [] };
      },
    },
    interleavings: {
      share: 3,
      async run(enough) {
        const report = await soakInterleavings({ seed, count: stories, enough, log });
        return {
          ok: report.stories - report.broken.length,
          failed: report.broken.map((story) => `story ${story.seed}: ${story.violations.join('; ')}`),
          ambiguous: [],
          lines: [`stories ${report.stories}, steps ${report.steps}`],
        };
      },
    },
    masker: {
      share: 1,
      async run(enough) {
        const report = await soakMasker({ seed, cases, enough, log });
        return {
          ok: report.cases - report.failed.length,
          failed: report.failed.map(({ seed, finding }) => `masker, seed ${seed}: ${finding}`),
          ambiguous: [],
          lines: [`cases ${report.cases}, with something to mask ${report.masked}`],
        };
      },
    },
    waiting: {
      share: 3,
      async run(enough) {
        const report = await soakWaiting({ seed, waiting, enough, log });
        return {
          ok: report.answered,
          failed: report.lost > 0 ? [`lost: ${report.lost} of ${report.waiting} requests that waited`] : [],
          ambiguous: [],
          lines: [],
        };
      },
    },
  };
  return new Map(Object.entries(parts));
}

/** @param faults what was done to these requests, in figures */
function judged(verdict: Verdict, faults: string, lines: string[] = []): PartReport {
  const { requests, slowestSeconds, lost, twice, asked, orphans } = verdict;
  const counts = `requests ${requests}, ${faults}, lost ${lost.length}, twice ${twice.length}, asked ${asked.length}`;
  return {
    ok: Math.max(0, requests - lost.length - twice.length - asked.length),
    failed: [
      ...lost.map((finding) => `lost: ${finding}`),
      ...twice.map((finding) => `twice: ${finding}`),
      ...orphans.map((finding) => `left behind: ${finding}`),
    ],
    ambiguous: asked,
    lines: [...lines, `${counts}, left behind ${orphans.length}, slowest answer ${slowestSeconds} s`],
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBinDir, ensureBinary } from '../../infra/local/binaries.ts';
import { startPostgres } from '../../infra/local/servers/postgres.ts';
import { startTemporal } from '../../infra/local/servers/temporal.ts';
import { playStories } from '../interleavings/play-stories.ts';
import { openTheatre } from '../interleavings/theatre.ts';
import { silenceTemporal } from '../support/panager.ts';

export interface InterleavingsReport {
  stories: number;
  steps: number;
  /** Stories after which something did not hold, with their seeds. */
  broken: { seed: number; violations: string[] }[];
}

/**
 * Plays `count` stories with the seeds from `seed` on, on a Postgres and a Temporal server of their own, and judges each
 * by what must hold. A broken story is printed with every step that it took.
 */
export async function soakInterleavings(options: {
  seed: number;
  count: number;
  /** Ends the soak early; stories that are being played are still judged. */
  enough: AbortSignal;
  log: (line: string) => void;
}): Promise<InterleavingsReport> {
  const { seed, count, enough, log } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'panager-soak-'));
  const quiet = () => undefined;
  silenceTemporal();
  const [postgres, temporal] = await Promise.all([
    startPostgres({ dataDir, choice: 'free', log: quiet, durable: false }),
    ensureBinary('temporal', { binDir: defaultBinDir, log: quiet }).then((binary) =>
      startTemporal({ dataDir, binary, choice: 'free', log: quiet, namespaces: [] }),
    ),
  ]);
  try {
    const theatre = await openTheatre({
      database: postgres.urls('panager'),
      temporal: { address: temporal.address, namespace: 'default' },
    });
    try {
      const report: InterleavingsReport = { stories: 0, steps: 0, broken: [] };
      const seeds = Array.from({ length: count }, (_, index) => seed + index);
      await playStories(theatre, seeds, {
        enough,
        onVerdict({ story, violations, log: lines, steps }) {
          report.stories += 1;
          report.steps += steps;
          if (report.stories % 100 === 0) log(`${report.stories}/${count} stories`);
          if (violations.length === 0) return;
          report.broken.push({ seed: story.seed, violations });
          log([`${story.name} is broken:`, ...violations, JSON.stringify(story), ...lines].join('\n  '));
        },
      });
      return report;
    } finally {
      await theatre.close();
    }
  } finally {
    await Promise.all([postgres.stop(), temporal.stop()]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

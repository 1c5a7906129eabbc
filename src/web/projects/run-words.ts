import type { Language } from '../../domain/texts/page.ts';
import type { ProjectTexts } from '../../domain/texts/projects.ts';
import type { RunAnswer } from '../../http/contract.ts';

/** How a run is going, or how it ended, in a sentence. `waitsLong`: it has been queued for longer than a moment. */
export function runWords(run: RunAnswer, texts: ProjectTexts, waitsLong = false): string {
  const { going, ended } = texts;
  switch (run.ending) {
    case null:
      if (run.status === 'queued') return waitsLong ? going.queuedLong : going.queued;
      if (run.status === 'preparing' || run.status === 'stopping') return going[run.status];
      return run.kind === 'import' ? going.preparing : going.running;
    case 'exited':
      return exitWords(run, texts);
    case 'signalled':
      return ended.signalled(run.signal ?? '?');
    case 'failed':
      return ended.failed[run.failure ?? 'internal'];
    case 'outOfMemory':
    case 'timeLimit':
    case 'diskLimit':
    case 'stopped':
    case 'hostLost':
      return ended[run.ending];
  }
}

function exitWords({ kind, exitCode }: RunAnswer, { ended }: ProjectTexts): string {
  if (exitCode === 0) return kind === 'import' ? ended.imported : ended.succeeded;
  if (exitCode === 126) return ended.notExecutable;
  // What a shell answers when it finds no such program.
  if (exitCode === 127) return ended.notFound;
  return ended.exited(exitCode ?? 1);
}

/** Its host was lost, or did not clean up: what is left waits until it is back. */
export const isHostGone = ({ ending, leftToHost }: RunAnswer): boolean => ending === 'hostLost' || leftToHost;

/** "1분 23초", "1 minute 23 seconds": the two largest units. */
export function durationWords(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units = [
    ['hour', Math.floor(seconds / 3600)],
    ['minute', Math.floor(seconds / 60) % 60],
    ['second', seconds % 60],
  ] as const;
  const first = units.findIndex(([, amount]) => amount > 0);
  if (first < 0) return unitOf(0, 'second', language);
  return units
    .slice(first, first + 2)
    .flatMap(([unit, amount], at) => (amount > 0 || at === 0 ? [unitOf(amount, unit, language)] : []))
    .join(' ');
}

const unitOf = (amount: number, unit: string, language: Language) =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);

/** "12.3MB" */
export function sizeWords(bytes: number, language: Language): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const options: Intl.NumberFormatOptions = { style: 'unit', unit: units[step], maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, options).format(bytes / 1000 ** step);
}

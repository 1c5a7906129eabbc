import type { RunEnding } from '../../src/domain/runs.ts';
import type { Random } from './random.ts';

export type RunKindAsked = 'short' | 'long' | 'failing' | 'stopped';

/** What somebody asked for. */
export interface AskedRun {
  runId: string;
  userId: string;
  kind: RunKindAsked;
  /** Said once, when it begins. */
  token: string;
  lines: number;
  /** When its row was stored. */
  askedAt: number;
}

/** What became of it. */
export interface FoundRun {
  ending: RunEnding | null;
  exitCode: number | null;
  failure: string | null;
  log: string;
  /** What it changed, as a patch; null when that was not kept. */
  patch: string | null;
  /** Of the time in which it had no end. */
  engineRestarts: number;
  kills: number;
}

/** The clone is tried as often (workflows/run-proxies.ts). */
const MOST_TRIES = 5;
const KINDS = ['short', 'short', 'long', 'long', 'failing', 'stopped', 'stopped'] as const;

export function chooseRun(random: Random): { kind: RunKindAsked; lines: number } {
  const kind = random.pick(KINDS);
  return { kind, lines: kind === 'long' ? 20 + random.integer(60) : 5 + random.integer(200) };
}

/** Numbered lines, and two marks of its beginning: one said, one in a file that the next beginning would find. */
export function scriptOf({ kind, token, lines }: Pick<AskedRun, 'kind' | 'token' | 'lines'>): string {
  const begin = `echo "begun ${token}"; echo mark >> marks`;
  const count = (pause: string) => `for i in $(seq 1 ${lines}); do echo "line $i"; ${pause}done; cat marks`;
  if (kind === 'stopped')
    return `${begin}; ${stubborn(token)}; i=0; while :; do i=$((i+1)); echo "line $i"; sleep 0.2; done`;
  return `${begin}; ${count(kind === 'long' ? 'sleep 0.3; ' : '')}; exit ${kind === 'failing' ? 7 : 0}`;
}

/** Ignores SIGTERM, and has a grandchild that has left the group, whose parent is gone, and that ignores it, too. */
export const stubborn = (token: string) =>
  `trap '' TERM; (setsid sh -c "trap '' TERM; : ${token}; while :; do sleep 1; done" >/dev/null 2>&1 &)`;

/** Everything that it says when nobody ends it; one that is stopped goes on for ever. */
function expectedLog({ kind, token, lines }: AskedRun, atLeast: number): string {
  const isEndless = kind === 'stopped';
  const count = isEndless ? atLeast : lines;
  const numbered = Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
  return `begun ${token}\n${numbered}${isEndless ? '' : 'mark\n'}`;
}

export type RunFinding = { lost: string[]; twice: string[]; toldOtherwise: boolean };

/**
 * Compares what a run was asked to do with what is told about it. One that was ended from outside has said the beginning of
 * what it would have said; everybody else said all of it, once, and in order.
 */
export function compareRun(asked: AskedRun, found: FoundRun): RunFinding {
  const { log, ending, exitCode, failure, patch } = found;
  const what = `run ${asked.runId} (${asked.kind})`;
  const told = `${ending}${failure === null ? '' : ` ${failure}`}${exitCode === null ? '' : ` ${exitCode}`}`;
  const wanted = { short: 'exited 0', long: 'exited 0', failing: 'exited 7', stopped: 'stopped' }[asked.kind];
  const isWhole = ending === 'exited';
  const toldOtherwise = told !== wanted && isExcused(found);
  const lost: string[] = [];
  if (ending === null) lost.push(`${what} has no end`);
  else if (told !== wanted && !toldOtherwise) lost.push(`${what} is told as ${told}`);
  const all = expectedLog(asked, log.split('\n').length);
  const isSaid = isWhole ? log === all : all.startsWith(log);
  const marks = [
    ...log.matchAll(/^begun /gm),
    ...[...log.matchAll(/^mark$/gm)].slice(1),
    ...[...(patch ?? '').matchAll(/^\+mark$/gm)].slice(1),
  ];
  const seen = log.split('\n').filter(Boolean);
  const isTwice = marks.length > 1 || new Set(seen).size !== seen.length;
  if (!isSaid && !isTwice) lost.push(`${what} has said ${JSON.stringify(differenceAt(log, all))}`);
  return { lost, twice: isTwice ? [`${what} ran or was stored twice`] : [], toldOtherwise };
}

/** The engine took its container with it, or its host died at every try of the clone: that is what is told. */
function isExcused({ ending, failure, engineRestarts, kills }: FoundRun): boolean {
  if (ending === 'failed') return engineRestarts > 0 && (failure === 'containerLost' || failure === 'internal');
  return ending === 'hostLost' && kills + engineRestarts >= MOST_TRIES;
}

function differenceAt(log: string, all: string): string {
  let at = 0;
  while (at < log.length && log[at] === all[at]) at += 1;
  return `${log.slice(Math.max(0, at - 20), at + 20)}, of ${log.length} where ${all.length} were wanted`;
}

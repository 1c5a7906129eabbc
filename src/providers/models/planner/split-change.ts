import { readTarget, type Target } from './change-words.ts';
import type { DayContext } from './day-words.ts';
import { blank, type Found } from './found.ts';
import { findLengths } from './length-words.ts';
import { quotationsIn, type Unquoted } from './quotes.ts';
import { findClocks } from './time-words.ts';
import { readTitle } from './title-words.ts';
import { readWhen } from './when-words.ts';
import type { Command } from './commands.ts';

/** What becomes of an event. */
export type Change =
  { kind: 'move'; target: Target } | { kind: 'shift'; minutes: number } | { kind: 'rename'; title: string };

export interface SplitChange {
  /** The words for the event. */
  source: string;
  change: Change;
}

type Order = Extract<Command, { kind: 'order' }>;

const KO_NAME = /^(?<source>.*?)(?:의)?\s?(?:이름|제목)(?:을|를)?\s+(?<name>.+?)(?:이라고|라고|으로|로)[\s\uE000]*$/u;
const KO_INTO = /^(?<source>.+?[을를])\s+(?<name>.+?)(?:으로|로)[\s\uE000]*$/u;
const KO_TO = /(?:으로|로|에)[\s\uE000]*$/u;
const EN_NAME = /^(?<source>[\s\uE000]*(?:the\s+)?(?:title|name)\s+of\s.+?)\s+(?:to|as|into)\s+(?<name>.+)$/iu;
const EN_OWN_NAME = /^(?<source>.+?)['’]s\s+(?:title|name)\s+(?:to|as|into)\s+(?<name>.+)$/iu;

/** Splits "내일 회의를 4시로" into the event and what becomes of it; null when the words do not tell. */
export function splitChange(order: Order, unquoted: Unquoted, context: DayContext): SplitChange | null {
  const text = order.rest;
  const renamed = KO_NAME.exec(text) ?? EN_NAME.exec(text) ?? EN_OWN_NAME.exec(text);
  if (renamed) return rename(renamed.groups, unquoted);
  if (order.verb === 'rename')
    return rename(/^(?<source>.+?)\s+(?:to|as|into)\s+(?<name>.+)$/iu.exec(text)?.groups, unquoted);
  return moveInEnglish(text, unquoted, context) ?? shift(order) ?? moveInKorean(text, unquoted, context);
}

function rename(groups: Record<string, string> | undefined, unquoted: Unquoted): SplitChange | null {
  const source = groups?.['source']?.replace(/^[\s\uE000]*(?:the\s+)?(?:title|name)\s+of\s/iu, '');
  const title = readTitle(groups?.['name'] ?? '', unquoted);
  return source === undefined || title === null ? null : { source, change: { kind: 'rename', title } };
}

/** "tomorrow's standup to 4pm": the last "to" that is followed by a time and nothing else. */
function moveInEnglish(text: string, unquoted: Unquoted, context: DayContext): SplitChange | null {
  const parts = /^(?<source>.+)\s(?<to>to\s+(?<name>.+))$/iu.exec(text)?.groups;
  if (!parts) return null;
  const { source = '', to = '', name = '' } = parts;
  const target =
    readTarget(to.replace(/^to\s/iu, 'at '), context) ?? readTarget(to, context) ?? readTarget(name, context);
  if (target !== null) return { source, change: { kind: 'move', target } };
  return quotationsIn(name).length === 1 ? rename({ source, name }, unquoted) : null;
}

/** "30분 미뤄줘", "by an hour", "an hour earlier". */
function shift({ rest, nudge }: Order): SplitChange | null {
  const lengths = findLengths(blank(rest, findClocks(rest)));
  const [length] = lengths;
  if (length === undefined || lengths.length > 1) return null;
  const { minutes, away } = length.value;
  const direction = away ?? nudge;
  if (direction === null || (away && nudge && away !== nudge)) return null;
  return {
    source: blank(rest, lengths),
    change: { kind: 'shift', minutes: direction === 'later' ? minutes : -minutes },
  };
}

/** "내일 회의를 모레 4시로": days and times right before the particle are where it goes, the others where it is. */
function moveInKorean(text: string, unquoted: Unquoted, context: DayContext): SplitChange | null {
  const particle = KO_TO.exec(text);
  if (particle === null) return null;
  const before = text.slice(0, particle.index);
  const { days, clocks } = readWhen(before, context);
  const start = [...days, ...clocks]
    .sort((a, b) => b.from - a.from)
    .reduce((at, { from, to }: Found<unknown>) => (/^\s?$/u.test(before.slice(to, at)) ? from : at), before.length);
  const target = readTarget(before.slice(start), context);
  if (target !== null) return { source: before.slice(0, start), change: { kind: 'move', target } };
  return /[가-힣]/u.test(text) ? rename(KO_INTO.exec(text)?.groups, unquoted) : null;
}

import { isOneDay, type DayContext, type Days } from './day-words.ts';
import type { EventWords } from './find-event.ts';
import { GAP } from './found.ts';
import { quotationsIn, type Unquoted } from './quotes.ts';
import { findRepeats } from './repeat-words.ts';
import { minutesOf, possibleMinutes, toTime } from './time-words.ts';
import { readTitle } from './title-words.ts';
import { readWhen } from './when-words.ts';

/** Why no event can be looked for. */
export type Unsure = 'day' | 'unclearDay' | 'unclearTime' | 'series';

const ALL_OF_THEM = /모든|전체|(?:모두|전부|싹|다)\s*$|\b(?:all|every|both|series)\b(?![ -]day)/iu;

/** Which event is meant: the words before they were ordered to change. */
export function readSource(text: string, unquoted: Unquoted, context: DayContext): EventWords | Unsure {
  if (findRepeats(text).length > 0 || ALL_OF_THEM.test(text.replaceAll(GAP, ' '))) return 'series';
  const { days, clocks, rest } = readWhen(text, context);
  const [day] = days;
  if (day === undefined) return 'day';
  if (days.length > 1 || day.value.from === '') return 'unclearDay';
  if (clocks.length > 1) return 'unclearTime';
  const { from, to } = day.value;
  return {
    range: { from, to },
    title: readTitle(withoutAspect(rest), unquoted),
    exact: quotationsIn(rest).length === 1,
    minutes: clocks.flatMap(({ value }) => possibleMinutes(value)),
  };
}

/** "회의 시간을 4시로", "the time of the meeting": what is changed of it, not what it is called. */
function withoutAspect(text: string): string {
  return text
    .replace(/(?:의)?\s(?:시작\s?)?(?:시간|날짜|일시|일정)(?:을|를)?[\s\uE000]*$/u, GAP)
    .replace(/^([\s\uE000]*)(?:the\s+)?(?:time|date|day|start)\s+of\s/iu, `$1${GAP}`);
}

/** What an event is moved to; a part that is null stays as it is. */
export interface Target {
  day: Days | null;
  time: string | null;
}

/** Days and times and nothing else, or null. */
export function readTarget(text: string, context: DayContext): Target | null {
  const { days, clocks, lengths, rest } = readWhen(text, context);
  const left = rest.replaceAll(/\b(?:at|on|the|same time)\b|에|[\s\uE000,.]/giu, '');
  const [day, clock] = [days[0]?.value ?? null, clocks[0]?.value ?? null];
  if (left !== '' || days.length > 1 || clocks.length > 1 || lengths.length > 0 || (!day && !clock)) return null;
  const minutes = clock && minutesOf(clock, text);
  if ((day && !isOneDay(day)) || (clock && minutes === null)) return null;
  return { day, time: minutes === null ? null : toTime(minutes) };
}

import { addDays, localDate } from '../../../domain/dates.ts';
import type { DateRange } from '../../../ports/calendar.ts';
import type { ModelContext } from '../../../ports/model.ts';
import { DAY_RULES, isOneDay, UNCLEAR_DAY } from './day-words.ts';
import { findAll } from './found.ts';
import { unquote } from './quotes.ts';

/** Words that ask for events. Without one of them a time alone ("today was long") is chat. */
const EVENTS =
  /일정|스케줄|캘린더|약속|회의|뭐\s*(있|해|하)|calendar|schedule|agenda|events?\b|meetings?\b|appointments?\b|what(['’]?s| is) (on|happening)|planned/i;
/** More calls in one turn are refused. */
const MAX_RANGES = 5;

/** A question that names its days later than this is no question. */
const MAX_LENGTH = 2_000;

/** The dates whose events are asked for, single days first; today when none is named; none when none are asked for. */
export function askedRanges({ text, askedAt, timeZone, language }: ModelContext): DateRange[] {
  if (!EVENTS.test(text)) return [];
  const today = localDate(askedAt, timeZone);
  const named = findAll(unquote(text.slice(0, MAX_LENGTH)).text, DAY_RULES, { today, language, ahead: false })
    .map(({ value }) => value)
    .filter((days) => days !== UNCLEAR_DAY)
    .map(({ from, to }) => ({ from, to }));
  const rank = (range: DateRange) => `${isOneDay(range) ? 0 : 1} ${range.from}`;
  const ranges = new Map(named.map((range) => [`${range.from} ${range.to}`, range]));
  const sorted = [...ranges.values()].sort((a, b) => rank(a).localeCompare(rank(b)));
  return sorted.length > 0 ? sorted.slice(0, MAX_RANGES) : [{ from: today, to: addDays(today, 1) }];
}

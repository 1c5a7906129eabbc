import { addDays, instantOf, localDate, weekdayOf, type LocalDate } from '../../../domain/dates.ts';
import { changeTexts, type Missing } from '../../../domain/texts/changes.ts';
import type { ModelContext, ModelTurn } from '../../../ports/model.ts';
import { isOneDay, type Days } from './day-words.ts';
import { blank, type Found } from './found.ts';
import type { Unquoted } from './quotes.ts';
import { findRepeatEnds, findRepeats, isPossible, type RepeatEnd, type RepeatWords } from './repeat-words.ts';
import { minutesOf, stretchOf, toTime } from './time-words.ts';
import { readTitle } from './title-words.ts';
import { readWhen, type When } from './when-words.ts';

/** What people mean when they do not say how long. */
const USUAL_MINUTES = 60;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const UNTIL = /^\s?까지/u;
const UNTIL_BEFORE = /\b(?:until|till|through|to)\s+(?:the\s+)?$/iu;
/** "내일 3시 회의에 지민 추가해줘", "add Jordan to tomorrow's meeting": a change of an event that is there. */
const INTO_ANOTHER =
  /(?:회의|미팅|일정|약속|모임|스탠드업|리뷰|이벤트)에\s+[^\s\uE000]|\bto[\s\uE000]+(?:['’]s\s|(?:the|my|our)[\s\uE000]+)?(?:[\p{L}-]+\s)?(?:meeting|event|standup|appointment|call|review)\b/iu;

type Question = { question: string };

/** One event, or a question that says what is missing: nothing is made while anything is unsure. */
export function planCreate(order: string, unquoted: Unquoted, context: ModelContext): ModelTurn {
  const asked = readOrder(order, unquoted, context);
  if ('question' in asked) return { kind: 'answer', text: asked.question };
  return { kind: 'calls', calls: [{ tool: 'calendar_create_event', arguments: asked.event }] };
}

function readOrder(order: string, unquoted: Unquoted, context: ModelContext): Question | { event: object } {
  const texts = changeTexts[context.language];
  const unclear = (what: Missing): Question => ({ question: texts.unclear(what) });
  const { askedAt, timeZone, language } = context;
  const today = localDate(askedAt, timeZone);

  const repeats = findRepeats(order);
  const ends = repeats.length > 0 ? findRepeatEnds(blank(order, repeats)) : [];
  const when = readWhen(blank(order, [...repeats, ...ends]), { today, language, ahead: true });
  if (repeats.length > 1 || ends.length > 1 || !ends.every(({ value }) => isPossible(value))) return unclear('day');
  if (!when.isStretch && INTO_ANOTHER.test(when.rest)) return unclear('title');
  const title = readTitle(when.rest, unquoted);
  const [repeat, end] = [repeats[0]?.value ?? null, ends[0]?.value ?? {}];

  const { until, starts } = splitUntil(order, when.days, repeat !== null);
  if (starts.length > 1 || (until && !isOneDay(until))) return unclear('day');
  const start = starts[0] ?? null;

  const time = readTime(when, context.text);
  if (time === 'unclear') return unclear('time');
  const missing: Missing[] = [
    ...(title === null ? (['title'] as const) : []),
    // A time alone is today, while it is ahead. The day of a repetition may be among its words.
    ...(start === null && (time === null || time === 'allDay') && repeat === null ? (['day'] as const) : []),
    ...(time === null ? (['time'] as const) : []),
  ];
  if (missing.length > 0 || title === null || time === null) return { question: texts.missing(missing) };

  const isAhead = (date: LocalDate) =>
    time === 'allDay' ? date >= today : instantOf({ date, time: toTime(time.start) }, timeZone) > askedAt;
  const date = firstDate(start, repeat, today, isAhead);
  if (date === null) return unclear('day');
  if (!isAhead(date)) return { question: texts.past(date, time === 'allDay' ? null : toTime(time.start)) };
  const last = until?.from ?? null;
  if (last !== null && last < date) return unclear('day');
  return {
    event: {
      title,
      ...(time === 'allDay' ? { start: { date } } : { start: { date, time: toTime(time.start) } }),
      ...(time === 'allDay' ? {} : { durationMinutes: time.end - time.start }),
      timeZone,
      ...(repeat === null ? {} : { repeat: toRepeat(repeat, end, date, last) }),
    },
  };
}

/** From and to in minutes since midnight; null when no time is said. */
function readTime({ clocks, isStretch, lengths, allDay }: When, around: string): Stretch | 'allDay' | 'unclear' | null {
  const [first, second] = clocks.map(({ value }) => value);
  if (lengths.length > 1 || lengths.some(({ value }) => value.away !== null)) return 'unclear';
  if (allDay) return first || lengths.length > 0 ? 'unclear' : 'allDay';
  if (first === undefined) return null;
  if (second !== undefined) {
    return (isStretch && lengths.length === 0 ? stretchOf(first, second, around) : null) ?? 'unclear';
  }
  const start = minutesOf(first, around);
  const minutes = lengths[0]?.value.minutes ?? USUAL_MINUTES;
  return start === null || minutes < 1 ? 'unclear' : { start, end: start + minutes };
}

interface Stretch {
  start: number;
  end: number;
}

/** The day that ends a repetition, and the others. */
function splitUntil(text: string, days: readonly Found<Days>[], repeats: boolean) {
  const isUntil = ({ from, to }: Found<Days>) => UNTIL.test(text.slice(to)) || UNTIL_BEFORE.test(text.slice(0, from));
  const until = repeats ? days.find(isUntil) : undefined;
  return { until: until?.value, starts: days.filter((each) => each !== until).map(({ value }) => value) };
}

/** The first day on which it happens; null when the words do not tell. */
function firstDate(
  start: Days | null,
  repeat: RepeatWords | null,
  today: LocalDate,
  isAhead: (date: LocalDate) => boolean,
): LocalDate | null {
  if (repeat === null || (repeat.every !== 'day' && repeat.weekdays.length === 0)) {
    if (start === null) return repeat === null ? today : null;
    // "The last Friday of every month" is no date of the month.
    if (!isOneDay(start) || (repeat?.every === 'month' && start.weekdayOnly)) return null;
    return start.weekdayOnly && !isAhead(start.from) ? addDays(start.from, 7) : start.from;
  }
  const from = start?.from ?? today;
  if (from === '') return null;
  const happens = (date: LocalDate) => repeat.weekdays.length === 0 || repeat.weekdays.includes(weekdayOf(date));
  const nextDays = Array.from({ length: 14 }, (_, days) => addDays(from, days)).filter(happens);
  return nextDays.find(isAhead) ?? null;
}

function toRepeat(
  { every, interval, weekdays }: RepeatWords,
  end: RepeatEnd,
  first: LocalDate,
  last: LocalDate | null,
) {
  const until = last ?? (end.days === undefined ? null : addDays(first, end.days - 1));
  return {
    every,
    ...(interval > 1 ? { interval } : {}),
    ...(weekdays.length > 0 ? { weekdays: weekdays.map((day) => WEEKDAYS[day]) } : {}),
    ...(end.count === undefined ? {} : { count: end.count }),
    ...(until === null || end.count !== undefined ? {} : { until }),
  };
}

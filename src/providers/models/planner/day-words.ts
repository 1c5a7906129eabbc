import { addDays, mondayOf, weekdayOf, type LocalDate } from '../../../domain/dates.ts';
import type { Language } from '../../../domain/words.ts';
import type { DateRange } from '../../../ports/calendar.ts';
import type { Rule } from './found.ts';

export interface Days extends DateRange {
  /** A weekday without its week: when it is too late today, the one of next week is meant. */
  weekdayOnly?: boolean;
}

export interface DayContext {
  /** On the person's clocks, when the words were written. */
  today: LocalDate;
  language: Language;
  /** Dates without a year are ahead; otherwise the past weeks are as near. */
  ahead: boolean;
}

/** Not clear which day is meant. */
export const UNCLEAR_DAY: Days = { from: '', to: '' };

const NEAR_DAYS = 90;
const KO_WEEKDAYS = '월화수목금토일';
const EN_WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const DAY_NAME = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const SHORT_DAY = '(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)';
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const NTH = String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?`;
/** "12월 3일 (목)", "12월 3일 목요일" */
const KO_NAMED = String.raw`(?:\s?\((?<named>[월화수목금토일])(?:요일)?\)|\s?(?<named2>[월화수목금토일])요일)?`;
const EN_NAMED = `(?:(?<named>${DAY_NAME}|${SHORT_DAY}),?\\s+(?:the\\s+)?)?`;
const OWNS = "(?:['’]s\\b)?";
const COUNTS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  하루: 1,
  이틀: 2,
  사흘: 3,
  나흘: 4,
};

const words = (source: string) => new RegExp(source, 'giu');

/** Longer words of one meaning come first. */
export const DAY_RULES: readonly Rule<Days, DayContext>[] = [
  {
    words: words(
      String.raw`(?<!\d)(?<year>20\d\d)\s?(?:[-./]|년)\s?(?<month>\d{1,2})\s?(?:[-./]|월)\s?(?<day>\d{1,2})(?!\d)(?:\s?일)?${KO_NAMED}`,
    ),
    means: ({ year, month, day, named, named2 }) => exactly(Number(year), Number(month), Number(day), named ?? named2),
  },
  {
    words: /(?<which>이번|다음|지난)\s?달\s?(?<day>\d{1,2})\s?일/giu,
    means({ which, day }, { today }) {
      const month = Number(today.slice(5, 7)) + { 이번: 0, 다음: 1, 지난: -1 }[which as '이번' | '다음' | '지난'];
      return exactly(Number(today.slice(0, 4)) + Math.floor((month - 1) / 12), ((month + 11) % 12) + 1, Number(day));
    },
  },
  {
    words: words(String.raw`(?<!\d)(?<month>\d{1,2})\s?월\s?(?<day>\d{1,2})\s?일${KO_NAMED}`),
    means: ({ month, day, named, named2 }, context) => monthDay(Number(month), Number(day), named ?? named2, context),
  },
  {
    words: words(
      String.raw`\b${EN_NAMED}(?<month>${MONTH})\.?\s+(?:the\s+)?${NTH}(?:,?\s+(?<year>20\d\d))?\b(?!:|\s*[ap]m)`,
    ),
    means: ({ month, day, year, named }, context) => monthName(month, day, year, named, context),
  },
  {
    words: words(
      String.raw`\b${EN_NAMED}(?:the\s+)?${NTH}\s+(?:of\s+)?(?<month>${MONTH})\b(?:,?\s+(?<year>20\d\d)\b)?`,
    ),
    means: ({ month, day, year, named }, context) => monthName(month, day, year, named, context),
  },
  {
    words: /(?<![\d/.:-])(?<first>\d{1,2})\/(?<second>\d{1,2})(?![\d/])/giu,
    means({ first, second }, context) {
      const [a, b] = [Number(first), Number(second)];
      if (context.language === 'ko' || a === b || b > 12) return monthDay(a, b, undefined, context);
      // 3/12 is another day on either side of the Atlantic.
      return a > 12 ? monthDay(b, a, undefined, context) : UNCLEAR_DAY;
    },
  },
  {
    // "The first Monday" is one of a month that is told elsewhere, or nowhere.
    words: words(
      String.raw`(?:첫|둘|두|셋|세|넷|네|다섯|마지막)(?:째|\s?번째)?\s?주?\s?[월화수목금토일]요일|\b(?:first|second|third|fourth|fifth|[1-5](?:st|nd|rd|th))\s+${DAY_NAME}\b|\blast\s+${DAY_NAME}\s+(?:of|in)\b`,
    ),
    means: () => UNCLEAR_DAY,
  },
  {
    words:
      /(?<week>이번\s?주|금주|다다음\s?주|다음\s?주|담주|차주|지난\s?주)\s?(?<name>[월화수목금토일])(?:요일|욜)/giu,
    means: ({ week = '', name = '' }, { today }) =>
      oneDay(addDays(mondayOf(today), weeksOf(week) * 7 + KO_WEEKDAYS.indexOf(name))),
  },
  {
    words: /(?<![가-힣])(?<name>[월화수목금토일])(?:요일|욜)/giu,
    means: ({ name = '' }, { today }) => coming(KO_WEEKDAYS.indexOf(name), today),
  },
  {
    words: /(?<count>하루|이틀|사흘|나흘)\s?(?:뒤|후)(?!로)/giu,
    means: ({ count = '' }, { today }) => oneDay(addDays(today, COUNTS[count] ?? 0)),
  },
  {
    words: /(?:(?<weeks>\d{1,2}|일)\s?주일?|(?<days>\d{1,3})\s?일)\s?(?:뒤|후)(?!로)/giu,
    means({ weeks, days }, { today }) {
      const count = weeks === undefined ? Number(days) : (weeks === '일' ? 1 : Number(weeks)) * 7;
      return oneDay(addDays(today, count));
    },
  },
  { words: words(`내일\\s?모레|모레|\\b(?:the )?day after tomorrow\\b${OWNS}`), means: dayFromToday(2) },
  { words: /글피/giu, means: dayFromToday(3) },
  { words: words(`내일|\\b(?:tomorrow|tmrw)\\b${OWNS}`), means: dayFromToday(1) },
  { words: words(`오늘|\\b(?:today|tonight)\\b${OWNS}`), means: dayFromToday(0) },
  { words: words(`어제|\\byesterday\\b${OWNS}`), means: dayFromToday(-1) },
  {
    words: words(`\\b(?<week>this|next|last|coming)\\s+(?<name>${DAY_NAME}|${SHORT_DAY})\\b${OWNS}`),
    means({ week = '', name }, { today }) {
      const weekday = enWeekday(name);
      const weeks = { next: 1, last: -1 }[week.toLowerCase()];
      return weeks === undefined ? coming(weekday, today) : oneDay(addDays(mondayOf(today), weeks * 7 + weekday));
    },
  },
  {
    words: words(`\\b(?<name>${DAY_NAME})\\b${OWNS}|(?<=\\b(?:on|by|to)\\s)(?<short>${SHORT_DAY})\\b${OWNS}`),
    means: ({ name, short }, { today }) => coming(enWeekday(name ?? short), today),
  },
  {
    words:
      /\bin\s+(?<count>\d{1,3}|an?|one|two|three|four)\s+(?<unit>day|week)s?\b|\b(?<count2>\d{1,3}|an?|one|two|three|four)\s+(?<unit2>day|week)s?\s+from\s+(?:now|today)\b/giu,
    means({ count, unit, count2, unit2 }, { today }) {
      const said = (count ?? count2 ?? '').toLowerCase();
      const days = (unit ?? unit2)?.toLowerCase() === 'week' ? 7 : 1;
      return oneDay(addDays(today, (COUNTS[said] ?? Number(said)) * days));
    },
  },
  {
    words:
      /\b(?:on\s+)?the\s+(?<day>\d{1,2})(?:st|nd|rd|th)\b|(?<![\d가-힣]\s?)(?<koDay>\d{1,2})일(?=에|날|의|부터|까지|로|으로|은|\s|[,.!?]|$)(?!\s?(?:뒤|후|전|동안|간|째|차))/giu,
    means: ({ day, koDay }, context) => dayOfMonth(Number(day ?? koDay), context),
  },
  {
    words: /(?:(?<week>이번|다음)\s?)?주말|\b(?:(?<enWeek>this|next)\s+)?weekend\b/giu,
    means({ week, enWeek }, { today }) {
      const next = week === '다음' || enWeek?.toLowerCase() === 'next';
      const saturday = addDays(mondayOf(today), next ? 12 : 5);
      return { from: saturday, to: addDays(saturday, 2) };
    },
  },
  { words: words(`이번\\s?주|금주|\\bthis week\\b${OWNS}`), means: weekFromToday(0) },
  { words: /다다음\s?주/giu, means: weekFromToday(2) },
  { words: words(`다음\\s?주|담주|차주|\\bnext week\\b${OWNS}`), means: weekFromToday(1) },
  { words: words(`지난\\s?주|\\blast week\\b${OWNS}`), means: weekFromToday(-1) },
  { words: words(`이번\\s?달|\\bthis month\\b${OWNS}`), means: (_, { today }) => monthOf(today, 0) },
  { words: words(`다음\\s?달|내달|\\bnext month\\b${OWNS}`), means: (_, { today }) => monthOf(today, 1) },
];

export function isOneDay({ from, to }: Days): boolean {
  return from !== '' && to === addDays(from, 1);
}

export function enWeekday(name = ''): number {
  return EN_WEEKDAYS.indexOf(name.slice(0, 3).toLowerCase());
}

function oneDay(date: LocalDate): Days {
  return { from: date, to: addDays(date, 1) };
}

function dayFromToday(days: number) {
  return (_: unknown, { today }: DayContext) => oneDay(addDays(today, days));
}

function weekFromToday(weeks: number) {
  return (_: unknown, { today }: DayContext) => {
    const from = addDays(mondayOf(today), weeks * 7);
    return { from, to: addDays(from, 7) };
  };
}

function weeksOf(week: string): number {
  if (week.startsWith('다다음')) return 2;
  if (/^(다음|담주|차주)/.test(week)) return 1;
  return week.startsWith('지난') ? -1 : 0;
}

/** The nearest one, today counts. */
function coming(weekday: number, today: LocalDate): Days {
  return { ...oneDay(addDays(today, (weekday - weekdayOf(today) + 7) % 7)), weekdayOnly: true };
}

/** @param named the weekday that was said with it: another one than it has makes the day unclear */
function exactly(year: number, month: number, day: number, named?: string): Days {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) return UNCLEAR_DAY;
  const weekday = named && (KO_WEEKDAYS.includes(named) ? KO_WEEKDAYS.indexOf(named) : enWeekday(named));
  return weekday === undefined || weekday === '' || weekday === weekdayOf(date) ? oneDay(date) : UNCLEAR_DAY;
}

function monthDay(month: number, day: number, named: string | undefined, { today, ahead }: DayContext): Days {
  const year = Number(today.slice(0, 4));
  const oldest = ahead ? today : addDays(today, -NEAR_DAYS);
  const near = [year - 1, year, year + 1].find((each) => exactly(each, month, day).from >= oldest);
  return near === undefined ? UNCLEAR_DAY : exactly(near, month, day, named);
}

function monthName(
  month: string | undefined,
  day: string | undefined,
  year: string | undefined,
  named: string | undefined,
  context: DayContext,
): Days {
  const index = MONTHS.indexOf((month ?? '').slice(0, 3).toLowerCase()) + 1;
  return year === undefined
    ? monthDay(index, Number(day), named, context)
    : exactly(Number(year), index, Number(day), named);
}

/** The next day of that number; a month without it is left out. */
function dayOfMonth(day: number, { today }: DayContext): Days {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  for (let ahead = 0; ahead < 3; ahead++) {
    const index = month - 1 + ahead;
    const found = exactly(year + Math.floor(index / 12), (index % 12) + 1, day);
    if (found.from >= today && found.from !== '') return found;
  }
  return UNCLEAR_DAY;
}

function monthOf(today: LocalDate, months: number): Days {
  const index = Number(today.slice(0, 4)) * 12 + Number(today.slice(5, 7)) - 1 + months;
  const first = (each: number) => `${Math.floor(each / 12)}-${String((each % 12) + 1).padStart(2, '0')}-01`;
  return { from: first(index), to: first(index + 1) };
}

import { enWeekday } from './day-words.ts';
import { findAll, type Found, type Rule } from './found.ts';

export interface RepeatWords {
  every: 'day' | 'week' | 'month';
  interval: number;
  /** 0 is Monday. */
  weekdays: number[];
}

const KO_WEEKDAYS = '월화수목금토일';
const WORKDAYS = [0, 1, 2, 3, 4];
const KO_DAYS = String.raw`[월화수목금토일](?:요일)?(?:\s?(?:,|·|/|와|과|하고|이랑|랑|및)?\s?[월화수목금토일](?:요일)?)*`;
const KO_AFTER = String.raw`(?=에|마다|은|\s|,|$|\d)`;
const EN_DAY = '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)';
const EN_DAYS = String.raw`${EN_DAY}(?:(?:,|,?\s+and|\s*&)?\s+${EN_DAY})*`;
const EN_MANY = String.raw`(?:mon|tues|wednes|thurs|fri|satur|sun)days`;
const NUMBERS: Record<string, number> = { other: 2, second: 2, two: 2, three: 3, four: 4 };

const words = (source: string) => new RegExp(source, 'giu');
const weekly = (weekdays: number[], interval = 1): RepeatWords => ({ every: 'week', interval, weekdays });

const RULES: readonly Rule<RepeatWords>[] = [
  {
    words:
      /매주\s?평일|평일\s?(?:마다|매일)|매일\s?평일|평일(?=에|\s|$)|\b(?:every|each)\s+(?:week|work)day\b|\b(?:on\s+)?weekdays\b/giu,
    means: () => weekly(WORKDAYS),
  },
  {
    words: words(
      String.raw`(?:매주|(?<other>격주|2주에\s?한\s?번)|(?<weeks>\d)\s?주마다)(?:로|에)?(?:\s?(?<days>${KO_DAYS})${KO_AFTER})?(?:마다)?`,
    ),
    means: ({ other, weeks, days }) => weekly(koDays(days), other ? 2 : Number(weeks ?? 1)),
  },
  { words: words(String.raw`(?<![가-힣])(?<days>${KO_DAYS})마다`), means: ({ days }) => weekly(koDays(days)) },
  {
    words: /매일(?:마다)?|날마다|\b(?:every|each)\s?day\b|\bdaily\b/giu,
    means: () => ({ every: 'day', interval: 1, weekdays: [] }),
  },
  {
    words: words(
      String.raw`\b(?:every|each)\s+(?:(?<n>other|second|two|three|four|\d)\s+)?(?:weeks?\s+(?:on\s+)?)?(?<days>${EN_DAYS})\b(?!\s*s\b)`,
    ),
    means: ({ n, days }) => weekly(enDays(days), count(n)),
  },
  {
    words: words(String.raw`\b(?:weekly|(?<two>biweekly))\s+on\s+(?<days>${EN_DAYS})s?\b`),
    means: ({ two, days }) => weekly(enDays(days), two ? 2 : 1),
  },
  {
    words: words(String.raw`\b(?:on\s+)?(?<days>${EN_MANY}(?:(?:,|,?\s+and|\s*&)?\s+${EN_MANY})*)\b`),
    means: ({ days }) => weekly(enDays(days)),
  },
  {
    words:
      /\b(?:every|each)\s+(?:(?<n>other|second|two|three|four|\d{1,2})\s+)?(?<unit>day|week|month)s?\b|\b(?<ly>weekly|biweekly|monthly)\b/giu,
    means({ n, unit, ly }) {
      const every = (
        unit ?? (ly?.toLowerCase() === 'monthly' ? 'month' : 'week')
      ).toLowerCase() as RepeatWords['every'];
      return { every, interval: ly?.toLowerCase() === 'biweekly' ? 2 : count(n), weekdays: [] };
    },
  },
  {
    words: /매월|매달|(?<months>\d)\s?(?:개월|달)마다|(?<days>\d)\s?일마다/giu,
    means: ({ months, days }) => ({
      every: days === undefined ? 'month' : 'day',
      interval: Number(months ?? days ?? 1),
      weekdays: [],
    }),
  },
];

export function findRepeats(text: string): Found<RepeatWords>[] {
  return findAll(text, RULES, undefined);
}

export interface RepeatEnd {
  count?: number;
  /** Days from the first one on. */
  days?: number;
}

const END_RULES: readonly Rule<RepeatEnd>[] = [
  {
    words:
      /(?:총\s?)?(?<count>\d{1,3})\s?(?:번|회)(?:만|씩)?(?=\s|$|[,.])|\b(?:for\s+)?(?<times>\d{1,3})\s+(?:times|occurrences)\b/giu,
    means: ({ count: n, times }) => ({ count: Number(n ?? times) }),
  },
  {
    words: /(?<weeks>\d{1,2})\s?주(?:일)?\s?(?:동안|간)|\bfor\s+(?<enWeeks>\d{1,2}|two|three|four)\s+weeks\b/giu,
    means: ({ weeks, enWeeks }) => ({ days: 7 * Number(weeks ?? NUMBERS[enWeeks ?? ''] ?? enWeeks) }),
  },
  {
    words: /(?<days>\d{1,3})\s?일\s?(?:동안|간)|\bfor\s+(?<enDays>\d{1,3})\s+days\b/giu,
    means: ({ days, enDays: n }) => ({ days: Number(days ?? n) }),
  },
];

/** How a repetition ends: after so many times, or so many days. A last day is a day word with "까지" or "until". */
export function findRepeatEnds(text: string): Found<RepeatEnd>[] {
  return findAll(text, END_RULES, undefined);
}

/** Two years of days, as the tool takes them. */
const MAX_TIMES = 730;

export function isPossible({ count: times, days }: RepeatEnd): boolean {
  return [times, days].every((each) => each === undefined || (each >= 1 && each <= MAX_TIMES));
}

function koDays(days = ''): number[] {
  const letters = days.replaceAll('요일', '');
  return [...new Set([...letters].map((letter) => KO_WEEKDAYS.indexOf(letter)).filter((index) => index >= 0))].sort();
}

function enDays(days = ''): number[] {
  return [
    ...new Set(
      days
        .split(/[\s,&]+|\band\b/)
        .map(enWeekday)
        .filter((index) => index >= 0),
    ),
  ].sort();
}

function count(said = ''): number {
  return NUMBERS[said.toLowerCase()] ?? (Number(said) || 1);
}

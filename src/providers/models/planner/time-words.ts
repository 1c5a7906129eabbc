import { findAll, type Found, type Rule } from './found.ts';

/** A time of day as it was said. */
export interface Clock {
  hour: number;
  minute: number;
  /** Morning or afternoon was not said. */
  bare: boolean;
}

/** Words that say a time, but not which one: "밤 12시" may be of this night or of the next. */
export const UNCLEAR_TIME: Clock = { hour: -1, minute: 0, bare: false };

type Part = 'am' | 'pm' | 'dawn' | 'morning' | 'day' | 'evening' | 'night';

const KO_PARTS: Record<string, Part> = {
  ...{ 오전: 'am', 오후: 'pm', 새벽: 'dawn', 아침: 'morning' },
  ...{ 낮: 'day', 점심: 'day', 저녁: 'evening', 밤: 'night' },
};
const KO_HOURS = ['한', '두', '세', '네', '다섯', '여섯', '일곱', '여덟', '아홉', '열', '열한', '열두'];
const KO_PART = '(?:(?<part>오전|오후|새벽|아침|낮|점심|저녁|밤)(?:에)?\\s?)?';
const KO_MINUTES = String.raw`(?:\s?(?<minute>\d{1,2})\s?분(?!\s?(?:동안|간|짜리))|\s?(?<half>반)(?=에|부터|까지|으로|로|\s|$|쯤|경|[,.~-]))?(?:\s?정각)?`;
/** A bare number is a time only before words that go on with something else. */
const NO_NOUN = String.raw`(?=\s*(?:$|[,.!?~–-]|\uE000|(?:to|until|till|and|for|on|in|with|every|please|sharp|o['’]?clock)\b))`;
const AFTER = String.raw`(?<=\b(?:at|from|to|until|till|by|around|between|between\s+\d{1,2}(?::\d\d)?\s+and)\s{1,2})`;

const words = (source: string) => new RegExp(source, 'giu');

const RULES: readonly Rule<Clock>[] = [
  {
    words: words(String.raw`${KO_PART}(?<!\d)(?<hour>\d{1,2})\s?시(?!간|즌|리즈)${KO_MINUTES}`),
    means: ({ part, hour, minute, half }) => clock(Number(hour), half ? 30 : Number(minute ?? 0), KO_PARTS[part ?? '']),
  },
  {
    words: words(
      String.raw`${KO_PART}(?<![가-힣])(?<hour>열한|열두|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)\s?시${KO_MINUTES}(?=에|부터|까지|으로|로|의|쯤|경|\s|$|[,.~-])`,
    ),
    means: ({ part, hour = '', minute, half }) =>
      clock(KO_HOURS.indexOf(hour) + 1, half ? 30 : Number(minute ?? 0), KO_PARTS[part ?? '']),
  },
  {
    words: /(?<![\d~-])(?<hour>\d{1,2})(?=\s?[~-]\s?\d{1,2}\s?시(?!간))/giu,
    means: ({ hour }) => clock(Number(hour), 0),
  },
  {
    words: words(
      String.raw`${KO_PART}(?<![\d:])(?<hour>\d{1,2}):(?<minute>[0-5]\d)(?![\d:])(?:\s?(?<half>[ap])\.?m\b\.?)?`,
    ),
    means({ part, hour = '', minute, half }) {
      const said = half ? meridiem(half) : KO_PARTS[part ?? ''];
      // "03:00" is written by people who count to 24.
      return clock(Number(hour), Number(minute), said, said === undefined && hour.startsWith('0'));
    },
  },
  {
    words: /(?<![\d:])(?<hour>\d{1,2})(?:\.(?<minute>[0-5]\d))?\s?(?<half>[ap])\.?m\b\.?/giu,
    means: ({ hour, minute, half }) => clock(Number(hour), Number(minute ?? 0), meridiem(half)),
  },
  {
    words:
      /(?<![\d:])(?<hour>\d{1,2})(?::(?<minute>[0-5]\d))?(?=\s?(?:-|–|—|~|to|until)\s?\d{1,2}(?::[0-5]\d)?\s?[ap]\.?m\b)/giu,
    means: ({ hour, minute }) => clock(Number(hour), Number(minute ?? 0)),
  },
  { words: /정오|\b(?:noon|midday)\b/giu, means: () => clock(12, 0, 'day') },
  { words: /자정|\bmidnight\b/giu, means: () => UNCLEAR_TIME },
  { words: /\b(?<hour>\d{1,2})\s?o['’]?clock\b/giu, means: ({ hour }) => clock(Number(hour), 0) },
  {
    words: words(String.raw`${AFTER}(?<hour>\d{1,2})(?![\d:/.])${NO_NOUN}`),
    means: ({ hour }) => clock(Number(hour), 0),
  },
];

export function findClocks(text: string): Found<Clock>[] {
  return findAll(text, RULES, undefined);
}

/** Words beside the time that tell which half of the day is meant, and, where they say nothing else, no part of a title. */
const HINTS: readonly [RegExp, Part][] = [
  [/\bin the morning\b|\bthis morning\b|오전에|아침에|\bbreakfast\b|아침/iu, 'morning'],
  [/\bin the afternoon\b|\bthis afternoon\b|오후에/iu, 'pm'],
  [
    /\bin the evening\b|\bthis evening\b|\bat night\b|\btonight\b|저녁에|밤에|\bdinner\b|\bsupper\b|저녁|회식/iu,
    'evening',
  ],
  [/점심에|\blunch\b|점심|브런치|\bbrunch\b/iu, 'day'],
];
export const HALF_OF_DAY =
  /\b(?:in the|this) (?:morning|afternoon|evening)\b|\bat night\b|(?:오전|오후|아침|점심|저녁|밤)에(?=\s|$)/giu;

/**
 * Minutes since midnight; null when it is unclear. Without any word for the half of the day, 1 to 6 are in the
 * afternoon, 7 to 11 in the morning, 12 is noon: the answer says which one was taken.
 * @param around the whole request: "저녁 약속" at 7 is not in the morning
 */
export function minutesOf({ hour, minute, bare }: Clock, around: string): number | null {
  if (hour < 0) return null;
  if (!bare) return hour * 60 + minute;
  const hinted = HINTS.flatMap(([words, part]) => (words.test(around) ? (hourIn(part, hour) ?? []) : []));
  return (hinted[0] ?? (hour <= 6 ? hour + 12 : hour)) * 60 + minute;
}

/** Both times of day that a bare clock can mean; for finding an event, where one of them fits. */
export function possibleMinutes({ hour, minute, bare }: Clock): number[] {
  if (hour < 0) return [];
  const first = hour * 60 + minute;
  return bare ? [first, (first + 720) % 1440] : [first];
}

/** From and to in minutes since midnight. The half of the day that one of the two leaves open follows the other. */
export function stretchOf(from: Clock, to: Clock, around: string): { start: number; end: number } | null {
  const ends = possibleMinutes(to).sort((a, b) => a - b);
  const starts = possibleMinutes(from).sort((a, b) => a - b);
  const start = from.bare && !to.bare ? starts.findLast((each) => each < (ends[0] ?? 0)) : minutesOf(from, around);
  const end = ends.find((each) => each > (start ?? Infinity));
  return start === undefined || start === null || end === undefined ? null : { start, end };
}

export function toTime(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function clock(hour: number, minute: number, part?: Part, exact = false): Clock {
  if (hour > 23 || minute > 59) return UNCLEAR_TIME;
  if (part === undefined) return { hour, minute, bare: !exact && hour >= 1 && hour <= 12 };
  const counted = hourIn(part, hour);
  return counted === null ? UNCLEAR_TIME : { hour: counted, minute, bare: false };
}

function meridiem(letter = ''): Part {
  return letter.toLowerCase() === 'p' ? 'pm' : 'am';
}

/** The hour of 24, or null where part and hour do not go together, or do not tell which midnight is meant. */
function hourIn(part: Part, hour: number): number | null {
  const between = (low: number, high: number) => hour >= low && hour <= high;
  switch (part) {
    case 'am':
      return hour === 12 ? 0 : between(0, 11) ? hour : null;
    case 'pm':
      return between(1, 11) ? hour + 12 : between(12, 23) ? hour : null;
    case 'dawn':
      return hour === 12 ? 0 : between(0, 6) ? hour : null;
    case 'morning':
      return between(4, 11) ? hour : null;
    case 'day':
      return between(1, 5) ? hour + 12 : between(10, 17) ? hour : null;
    case 'evening':
      return between(4, 11) ? hour + 12 : between(16, 23) ? hour : null;
    case 'night':
      return between(6, 11) ? hour + 12 : between(18, 23) ? hour : null;
  }
}

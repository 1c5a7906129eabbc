import { addDays, weekdayOf } from './zoned-time.ts';

/**
 * The part of RFC 5545 that people meet every day: DAILY, WEEKLY and MONTHLY with INTERVAL, COUNT, UNTIL; BYDAY for the
 * first two.
 */
export interface Rule {
  frequency: (typeof FREQUENCIES)[number];
  interval: number;
  count: number | null;
  /** `YYYY-MM-DD`, inclusive; of a moment, the day after it in UTC, because zones are not known here. */
  until: string | null;
  /** Milliseconds: the last moment at which it may begin. */
  untilMoment: number | null;
  /** 0 is Monday; empty means the weekday of the first day. */
  weekdays: number[];
}

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY'] as const;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const UNDERSTOOD = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'WKST']);

/** Null when the rule says anything that is not expanded here. */
export function parseRule(text: string): Rule | null {
  const parts = new Map(
    text
      .replace(/^RRULE:/, '')
      .split(';')
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const frequency = FREQUENCIES.find((each) => each === parts.get('FREQ'));
  if (!text.startsWith('RRULE:') || !frequency) return null;
  if ([...parts.keys()].some((name) => !UNDERSTOOD.has(name))) return null;
  const weekdays = (parts.get('BYDAY') ?? '').split(',').filter(Boolean);
  if (weekdays.some((day) => !WEEKDAYS.includes(day)) || (frequency === 'MONTHLY' && weekdays.length > 0)) return null;
  const until = readUntil(parts.get('UNTIL'));
  if (until === null) return null;
  return {
    frequency,
    interval: Math.max(1, Number(parts.get('INTERVAL') ?? 1) || 1),
    count: parts.has('COUNT') ? Number(parts.get('COUNT')) : null,
    ...until,
    weekdays: weekdays.map((day) => WEEKDAYS.indexOf(day)),
  };
}

/** Null when it is neither a date nor a moment in UTC. */
function readUntil(text: string | undefined): Pick<Rule, 'until' | 'untilMoment'> | null {
  if (text === undefined) return { until: null, untilMoment: null };
  const [, date, time] = /^(\d{8})(?:T(\d{6})Z)?$/.exec(text) ?? [];
  if (!date) return null;
  const until = date.replace(/(....)(..)(..)/, '$1-$2-$3');
  if (!time) return { until, untilMoment: null };
  const untilMoment = Date.parse(`${until}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
  return Number.isNaN(untilMoment) ? null : { until: addDays(until, 1), untilMoment };
}

/** Days on which it happens, from its first day up to `last` (inclusive); at most ten years of them. */
export function occurrenceDates(rule: Rule, first: string, last: string): string[] {
  const end = rule.until && rule.until < last ? rule.until : last;
  const dates: string[] = [];
  for (let day = 0; day < 3660; day++) {
    const date = addDays(first, day);
    if (date > end || (rule.count !== null && dates.length >= rule.count)) break;
    if (happensOn(rule, first, date, day)) dates.push(date);
  }
  return dates;
}

/** @param day how many days after the first one */
function happensOn({ frequency, interval, weekdays }: Rule, first: string, date: string, day: number): boolean {
  switch (frequency) {
    case 'DAILY':
      return day % interval === 0 && (weekdays.length === 0 || weekdays.includes(weekdayOf(date)));
    case 'WEEKLY': {
      const week = Math.floor((weekdayOf(first) + day) / 7);
      return week % interval === 0 && (weekdays.length > 0 ? weekdays : [weekdayOf(first)]).includes(weekdayOf(date));
    }
    // A month without that day is left out.
    case 'MONTHLY':
      return date.slice(8) === first.slice(8) && (monthOf(date) - monthOf(first)) % interval === 0;
  }
}

function monthOf(date: string): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
}

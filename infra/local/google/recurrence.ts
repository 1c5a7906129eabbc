import { addDays, weekdayOf } from './zoned-time.ts';

/** The part of RFC 5545 that people meet every day: DAILY and WEEKLY with INTERVAL, COUNT, UNTIL, BYDAY. */
export interface Rule {
  frequency: 'DAILY' | 'WEEKLY';
  interval: number;
  count: number | null;
  /** `YYYY-MM-DD`, inclusive. */
  until: string | null;
  /** 0 is Monday; empty means the weekday of the first day. */
  weekdays: number[];
}

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
  const frequency = parts.get('FREQ');
  if (!text.startsWith('RRULE:') || (frequency !== 'DAILY' && frequency !== 'WEEKLY')) return null;
  if ([...parts.keys()].some((name) => !UNDERSTOOD.has(name))) return null;
  const weekdays = (parts.get('BYDAY') ?? '').split(',').filter(Boolean);
  if (weekdays.some((day) => !WEEKDAYS.includes(day))) return null;
  const until = /^(\d{4})(\d\d)(\d\d)/.exec(parts.get('UNTIL') ?? '');
  return {
    frequency,
    interval: Math.max(1, Number(parts.get('INTERVAL') ?? 1) || 1),
    count: parts.has('COUNT') ? Number(parts.get('COUNT')) : null,
    until: until ? `${until[1]}-${until[2]}-${until[3]}` : null,
    weekdays: weekdays.map((day) => WEEKDAYS.indexOf(day)),
  };
}

/** Days on which it happens, from its first day up to `last` (inclusive); at most ten years of them. */
export function occurrenceDates(rule: Rule, first: string, last: string): string[] {
  const weekdays = rule.weekdays.length > 0 ? rule.weekdays : [weekdayOf(first)];
  const end = rule.until && rule.until < last ? rule.until : last;
  const dates: string[] = [];
  for (let day = 0; day < 3660; day++) {
    const date = addDays(first, day);
    if (date > end || (rule.count !== null && dates.length >= rule.count)) break;
    const week = Math.floor((weekdayOf(first) + day) / 7);
    const happens =
      rule.frequency === 'DAILY'
        ? day % rule.interval === 0 && (rule.weekdays.length === 0 || weekdays.includes(weekdayOf(date)))
        : week % rule.interval === 0 && weekdays.includes(weekdayOf(date));
    if (happens) dates.push(date);
  }
  return dates;
}

import { z } from 'zod';
import { weekdayOf, type LocalDate } from '../../src/domain/dates.ts';
import type { Repeat } from '../../src/ports/calendar.ts';
import { localDate } from './event-arguments.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Weekdays are for weeks; an end is a count or a last date, not both. */
export const repeat = z
  .strictObject({
    every: z.enum(['day', 'week', 'month']),
    interval: z.int().min(1).max(99).optional(),
    weekdays: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional(),
    count: z.int().min(1).max(730).optional(),
    until: localDate.optional(),
  })
  .refine(({ every, weekdays }) => weekdays === undefined || every === 'week', 'weekdays are for weeks')
  .refine(({ weekdays = [] }) => new Set(weekdays).size === weekdays.length, 'each weekday once')
  .refine(({ count, until }) => count === undefined || until === undefined, 'count or until, not both');

type AskedRepeat = z.infer<typeof repeat>;

/** The first day is one of the repeated ones: providers would add it to them. */
export function beginsOn(asked: AskedRepeat, first: LocalDate): boolean {
  if (asked.until !== undefined && asked.until < first) return false;
  return asked.weekdays === undefined || toRepeat(asked).weekdays.includes(weekdayOf(first));
}

export function toRepeat({ every, interval, weekdays, count, until }: AskedRepeat): Repeat {
  return {
    every,
    interval: interval ?? 1,
    weekdays: (weekdays ?? []).map((day) => WEEKDAYS.indexOf(day)).sort(),
    count: count ?? null,
    until: until ?? null,
  };
}

import { z } from 'zod';
import { addDays, addMinutes, instantOf, isTimeZone } from '../../src/domain/dates.ts';
import type { EventTimes } from '../../src/ports/calendar.ts';

const MAX_DAYS = 31;
const MAX_MINUTES = 7 * 24 * 60;

export const localDate = z.iso.date().refine((date) => date >= '2000-01-01' && date < '2101-01-01', {
  message: 'years 2000 to 2100',
});
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM, 00:00 to 23:59');
const oneLine = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'no control characters');

export const title = oneLine(300);
export const location = oneLine(300);
export const timeZone = z.string().max(64).refine(isTimeZone, { message: 'an IANA time zone' });
/** Without a time it is a whole day. */
export const dayOrMoment = z.strictObject({ date: localDate, time: localTime.optional() });
export const durationMinutes = z.int().min(1).max(MAX_MINUTES);
/** As `calendar_list_events` told it. */
export const eventId = z.string().regex(/^[A-Za-z0-9_@.-]{1,1024}$/);
/** What the person was shown: an event that is another one by now is left alone. */
export const shownEvent = z.strictObject({
  title: z.string().max(1024),
  start: z.union([z.iso.datetime({ offset: true }), z.iso.date()]),
});

type DayOrMoment = z.infer<typeof dayOrMoment>;

export interface AskedTimes {
  start: DayOrMoment;
  /** Exclusive, as in the list: the day after the last one, for whole days. */
  end?: DayOrMoment | undefined;
  durationMinutes?: number | undefined;
  timeZone: string;
}

/** The times that were asked for; null when they stay as they are. */
export function timesIn(asked: { [Field in keyof AskedTimes]?: AskedTimes[Field] | undefined }): AskedTimes | null {
  const { start, end, durationMinutes: minutes, timeZone: zone } = asked;
  return start === undefined || zone === undefined ? null : { start, end, durationMinutes: minutes, timeZone: zone };
}

/** Times that fit together: an end of the start's kind, behind it by 31 days at most, said once. */
export function fitTogether({ start, end, durationMinutes: minutes, timeZone: zone }: AskedTimes): boolean {
  if (end === undefined) return start.time !== undefined || minutes === undefined;
  if (minutes !== undefined || (start.time === undefined) !== (end.time === undefined)) return false;
  if (end.date < start.date || end.date > addDays(start.date, MAX_DAYS)) return false;
  if (start.time === undefined || end.time === undefined) return end.date > start.date;
  const [from, to] = [
    { ...start, time: start.time },
    { ...end, time: end.time },
  ];
  return instantOf(to, zone) > instantOf(from, zone);
}

/** @param otherwise the length when neither end nor duration is said: minutes, or days for whole days */
export function toTimes(asked: AskedTimes, otherwise: { minutes: number; days: number }): EventTimes {
  const { start, end, timeZone: zone } = asked;
  if (start.time === undefined) {
    return { allDay: true, start: start.date, end: end?.date ?? addDays(start.date, otherwise.days) };
  }
  const from = { date: start.date, time: start.time };
  const to =
    end?.time === undefined
      ? addMinutes(from, asked.durationMinutes ?? otherwise.minutes, zone)
      : { date: end.date, time: end.time };
  return { allDay: false, start: from, end: to, timeZone: zone };
}

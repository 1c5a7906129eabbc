import type { CalendarEvent, DateRange } from '../../ports/calendar.ts';

/**
 * Which local dates an event touches. Only moments are turned into dates, never the other way round, so that days of 23
 * and 25 hours need no care.
 */
export function touches(event: CalendarEvent, range: DateRange, timeZone: string): boolean {
  if (firstDate(event, timeZone) >= range.to) return false;
  if (event.allDay) return event.end > range.from || event.start >= range.from;
  // The end is exclusive: what ends at midnight does not touch the next day; what takes no time touches its start.
  const last = Math.max(Date.parse(event.start), Date.parse(event.end) - 1);
  return localDate(last, timeZone) >= range.from;
}

/** The local date on which it begins. */
export function firstDate(event: CalendarEvent, timeZone: string): string {
  return event.allDay ? event.start : localDate(Date.parse(event.start), timeZone);
}

/** `YYYY-MM-DD` on the calendars of the zone. */
export function localDate(instant: number, timeZone: string): string {
  // Swedish dates are ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant);
}

/** `YYYY-MM-DD` some days later. */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** A zone that this machine can count in; UTC when the provider names none, or one that is newer than our tables. */
export function toZone(name: string | null | undefined): string {
  const zone = name || 'UTC';
  try {
    localDate(0, zone);
    return zone;
  } catch {
    return 'UTC';
  }
}

import { addDays, instantOf } from '../../domain/dates.ts';
import type { EventChange, EventTimes, NewEvent, Repeat } from '../../ports/calendar.ts';
import type { GoogleEvent } from './to-calendar-event.ts';

/** A private property: only we see it, guests' copies do not have it, and moving the event by hand keeps it. */
const EFFECTS = 'panagerEffects';
/** A property holds 1024 characters, a key is 64. */
const MAX_EFFECTS = 8;

/** Our new event as Google's resource: https://developers.google.com/workspace/calendar/api/v3/reference/events */
export function toGoogleEvent({ id, title, times, location, repeat, effects }: NewEvent): GoogleEvent {
  return {
    id,
    summary: title,
    ...toGoogleTimes(times),
    ...(location === null ? {} : { location }),
    ...(repeat === null ? {} : { recurrence: [toRule(repeat, times)] }),
    ...markedWith(effects),
  };
}

/** The changed fields alone, for PATCH. */
export function toGoogleChange({ title, times, location, effects }: EventChange): GoogleEvent {
  return {
    ...(title === undefined ? {} : { summary: title }),
    ...(times === undefined ? {} : toGoogleTimes(times)),
    ...(location === undefined ? {} : { location }),
    ...markedWith(effects),
  };
}

/** Keys of the effects that an event carries. */
export function effectsIn(event: GoogleEvent): string[] {
  return (event.extendedProperties?.private?.[EFFECTS] ?? '').split(',').filter(Boolean);
}

function markedWith(effects: readonly string[]): GoogleEvent {
  return { extendedProperties: { private: { [EFFECTS]: effects.slice(-MAX_EFFECTS).join(',') } } };
}

/** PATCH merges: what the other kind of time would leave behind is cleared with null. */
function toGoogleTimes(times: EventTimes): Pick<GoogleEvent, 'start' | 'end'> {
  if (times.allDay) {
    const day = (date: string) => ({ date, dateTime: null, timeZone: null });
    return { start: day(times.start), end: day(times.end) };
  }
  const { start, end, timeZone } = times;
  const at = (date: string, time: string) => ({ dateTime: `${date}T${time}:00`, timeZone, date: null });
  return { start: at(start.date, start.time), end: at(end.date, end.time) };
}

const FREQUENCIES = { day: 'DAILY', week: 'WEEKLY', month: 'MONTHLY' } as const;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** RFC 5545 3.3.10. */
function toRule({ every, interval, weekdays, count, until }: Repeat, times: EventTimes): string {
  const parts = [
    `FREQ=${FREQUENCIES[every]}`,
    ...(interval > 1 ? [`INTERVAL=${interval}`] : []),
    ...(weekdays.length > 0 ? [`BYDAY=${weekdays.map((day) => WEEKDAYS[day]).join(',')}`] : []),
    ...(count === null ? [] : [`COUNT=${count}`]),
    ...(until === null ? [] : [`UNTIL=${untilOf(until, times)}`]),
  ];
  return `RRULE:${parts.join(';')}`;
}

/** A date for whole days; else the last second of that date, in UTC, because a moment is demanded in UTC. */
function untilOf(until: string, times: EventTimes): string {
  if (times.allDay) return until.replaceAll('-', '');
  const nextDay = instantOf({ date: addDays(until, 1), time: '00:00' }, times.timeZone);
  return new Date(nextDay.getTime() - 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

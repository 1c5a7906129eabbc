import { parseRule, occurrenceDates } from './recurrence.ts';
import { addDays, instantOfWallClock, isoInZone, isTimeZone, wallClock } from './zoned-time.ts';

/** As Google's `start` and `end`: a day, or a moment with or without its own zone. */
export interface EventTime {
  date?: string;
  dateTime?: string;
  timeZone?: string;
}

/** What a client may store; everything else of Google's event resource is kept as it came. */
export interface EventBody {
  start: EventTime;
  end: EventTime;
  recurrence?: string[];
  [field: string]: unknown;
}

export interface Occurrence {
  /** Empty for the event itself, else what Google appends to the id of an instance. */
  suffix: string;
  start: EventTime;
  end: EventTime;
  startsAt: number;
  endsAt: number;
}

const DAY_MS = 86_400_000;

/** Milliseconds; NaN when it is no time. */
export function instantOf(time: EventTime, calendarZone: string): number {
  if (time.timeZone !== undefined && !isTimeZone(time.timeZone)) return NaN;
  if (/^\d{4}-\d\d-\d\d$/.test(time.date ?? '')) return instantOfWallClock(`${time.date}T00:00:00`, calendarZone);
  const dateTime = time.dateTime ?? '';
  if (/(Z|[+-]\d\d:\d\d)$/i.test(dateTime)) return Date.parse(dateTime);
  return time.timeZone ? instantOfWallClock(dateTime, time.timeZone) : NaN;
}

/** Why Google would answer 400, or null when the times are good. */
export function faultOfTimes(body: Partial<EventBody>, calendarZone: string): string | null {
  if (!body.start || !body.end) return 'Missing start or end time.';
  if (Boolean(body.start.date) !== Boolean(body.end.date)) return 'Start and end times must both be a date or a time.';
  const [start, end] = [instantOf(body.start, calendarZone), instantOf(body.end, calendarZone)];
  if (Number.isNaN(start) || Number.isNaN(end)) return 'Invalid start or end time.';
  if (end < start) return 'The specified time range is empty.';
  if ((body.recurrence ?? []).some((line) => !parseRule(line))) return 'This practice Google does not know that rule.';
  return null;
}

/** The event as often as it happens before `until`; dates on the clocks of its own zone, so that 10:00 stays 10:00. */
export function occurrencesOf(body: EventBody, calendarZone: string, until: number): Occurrence[] {
  const startsAt = instantOf(body.start, calendarZone);
  const endsAt = instantOf(body.end, calendarZone);
  const rule = body.recurrence?.[0] ? parseRule(body.recurrence[0]) : null;
  if (!rule) return [{ suffix: '', start: body.start, end: body.end, startsAt, endsAt }];

  const zone = body.start.timeZone ?? calendarZone;
  const [first = '', clock = ''] = wallClock(startsAt, zone).split('T');
  const last = wallClock(until, zone).slice(0, 10);
  const lastStart = rule.untilMoment ?? Infinity;
  const dates = occurrenceDates(rule, body.start.date ?? first, last);
  return dates.map(occurrenceOn).filter((occurrence) => occurrence.startsAt <= lastStart);

  function occurrenceOn(date: string): Occurrence {
    if (body.start.date) {
      const end = addDays(date, Math.round((endsAt - startsAt) / DAY_MS));
      const [from, to] = [{ date }, { date: end }];
      const suffix = `_${date.replaceAll('-', '')}`;
      return { suffix, start: from, end: to, startsAt: instantOf(from, zone), endsAt: instantOf(to, zone) };
    }
    const from = instantOfWallClock(`${date}T${clock}`, zone);
    const to = from + (endsAt - startsAt);
    const suffix = `_${new Date(from).toISOString().replace(/[-:]|\.\d+/g, '')}`;
    return { suffix, start: moment(from, zone), end: moment(to, zone), startsAt: from, endsAt: to };
  }
}

function moment(instant: number, timeZone: string): EventTime {
  return { dateTime: isoInZone(instant, timeZone), timeZone };
}

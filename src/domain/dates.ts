/** Calendar dates without a time, `YYYY-MM-DD`, as people mean them in their own time zone. */
export type LocalDate = string;

/** A date and a time of day, `HH:MM`, on the clocks of some zone. */
export interface LocalMoment {
  date: LocalDate;
  time: string;
}

/** A stretch of time as providers tell it: moments with an offset, or whole days with `end` exclusive. */
export interface Stretch {
  start: string;
  end: string;
  allDay: boolean;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs fifty times more than using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  // Swedish dates are ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  formats.set(timeZone, format);
  return format;
}

/** An IANA name that this machine can count in; offsets such as `+09:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return Boolean(formatOf(name));
  } catch {
    return false;
  }
}

/** The date at `instant` in `timeZone` (IANA name). */
export function localDate(instant: Date, timeZone: string): LocalDate {
  return formatOf(timeZone).format(instant).slice(0, 10);
}

/** The time of day at `instant` in `timeZone`, `HH:MM`. */
export function localTime(instant: Date, timeZone: string): string {
  return formatOf(timeZone).format(instant).slice(11, 16);
}

export function localMoment(instant: Date, timeZone: string): LocalMoment {
  return { date: localDate(instant, timeZone), time: localTime(instant, timeZone) };
}

/**
 * When the clocks of the zone show it: the first of the two times in autumn. What a spring skips comes as much later as
 * the clocks are put forward, as in RFC 5545 3.3.5.
 */
export function instantOf({ date, time }: LocalMoment, timeZone: string): Date {
  const asUtc = Date.parse(`${date}T${time}:00Z`);
  const byOffsetAt = (instant: number) => new Date(asUtc - offsetMs(instant, timeZone));
  const [before, after] = [byOffsetAt(asUtc - DAY_MS), byOffsetAt(asUtc + DAY_MS)];
  return localTime(before, timeZone) !== time && localTime(after, timeZone) === time ? after : before;
}

/** By how much the clocks of the zone are ahead of UTC. */
function offsetMs(instant: number, timeZone: string): number {
  const clock = formatOf(timeZone).format(instant).replace(' ', 'T');
  return Date.parse(`${clock}Z`) - Math.floor(instant / 1000) * 1000;
}

/** The clocks of the zone so many minutes later, as time passes: a night with a switch of clocks counts rightly. */
export function addMinutes(moment: LocalMoment, minutes: number, timeZone: string): LocalMoment {
  return localMoment(new Date(instantOf(moment, timeZone).getTime() + minutes * MINUTE_MS), timeZone);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** 0 is Monday: weeks start on Monday (ISO 8601). */
export function weekdayOf(date: LocalDate): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** Monday of the week that holds `date`. */
export function mondayOf(date: LocalDate): LocalDate {
  return addDays(date, -weekdayOf(date));
}

/** The local date on which it begins. */
export function firstDate({ start, allDay }: Stretch, timeZone: string): LocalDate {
  return allDay ? start : localDate(new Date(start), timeZone);
}

/**
 * Whether it takes place on one of the local dates `[from, to)`. Only moments are turned into dates, never the other way
 * round, so that days of 23 and 25 hours need no care.
 */
export function touches(stretch: Stretch, from: LocalDate, to: LocalDate, timeZone: string): boolean {
  const { start, end, allDay } = stretch;
  if (firstDate(stretch, timeZone) >= to) return false;
  if (allDay) return end > from || start >= from;
  // The end is exclusive: what ends at midnight does not touch the next day; what takes no time touches its start.
  const last = Math.max(Date.parse(start), Date.parse(end) - 1);
  return localDate(new Date(last), timeZone) >= from;
}

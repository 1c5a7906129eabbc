import type { LocalDate, LocalMoment } from '../domain/dates.ts';

/** A person's calendar. Every method takes the access token that it acts with and throws `ProviderFailure`. */
export interface Calendar {
  /** Events that touch the local dates `[from, to)` in the calendar's own time zone, by start, recurring ones expanded. */
  listEvents(accessToken: string, range: DateRange, signal: AbortSignal): Promise<CalendarEvents>;
  /** Makes an event under an id that the caller chose. `conflict` when the id was ever used, by a deleted event too. */
  createEvent(accessToken: string, event: NewEvent, signal: AbortSignal): Promise<CalendarEvent>;
  /** Null when there is no such event, or not any more. */
  findEvent(accessToken: string, id: string, signal: AbortSignal): Promise<FoundEvent | null>;
  /** Changes what is given and nothing else. `conflict` when the event is not of that version any more. */
  updateEvent(accessToken: string, id: string, change: EventChange, signal: AbortSignal): Promise<CalendarEvent>;
  /** An event that is gone already is no failure. */
  deleteEvent(accessToken: string, id: string, signal: AbortSignal): Promise<void>;
}

/** Local calendar dates, `YYYY-MM-DD`, `to` exclusive. */
export interface DateRange {
  from: string;
  to: string;
}

export interface CalendarEvents {
  /** IANA name of the calendar's zone. */
  timeZone: string;
  events: CalendarEvent[];
  /** True when the range holds more than was read. */
  truncated: boolean;
}

export interface CalendarEvent {
  /** One day of a recurring event has an id of its own. */
  id: string;
  title: string;
  /** ISO 8601 with offset, or `YYYY-MM-DD` for all-day events (`end` exclusive, as in RFC 5545). */
  start: string;
  end: string;
  allDay: boolean;
  location: string | null;
  /** One of the days of a recurring event. */
  oneOfSeries: boolean;
}

export interface FoundEvent {
  event: CalendarEvent;
  /** Changes with every change of the event. */
  version: string;
  /** Keys of the effects that were written into it, oldest first. */
  effects: string[];
}

export interface NewEvent {
  /** 5 to 1024 of `a-v` and `0-9`: base32hex in lower case, as Google demands. */
  id: string;
  title: string;
  times: EventTimes;
  location: string | null;
  repeat: Repeat | null;
  effects: readonly string[];
}

export interface EventChange {
  ifVersion: string;
  /** Replaces what the event carries. */
  effects: readonly string[];
  title?: string;
  times?: EventTimes;
  location?: string;
}

/** From and to, `end` exclusive: on the clocks of a zone, or whole days. */
export type EventTimes =
  | { allDay: false; start: LocalMoment; end: LocalMoment; timeZone: string }
  | { allDay: true; start: LocalDate; end: LocalDate };

export interface Repeat {
  every: 'day' | 'week' | 'month';
  interval: number;
  /** 0 is Monday; for weeks, empty means the weekday of the start. */
  weekdays: readonly number[];
  count: number | null;
  /** Last local date, inclusive. */
  until: LocalDate | null;
}

/** A person's calendar. Every method takes the access token that it acts with and throws `ProviderFailure`. */
export interface Calendar {
  /** Events that touch the local dates `[from, to)` in the calendar's own time zone, by start, recurring ones expanded. */
  listEvents(accessToken: string, range: DateRange, signal: AbortSignal): Promise<CalendarEvents>;
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
  id: string;
  title: string;
  /** ISO 8601 with offset, or `YYYY-MM-DD` for all-day events (`end` exclusive, as in RFC 5545). */
  start: string;
  end: string;
  allDay: boolean;
  location: string | null;
}

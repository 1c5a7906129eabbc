import { addDays, firstDate, isTimeZone, touches } from '../../domain/dates.ts';
import type { Calendar, CalendarEvents, DateRange } from '../../ports/calendar.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import type { CalendarClient } from './calendar-client.ts';
import { EVENT_FIELDS, toCalendarEvent } from './to-calendar-event.ts';

/** What a person can still read, and what fits into a model's context. */
const MAX_EVENTS = 250;
/** A page may be short or even empty although more follow, so their number is bounded too. */
const MAX_PAGES = 4;

export function createListEvents(client: CalendarClient): Calendar['listEvents'] {
  return async (accessToken, range, signal) => {
    const found: CalendarEvents = { timeZone: 'UTC', events: [], truncated: false };
    let pageToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await readPage(client, accessToken, range, pageToken, signal);
      const events = answer.items.flatMap((item) => toCalendarEvent(item) ?? []);
      found.timeZone = answer.timeZone;
      found.events.push(...events.filter((event) => touches(event, range.from, range.to, answer.timeZone)));
      const last = events.at(-1);
      // Pages come by start: behind an event that begins after the range there is nothing of the range any more.
      pageToken = last && firstDate(last, answer.timeZone) >= range.to ? undefined : answer.next;
      if (!pageToken || found.events.length > MAX_EVENTS) break;
    }
    found.truncated = pageToken !== undefined || found.events.length > MAX_EVENTS;
    found.events.splice(MAX_EVENTS);
    return found;
  };
}

async function readPage(
  client: CalendarClient,
  accessToken: string,
  range: DateRange,
  pageToken: string | undefined,
  signal: AbortSignal,
) {
  const query = {
    calendarId: 'primary',
    // The zone is known only from the answer. A day more on either side covers every zone in one round trip.
    timeMin: `${addDays(range.from, -1)}T00:00:00Z`,
    timeMax: `${addDays(range.to, 1)}T00:00:00Z`,
    singleEvents: true,
    orderBy: 'startTime',
    maxResults: MAX_EVENTS,
    pageToken,
    fields: `timeZone,nextPageToken,items(${EVENT_FIELDS})`,
  };
  const data = await client.ask(accessToken, signal, (events, options) => events.list(query, options));
  // A body that is not JSON arrives here as text, with status 200.
  if (!Array.isArray(data.items)) throw new ProviderFailure('unavailable', { status: 200 });
  const { timeZone, items, nextPageToken } = data;
  // UTC when the provider names no zone, or one that is newer than our tables.
  return { timeZone: timeZone && isTimeZone(timeZone) ? timeZone : 'UTC', items, next: nextPageToken ?? undefined };
}

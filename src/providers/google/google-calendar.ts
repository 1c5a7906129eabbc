import { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';

import type { Calendar, CalendarEvents, DateRange } from '../../ports/calendar.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import { createBoundedFetch } from '../oauth/bounded-fetch.ts';
import { addDays, firstDate, toZone, touches } from './local-dates.ts';
import { toCalendarFailure } from './to-calendar-failure.ts';
import { toCalendarEvent } from './to-calendar-event.ts';

const GOOGLE_APIS = 'https://www.googleapis.com';
/** What a person can still read, and what fits into a model's context. */
const MAX_EVENTS = 250;
/** A page may be short or even empty although more follow, so their number is bounded too. */
const MAX_PAGES = 4;
const FIELDS = 'timeZone,nextPageToken,items(id,status,summary,location,start,end)';

export interface GoogleCalendarOptions {
  /** Origin of another Google (emulated). */
  baseUrl?: string;
  /** Longest wait for one answer, in milliseconds. */
  timeoutMs: number;
}

/** Google Calendar v3, the person's primary calendar. Retries belong to the caller: the client's own are off. */
export function createGoogleCalendar({ baseUrl, timeoutMs }: GoogleCalendarOptions): Calendar {
  const api = new calendar_v3.Calendar({
    rootUrl: `${new URL(baseUrl ?? GOOGLE_APIS).origin}/`,
    retry: false,
    fetchImplementation: fetchForClient(),
  });

  async function readPage(accessToken: string, range: DateRange, pageToken: string | undefined, signal: AbortSignal) {
    try {
      const { data } = await api.events.list(
        {
          calendarId: 'primary',
          // The zone is known only from the answer. A day more on either side covers every zone in one round trip.
          timeMin: `${addDays(range.from, -1)}T00:00:00Z`,
          timeMax: `${addDays(range.to, 1)}T00:00:00Z`,
          singleEvents: true,
          orderBy: 'startTime',
          maxResults: MAX_EVENTS,
          pageToken,
          fields: FIELDS,
        },
        {
          headers: { authorization: `Bearer ${accessToken}` },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        },
      );
      // A body that is not JSON arrives here as text, with status 200.
      if (!Array.isArray(data.items)) throw new ProviderFailure('unavailable', { status: 200 });
      return { timeZone: toZone(data.timeZone), items: data.items, next: data.nextPageToken ?? undefined };
    } catch (error) {
      throw toCalendarFailure(error);
    }
  }

  return {
    async listEvents(accessToken, range, signal) {
      const found: CalendarEvents = { timeZone: 'UTC', events: [], truncated: false };
      let pageToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await readPage(accessToken, range, pageToken, signal);
        const events = answer.items.flatMap((item) => toCalendarEvent(item) ?? []);
        found.timeZone = answer.timeZone;
        found.events.push(...events.filter((event) => touches(event, range, answer.timeZone)));
        const last = events.at(-1);
        // Pages come by start: behind an event that begins after the range there is nothing of the range any more.
        pageToken = last && firstDate(last, answer.timeZone) >= range.to ? undefined : answer.next;
        if (!pageToken || found.events.length > MAX_EVENTS) break;
      }
      found.truncated = pageToken !== undefined || found.events.length > MAX_EVENTS;
      found.events.splice(MAX_EVENTS);
      return found;
    },
  };
}

/** The client hands over its whole options; only what is HTTP is passed on. */
function fetchForClient(): typeof fetch {
  const boundedFetch = createBoundedFetch();
  return (url, { method, headers, body, signal } = {}) =>
    boundedFetch(url instanceof Request ? url.url : url, { method, headers, body, signal });
}

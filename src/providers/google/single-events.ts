import type { Calendar, CalendarEvent } from '../../ports/calendar.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import type { CalendarClient } from './calendar-client.ts';
import { EVENT_FIELDS, toCalendarEvent, type GoogleEvent } from './to-calendar-event.ts';
import { effectsIn, toGoogleChange, toGoogleEvent } from './to-google-event.ts';

const calendarId = 'primary';
const FIELDS = `${EVENT_FIELDS},etag,extendedProperties/private`;

type SingleEvents = Omit<Calendar, 'listEvents'>;

/** One event at a time. */
export function createSingleEvents(client: CalendarClient): SingleEvents {
  return {
    async createEvent(accessToken, event, signal) {
      const request = { calendarId, fields: FIELDS, requestBody: toGoogleEvent(event) };
      return made(await client.ask(accessToken, signal, (events, options) => events.insert(request, options)));
    },

    async findEvent(accessToken, eventId, signal) {
      try {
        const request = { calendarId, eventId, fields: FIELDS };
        const data = await client.ask(accessToken, signal, (events, options) => events.get(request, options));
        const event = toCalendarEvent(assertEvent(data));
        return event && { event, version: data.etag ?? '', effects: effectsIn(data) };
      } catch (error) {
        return isGone(error);
      }
    },

    async updateEvent(accessToken, eventId, change, signal) {
      const request = { calendarId, eventId, fields: FIELDS, requestBody: toGoogleChange(change) };
      const data = await client.ask(accessToken, signal, (events, { headers, signal: inTime }) =>
        events.patch(request, { headers: { ...headers, 'if-match': change.ifVersion }, signal: inTime }),
      );
      return made(data);
    },

    async deleteEvent(accessToken, eventId, signal) {
      try {
        const request = { calendarId, eventId };
        const body: unknown = await client.ask(accessToken, signal, (events, options) =>
          events.delete(request, options),
        );
        // Google answers 204. A page with status 200 is somebody else's.
        if (body) throw new ProviderFailure('unavailable', { status: 200 });
      } catch (error) {
        isGone(error);
      }
    },
  };
}

/** 404 and 410 say the same: there is no such event, or not any more. @throws every other failure */
function isGone(error: unknown): null {
  if (error instanceof ProviderFailure && error.kind === 'notFound') return null;
  throw error;
}

/** A body that is not JSON arrives as text, with status 200: what was written is not known then. */
function assertEvent(data: GoogleEvent): GoogleEvent {
  if (typeof data !== 'object' || !data.id) throw new ProviderFailure('unavailable', { status: 200 });
  return data;
}

function made(data: GoogleEvent): CalendarEvent {
  const event = toCalendarEvent(assertEvent(data));
  // Changing an event that is deleted meanwhile leaves it deleted. Without a time it is no event that we understand.
  if (event === null) throw new ProviderFailure(data.status === 'cancelled' ? 'notFound' : 'unavailable');
  return event;
}

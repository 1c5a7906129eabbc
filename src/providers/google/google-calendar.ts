import type { Calendar } from '../../ports/calendar.ts';
import { createCalendarClient, type GoogleCalendarOptions } from './calendar-client.ts';
import { createListEvents } from './list-events.ts';
import { createSingleEvents } from './single-events.ts';

export type { GoogleCalendarOptions };

/** Google Calendar v3, the person's primary calendar. */
export function createGoogleCalendar(options: GoogleCalendarOptions): Calendar {
  const client = createCalendarClient(options);
  return { listEvents: createListEvents(client), ...createSingleEvents(client) };
}

import type { calendar_v3 } from 'googleapis/build/src/apis/calendar/v3.js';

import type { CalendarEvent } from '../../ports/calendar.ts';

export type GoogleEvent = calendar_v3.Schema$Event;

/** What is asked for of each event. */
export const EVENT_FIELDS = 'id,status,summary,location,start,end,recurringEventId';

/** Google's event in our words; null for a cancelled one, and for one that says no time. */
export function toCalendarEvent(item: GoogleEvent): CalendarEvent | null {
  const start = item.start?.dateTime ?? item.start?.date;
  const end = item.end?.dateTime ?? item.end?.date;
  if (item.status === 'cancelled' || !item.id || !start || !end) return null;
  return {
    id: item.id,
    title: item.summary ?? '',
    start,
    end,
    allDay: !item.start?.dateTime,
    location: item.location ?? null,
    oneOfSeries: Boolean(item.recurringEventId),
  };
}

import { z } from 'zod';
import type { Calendar, CalendarEvent } from '../../src/ports/calendar.ts';
import { assertAsShown } from './as-shown.ts';
import { eventId, shownEvent } from './event-arguments.ts';
import type { WriteTool } from './tool.ts';

/** One day of a recurring event has an id of its own: the other days stay. */
export const calendarDeleteEventArguments = z.strictObject({ eventId, shown: shownEvent.optional() });

interface Deleted {
  account: string;
  /** As it was; null when it was gone already. */
  event: CalendarEvent | null;
}

/** Deletes an event. One that is not there any more is what was wanted. */
export function calendarDeleteEvent(calendar: Calendar): WriteTool {
  return {
    writes: true,
    // Deleting takes no key and needs none: the id is the key, and what is deleted cannot be deleted again.
    takesOurKey: true,

    async find(stored, { accessToken, account, signal }): Promise<Deleted | null> {
      const asked = calendarDeleteEventArguments.parse(stored);
      const found = await calendar.findEvent(accessToken, asked.eventId, signal);
      return found === null ? { account, event: null } : null;
    },

    async send(stored, { accessToken, account, signal }): Promise<Deleted> {
      const asked = calendarDeleteEventArguments.parse(stored);
      const found = await calendar.findEvent(accessToken, asked.eventId, signal);
      if (found === null) return { account, event: null };
      assertAsShown(found.event, asked.shown);
      await calendar.deleteEvent(accessToken, asked.eventId, signal);
      return { account, event: found.event };
    },
  };
}

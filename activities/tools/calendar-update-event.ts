import { z } from 'zod';
import type { Calendar, CalendarEvent, EventChange, EventTimes } from '../../src/ports/calendar.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import { assertAsShown } from './as-shown.ts';
import {
  dayOrMoment,
  durationMinutes,
  eventId,
  fitTogether,
  location,
  shownEvent,
  timesIn,
  timeZone,
  title,
  toTimes,
} from './event-arguments.ts';
import type { WriteTool } from './tool.ts';

/** What is not named stays. A new start without end or duration keeps the length. */
export const calendarUpdateEventArguments = z
  .strictObject({
    eventId,
    shown: shownEvent.optional(),
    title: title.optional(),
    start: dayOrMoment.optional(),
    end: dayOrMoment.optional(),
    durationMinutes: durationMinutes.optional(),
    timeZone: timeZone.optional(),
    location: location.optional(),
  })
  .refine((asked) => asked.title ?? asked.start ?? asked.location, 'nothing to change')
  .refine(({ start, timeZone: zone }) => (start === undefined) === (zone === undefined), 'start and timeZone together')
  .refine(({ start, end, durationMinutes: minutes }) => start || (!end && !minutes), 'end and duration need start')
  .refine((asked) => {
    const times = timesIn(asked);
    return times === null || fitTogether(times);
  }, 'end must be after start, and of its kind');

type Asked = z.infer<typeof calendarUpdateEventArguments>;

interface Updated {
  account: string;
  event: CalendarEvent;
}

/** Somebody else may change the event between our look and our change; more often than this is a quarrel. */
const MAX_LOOKS = 3;
const DAY_MS = 86_400_000;

/** Changes an event, and writes the key of the effect into it. */
export function calendarUpdateEvent(calendar: Calendar): WriteTool {
  return {
    writes: true,
    // The change goes with the version that was looked at, and an event that carries our key is not changed again. Of
    // two sendings the provider refuses the second, which then finds the key.
    takesOurKey: true,

    async find(stored, { accessToken, account, effectKey, signal }): Promise<Updated | null> {
      const asked = calendarUpdateEventArguments.parse(stored);
      const found = await calendar.findEvent(accessToken, asked.eventId, signal);
      return found?.effects.includes(effectKey) ? { account, event: found.event } : null;
    },

    async send(stored, { accessToken, account, effectKey, signal }): Promise<Updated> {
      const asked = calendarUpdateEventArguments.parse(stored);
      for (let look = 1; ; look++) {
        const found = await calendar.findEvent(accessToken, asked.eventId, signal);
        if (found === null) throw new ProviderFailure('notFound');
        if (found.effects.includes(effectKey)) return { account, event: found.event };
        assertAsShown(found.event, asked.shown);
        const change: EventChange = {
          ifVersion: found.version,
          effects: [...found.effects, effectKey],
          ...changedFields(asked, found.event),
        };
        try {
          return { account, event: await calendar.updateEvent(accessToken, asked.eventId, change, signal) };
        } catch (error) {
          const overtaken = error instanceof ProviderFailure && error.kind === 'conflict';
          if (!overtaken || look === MAX_LOOKS) throw error;
        }
      }
    },
  };
}

function changedFields(asked: Asked, event: CalendarEvent): Partial<EventChange> {
  const times = newTimes(asked, event);
  return {
    ...(asked.title === undefined ? {} : { title: asked.title }),
    ...(asked.location === undefined ? {} : { location: asked.location }),
    ...(times === null ? {} : { times }),
  };
}

function newTimes(asked: Asked, event: CalendarEvent): EventTimes | null {
  const times = timesIn(asked);
  if (times === null) return null;
  const lengthMs = Date.parse(event.end) - Date.parse(event.start);
  // An hour for what took whole days, a day for what took hours.
  const [minutes, days] = event.allDay ? [60, lengthMs / DAY_MS] : [lengthMs / 60_000, 1];
  return toTimes(times, { minutes, days });
}

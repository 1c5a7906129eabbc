import { z } from 'zod';
import type { Calendar, CalendarEvent, NewEvent } from '../../src/ports/calendar.ts';
import { ProviderFailure } from '../../src/ports/provider-failure.ts';
import { dayOrMoment, durationMinutes, fitTogether, location, timeZone, title, toTimes } from './event-arguments.ts';
import { beginsOn, repeat, toRepeat } from './repeat-arguments.ts';
import type { WriteContext, WriteTool } from './tool.ts';

/** An event at a time has an end or a duration; one without a time takes whole days, one unless an end is said. */
export const calendarCreateEventArguments = z
  .strictObject({
    title,
    start: dayOrMoment,
    end: dayOrMoment.optional(),
    durationMinutes: durationMinutes.optional(),
    timeZone,
    location: location.optional(),
    repeat: repeat.optional(),
  })
  .refine(fitTogether, 'end must be after start, and of its kind')
  .refine(({ start, end, durationMinutes: minutes }) => !start.time || end || minutes, 'end or durationMinutes')
  .refine(({ start, repeat: asked }) => !asked || beginsOn(asked, start.date), 'repeat must begin with start');

interface Created {
  account: string;
  /** Null: it was made, and deleted again before we knew. */
  event: CalendarEvent | null;
}

/** Makes an event under our own id. */
export function calendarCreateEvent(calendar: Calendar): WriteTool {
  return {
    writes: true,
    // The provider refuses an id that was ever used, so that a second sending is a 409 whatever became of the first.
    takesOurKey: true,
    find,

    async send(stored, context): Promise<Created> {
      const { accessToken, account, effectKey, signal } = context;
      try {
        const asked = calendarCreateEventArguments.parse(stored);
        return { account, event: await calendar.createEvent(accessToken, toNewEvent(asked, effectKey), signal) };
      } catch (error) {
        if (!(error instanceof ProviderFailure) || error.kind !== 'conflict') throw error;
        return { account, event: await eventNow(context) };
      }
    },
  };

  /** It is there, or was. A refusal of the look says nothing about that, and must not be taken for one of the event. */
  async function eventNow(context: WriteContext): Promise<CalendarEvent | null> {
    try {
      return (await find(null, context))?.event ?? null;
    } catch (error) {
      if (error instanceof ProviderFailure && error.kind !== 'unauthorized') throw new ProviderFailure('unavailable');
      throw error;
    }
  }

  async function find(_stored: unknown, context: WriteContext): Promise<Created | null> {
    const { accessToken, account, effectKey, signal } = context;
    const found = await calendar.findEvent(accessToken, eventIdOf(effectKey), signal);
    return found && { account, event: found.event };
  }
}

/** Hex digits are of the alphabet that ids may have, and so are the letters before them. */
export function eventIdOf(effectKey: string): string {
  return `panager${effectKey}`;
}

function toNewEvent(asked: z.infer<typeof calendarCreateEventArguments>, effectKey: string): NewEvent {
  return {
    id: eventIdOf(effectKey),
    title: asked.title,
    times: toTimes(asked, { minutes: 60, days: 1 }),
    location: asked.location ?? null,
    repeat: asked.repeat ? toRepeat(asked.repeat) : null,
    effects: [effectKey],
  };
}

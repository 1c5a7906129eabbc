import { z } from 'zod';
import type { Calendar } from '../../src/ports/calendar.ts';
import type { ReadTool } from './tool.ts';

const localDate = z.iso.date();

/** Local dates in the calendar's own time zone, `to` exclusive; at most 31 days. */
export const calendarListEventsArguments = z
  .strictObject({
    from: localDate,
    to: localDate,
    toChange: z
      .boolean()
      .optional()
      .describe(
        'true when the events are listed only to find the one that the next call changes, moves or deletes: then the ' +
          'person is asked for the permission to change events at once, instead of twice',
      ),
  })
  .refine(({ from, to }) => from < to && Date.parse(to) - Date.parse(from) <= 31 * 86_400_000, {
    message: 'to must be 1 to 31 days after from',
  });

/** Reads a person's events. Its result names the account that it read. */
export function calendarListEvents(calendar: Calendar): ReadTool {
  return {
    writes: false,
    async run(stored, { accessToken, account, signal }) {
      const { from, to } = calendarListEventsArguments.parse(stored);
      return { account, ...(await calendar.listEvents(accessToken, { from, to }, signal)) };
    },
  };
}

import type { z } from 'zod';
import type { ToolName } from '../../src/domain/tools.ts';
import type { Calendar } from '../../src/ports/calendar.ts';
import { refused } from '../failures.ts';
import { calendarListEvents, calendarListEventsArguments } from './calendar-list-events.ts';
import type { Tool } from './tool.ts';

const ARGUMENTS: Record<ToolName, z.ZodType> = {
  calendar_list_events: calendarListEventsArguments,
};

export interface ToolParts {
  calendar: Calendar;
}

export function createTools({ calendar }: ToolParts): Record<ToolName, Tool> {
  return {
    calendar_list_events: calendarListEvents(calendar),
  };
}

/** Arguments as they are stored and will be executed. @throws ApplicationFailure `badArguments` */
export function parseArguments(tool: ToolName, raw: unknown): unknown {
  const parsed = ARGUMENTS[tool].safeParse(raw);
  if (!parsed.success) throw refused('badArguments');
  return parsed.data;
}

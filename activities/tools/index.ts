import type { z } from 'zod';
import type { ToolName } from '../../src/domain/tools.ts';
import type { Calendar } from '../../src/ports/calendar.ts';
import type { CallRuns } from '../../src/ports/call-runs.ts';
import { refused } from '../failures.ts';
import { calendarCreateEvent, calendarCreateEventArguments } from './calendar-create-event.ts';
import { calendarDeleteEvent, calendarDeleteEventArguments } from './calendar-delete-event.ts';
import { calendarListEvents, calendarListEventsArguments } from './calendar-list-events.ts';
import { calendarUpdateEvent, calendarUpdateEventArguments } from './calendar-update-event.ts';
import { runInProject, runInProjectArguments } from './run-in-project.ts';
import type { Tool } from './tool.ts';

const ARGUMENTS: Record<ToolName, z.ZodType> = {
  calendar_list_events: calendarListEventsArguments,
  calendar_create_event: calendarCreateEventArguments,
  calendar_update_event: calendarUpdateEventArguments,
  calendar_delete_event: calendarDeleteEventArguments,
  run_in_project: runInProjectArguments,
};

export interface ToolParts {
  calendar: Calendar;
  /** Left out where no containers are served. */
  callRuns?: CallRuns;
}

export function createTools({ calendar, callRuns }: ToolParts): Record<ToolName, Tool> {
  return {
    calendar_list_events: calendarListEvents(calendar),
    calendar_create_event: calendarCreateEvent(calendar),
    calendar_update_event: calendarUpdateEvent(calendar),
    calendar_delete_event: calendarDeleteEvent(calendar),
    run_in_project: runInProject(callRuns),
  };
}

/** Arguments as they are stored and will be executed. @throws ApplicationFailure `badArguments` */
export function parseArguments(tool: ToolName, raw: unknown): unknown {
  const parsed = ARGUMENTS[tool].safeParse(raw);
  if (!parsed.success) throw refused('badArguments');
  return parsed.data;
}

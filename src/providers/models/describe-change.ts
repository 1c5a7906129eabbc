import { addDays, localMoment } from '../../domain/dates.ts';
import { changeTexts, type ChangeKind, type Moment, type RepeatArguments } from '../../domain/texts/changes.ts';
import type { CalendarEvent } from '../../ports/calendar.ts';
import type { ModelContext, SettledCall } from '../../ports/model.ts';

const KINDS: Record<string, ChangeKind> = {
  calendar_create_event: 'create',
  calendar_update_event: 'update',
  calendar_delete_event: 'delete',
};

/** What the tools that change events take and give, as far as an answer tells it. */
interface ChangeArguments {
  title?: string;
  shown?: { title: string };
  repeat?: RepeatArguments;
}
interface ChangeResult {
  account: string;
  event: CalendarEvent | null;
}

export function isChange({ tool }: SettledCall): boolean {
  return Object.hasOwn(KINDS, tool);
}

/** What became of one change: done, when and on which account; or why not, and what to do next. */
export function describeChange({ language, timeZone }: ModelContext, call: SettledCall): string {
  const texts = changeTexts[language];
  const kind = KINDS[call.tool] ?? 'update';
  const asked = call.arguments as ChangeArguments;
  const title = asked.shown?.title ?? asked.title ?? null;
  switch (call.outcome.kind) {
    case 'closed':
      return texts.closed(kind, title, call.outcome.reason);
    case 'failed':
      return texts.failed(kind, title, call.outcome.code);
    case 'done': {
      const { account, event } = call.outcome.result as ChangeResult;
      return [done(event), texts.account(account)].join('\n\n');
    }
  }

  function done(event: CalendarEvent | null): string {
    if (event === null) return kind === 'create' ? texts.createdAndGone(title ?? '') : texts.goneAlready(title);
    const [from, to] = momentsOf(event, timeZone);
    const when = texts.when(from, to);
    switch (kind) {
      case 'create':
        return texts.created(event.title, when, asked.repeat ? texts.repeats(asked.repeat) : null);
      case 'update':
        return texts.updated(event.title, when, event.oneOfSeries);
      case 'delete':
        return texts.deleted(event.title, when, event.oneOfSeries);
    }
  }
}

/** From and to as people say them: the last of whole days is the day before their end. */
function momentsOf({ start, end, allDay }: CalendarEvent, timeZone: string): [Moment, Moment] {
  if (allDay) {
    return [
      { date: start, time: null },
      { date: addDays(end, -1), time: null },
    ];
  }
  return [localMoment(new Date(start), timeZone), localMoment(new Date(end), timeZone)];
}

import { addMinutes, localDate, localMoment, instantOf, type LocalMoment } from '../../../domain/dates.ts';
import { changeTexts, type ChangeTexts } from '../../../domain/texts/changes.ts';
import type { CalendarEvent, CalendarEvents } from '../../../ports/calendar.ts';
import type { ModelContext, ModelTurn } from '../../../ports/model.ts';
import { eventLines } from '../describe-events.ts';
import { readSource, type Unsure } from './change-words.ts';
import type { Command } from './commands.ts';
import type { DayContext } from './day-words.ts';
import { matchingEvents, type EventWords } from './find-event.ts';
import type { Unquoted } from './quotes.ts';
import { splitChange, type Change } from './split-change.ts';

type Order = Extract<Command, { kind: 'order' }>;
type Planned = { words: EventWords; change: Change | { kind: 'delete' } };

/** A longer title than the schema of the tool shows is not told along. */
const MAX_SHOWN_TITLE = 1024;

/**
 * Deleting, moving, renaming: the events of the day first, then the one event that the words fit.
 * @param listed the day's events, in the second turn
 */
export function planChange(
  order: Order,
  unquoted: Unquoted,
  context: ModelContext,
  listed: CalendarEvents | null,
): ModelTurn {
  const texts = changeTexts[context.language];
  const planned = readOrder(order, unquoted, context, texts);
  if (typeof planned === 'string') return { kind: 'answer', text: planned };
  const { words } = planned;
  if (listed === null) {
    return { kind: 'calls', calls: [{ tool: 'calendar_list_events', arguments: { ...words.range, toChange: true } }] };
  }

  const lines = (events: CalendarEvent[]) => eventLines(context.language, { ...listed, events }, words.range);
  const found = matchingEvents(listed, words);
  const [event] = found;
  if (event === undefined) {
    return { kind: 'answer', text: texts.noSuchEvent(words.range, words.title, lines(listed.events)) };
  }
  // What was not read may fit too.
  if (found.length > 1 || words.title === null || listed.truncated) {
    return { kind: 'answer', text: texts.whichEvent(words.range, lines(found)) };
  }
  const shown = event.title.length > MAX_SHOWN_TITLE ? {} : { shown: { title: event.title, start: event.start } };
  const target = { eventId: event.id, ...shown };
  const { change } = planned;
  switch (change.kind) {
    case 'delete':
      return { kind: 'calls', calls: [{ tool: 'calendar_delete_event', arguments: target }] };
    case 'rename':
      return {
        kind: 'calls',
        calls: [{ tool: 'calendar_update_event', arguments: { ...target, title: change.title } }],
      };
    case 'move':
    case 'shift': {
      const start = newStart(change, event, context);
      if (start === null) return { kind: 'answer', text: texts.unclear('time') };
      if (start.time !== undefined && instantOf({ ...start, time: start.time }, context.timeZone) < context.askedAt) {
        return { kind: 'answer', text: texts.past(start.date, start.time) };
      }
      const moved = { ...target, start, timeZone: context.timeZone };
      return { kind: 'calls', calls: [{ tool: 'calendar_update_event', arguments: moved }] };
    }
  }
}

function readOrder(order: Order, unquoted: Unquoted, context: ModelContext, texts: ChangeTexts): Planned | string {
  const today = localDate(context.askedAt, context.timeZone);
  const days: DayContext = { today, language: context.language, ahead: false };
  if (order.verb === 'delete') {
    const words = readSource(order.rest, unquoted, days);
    return typeof words === 'string' ? questionOf(words, texts) : { words, change: { kind: 'delete' } };
  }
  const split = splitChange(order, unquoted, { ...days, ahead: true });
  if (split === null) return texts.unclearChange;
  const words = readSource(split.source, unquoted, days);
  return typeof words === 'string' ? questionOf(words, texts) : { words, change: split.change };
}

function questionOf(unsure: Unsure, texts: ChangeTexts): string {
  switch (unsure) {
    case 'day':
      return texts.whichDay;
    case 'unclearDay':
      return texts.unclear('day');
    case 'unclearTime':
      return texts.unclear('time');
    case 'series':
      return texts.oneAtATime;
  }
}

/** What is not said of day and time stays; null when a whole day should begin some minutes later. */
function newStart(
  change: Extract<Change, { kind: 'move' | 'shift' }>,
  { start, allDay }: CalendarEvent,
  { timeZone, askedAt }: ModelContext,
): { date: string; time?: string } | null {
  const now: Partial<LocalMoment> & { date: string } = allDay
    ? { date: start }
    : localMoment(new Date(start), timeZone);
  if (change.kind === 'shift') {
    return now.time === undefined ? null : addMinutes({ ...now, time: now.time }, change.minutes, timeZone);
  }
  const { day, time } = change.target;
  const moved = { date: day?.from ?? now.date, time: time ?? now.time };
  if (moved.time === undefined) return { date: moved.date };
  const at = { date: moved.date, time: moved.time };
  const tooLate = day?.weekdayOnly && instantOf(at, timeZone) < askedAt;
  return tooLate ? addMinutes(at, 7 * 24 * 60, timeZone) : at;
}

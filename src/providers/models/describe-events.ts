import { addDays, localDate, localTime, touches, type LocalDate } from '../../domain/dates.ts';
import { answerTexts, type AnswerTexts } from '../../domain/texts/answers.ts';
import type { Language } from '../../domain/words.ts';
import type { CalendarEvent, CalendarEvents, DateRange } from '../../ports/calendar.ts';
import type { ModelContext, SettledCall } from '../../ports/model.ts';

type EventsResult = CalendarEvents & { account: string };

/** The offline planner's answer: each asked range with its events by day, or why it could not be read. */
export function describeEvents({ language }: ModelContext, calls: readonly SettledCall[]): string {
  const texts = answerTexts[language];
  const parts = calls.map((call) => describeCall(texts, call));
  const accounts = new Set(
    calls.flatMap(({ outcome }) => (outcome.kind === 'done' ? [(outcome.result as EventsResult).account] : [])),
  );
  return [...parts, ...[...accounts].map((account) => texts.readFrom(account))].join('\n\n');
}

function describeCall(texts: AnswerTexts, call: SettledCall): string {
  const asked = call.arguments as DateRange;
  const last = addDays(asked.to, -1);
  const range = asked.from === last ? texts.day(asked.from) : texts.range(asked.from, last);
  switch (call.outcome.kind) {
    case 'closed':
      return texts.closed(range, call.outcome.reason);
    case 'failed':
      return texts.callFailed(range, call.outcome.code);
    case 'done': {
      const result = call.outcome.result as EventsResult;
      const lines = linesOf(texts, result, asked);
      if (lines.length === 0) lines.push(texts.noEvents);
      if (result.truncated) lines.push('', texts.truncated);
      return [texts.heading(range), '', ...lines].join('\n');
    }
  }
}

/** The events of a range as lines, by day where it has several. */
export function eventLines(language: Language, events: CalendarEvents, range: DateRange): string[] {
  return linesOf(answerTexts[language], events, range);
}

function linesOf(texts: AnswerTexts, events: CalendarEvents, range: DateRange): string[] {
  const isDay = range.to === addDays(range.from, 1);
  return isDay ? dayLines(texts, events, range.from) : weekLines(texts, events, range);
}

/** Each day that has events, with its name above them. */
function weekLines(texts: AnswerTexts, result: CalendarEvents, { from, to }: DateRange): string[] {
  const lines: string[] = [];
  for (let date = from; date < to; date = addDays(date, 1)) {
    const events = dayLines(texts, result, date);
    if (events.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(texts.day(date), ...events);
  }
  return lines;
}

function dayLines(texts: AnswerTexts, { events, timeZone }: CalendarEvents, date: LocalDate): string[] {
  return events
    .filter((event) => touches(event, date, addDays(date, 1), timeZone))
    .map((event) => line(texts, event, date, timeZone));
}

function line(texts: AnswerTexts, event: CalendarEvent, date: LocalDate, timeZone: string): string {
  const place = event.location ? ` (${event.location})` : '';
  return `• ${when(texts, event, date, timeZone)} ${event.title}${place}`;
}

function when(texts: AnswerTexts, event: CalendarEvent, date: LocalDate, timeZone: string): string {
  if (event.allDay) return texts.allDay;
  const [start, end] = [new Date(event.start), new Date(event.end)];
  const from = localDate(start, timeZone) === date ? localTime(start, timeZone) : '';
  const to = localDate(end, timeZone) === date ? localTime(end, timeZone) : '';
  return `${from}–${to}`;
}

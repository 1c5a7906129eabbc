import { localTime, touches } from '../../../domain/dates.ts';
import type { CalendarEvent, CalendarEvents, DateRange } from '../../../ports/calendar.ts';

/** How a person named an event that is there. */
export interface EventWords {
  range: DateRange;
  /** Null: any event. */
  title: string | null;
  /** In quotation marks: the whole title. */
  exact: boolean;
  /** Minutes since midnight at which it may begin; empty when no time was said. */
  minutes: readonly number[];
}

/** Words for what every event is: "dentist appointment" may be written down as "Dentist". */
const KINDS = /^(?:일정|약속|예약|이벤트|스케줄|appointments?|events?|meetings?)$/iu;

/** The events that the words fit. */
export function matchingEvents(events: CalendarEvents, asked: EventWords): CalendarEvent[] {
  const { range, title, exact, minutes } = asked;
  const there = events.events
    .filter((event) => touches(event, range.from, range.to, events.timeZone))
    .filter((event) => minutes.length === 0 || minutes.includes(startMinutes(event, events.timeZone)));
  if (title === null) return there;
  if (exact) return there.filter((event) => plain(event.title) === plain(title));
  const words = wordsOf(title);
  const fitting = there.filter((event) => hasAll(event.title, words));
  const essential = words.filter((word) => !KINDS.test(word));
  return fitting.length > 0 || essential.length === 0
    ? fitting
    : there.filter((event) => hasAll(event.title, essential));
}

function startMinutes({ start, allDay }: CalendarEvent, timeZone: string): number {
  if (allDay) return -1;
  const [hour = 0, minute = 0] = localTime(new Date(start), timeZone).split(':').map(Number);
  return hour * 60 + minute;
}

/** Hangul words grow at their ends, so that they are sought anywhere; others begin as they were said. */
function hasAll(title: string, words: readonly string[]): boolean {
  const within = plain(title);
  const theirs = wordsOf(title);
  return words.every((word) =>
    /[가-힣]/u.test(word) ? within.replaceAll(' ', '').includes(word) : theirs.some((each) => each.startsWith(word)),
  );
}

function wordsOf(text: string): string[] {
  return plain(text).split(' ').filter(Boolean);
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/(?<=\p{L})[-'’](?=\p{L})/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

import type { Language, PageTexts } from '../domain/texts/page.ts';
import { localDayWords, localMomentWords, repeatWords, unitWords } from './local-words.ts';
import { clockWords, momentWords } from './time-words.ts';

export interface CallLine {
  label: string;
  value: string;
}

export interface CallWords {
  lines: CallLine[];
  /** False when something of the call has no words here: then its exact text has to be in view. */
  whole: boolean;
}

type Arguments = Readonly<Record<string, unknown>>;

/** What a call will do, in plain words made from the very text that is asked about. */
export function callWords(call: { tool: string; preview: string }, language: Language, texts: PageTexts): CallWords {
  const given = call.tool.startsWith('calendar_') ? argumentsIn(call.preview, call.tool) : null;
  if (given === null) return { lines: [], whole: false };
  const { fields } = texts.approval;
  const told = new Set<string>();
  const lines: CallLine[] = [];
  const tell = (label: string, value: string | null, ...keys: string[]) => {
    if (value === null) return;
    keys.forEach((key) => told.add(key));
    lines.push({ label, value });
  };

  const { title, location, timeZone, shown, start, end, repeat } = given;
  const changes = call.tool === 'calendar_update_event';
  // Its id says nothing to a person; the title and the start that it was shown with do.
  tell(fields.event, shownWords(shown, language), 'shown', 'eventId');
  tell(changes ? fields.newTitle : fields.title, textIn(title), 'title');
  tell(changes ? fields.newTime : fields.time, timeWords(given, language, texts), ...timeKeys(start, end));
  if (timeZone === Intl.DateTimeFormat().resolvedOptions().timeZone) told.add('timeZone');
  else tell(fields.timeZone, textIn(timeZone), 'timeZone');
  tell(changes ? fields.newLocation : fields.location, textIn(location), 'location');
  tell(fields.repeat, repeatWords(repeat, language, texts), 'repeat');
  return { lines, whole: lines.length > 0 && Object.keys(given).every((key) => told.has(key)) };
}

/** Null unless it is the text of a call of that tool. */
function argumentsIn(preview: string, tool: string): Arguments | null {
  try {
    // Invisible characters were made visible as `\u{...}`, which JSON does not know: they are shown so here too.
    const call: unknown = JSON.parse(preview.replaceAll(/(?<!\\)((?:\\\\)*)\\u\{/g, '$1\\\\u{'));
    return isRecord(call) && call['tool'] === tool && isRecord(call['arguments']) ? call['arguments'] : null;
  } catch {
    return null;
  }
}

/** An end and a length exclude each other: one of them that stays untold keeps the words from being whole. */
const timeKeys = (start: unknown, end: unknown) =>
  isRecord(start) ? ['start', end === undefined ? 'durationMinutes' : 'end'] : [];

function timeWords({ start, end, durationMinutes }: Arguments, language: Language, texts: PageTexts): string | null {
  const from = momentIn(start);
  if (from === null || (end !== undefined && momentIn(end) === null)) return null;
  const to = momentIn(end);
  if (from.time === null) {
    // Whole days end before the day that `end` names.
    const last = to && dayBefore(to.date);
    const days = [from.date, ...(last && last !== from.date ? [last] : [])];
    return texts.approval.allDay(days.map((day) => localDayWords(day, language)).join(' – '));
  }
  const begin = localMomentWords(`${from.date}T${from.time}`, language);
  if (typeof durationMinutes === 'number') return `${begin} · ${unitWords(durationMinutes, 'minute', language)}`;
  if (!to?.time) return begin;
  const ends = `${to.date}T${to.time}`;
  return `${begin} – ${to.date === from.date ? clockWords(new Date(ends), language) : localMomentWords(ends, language)}`;
}

function shownWords(shown: unknown, language: Language): string | null {
  if (!isRecord(shown)) return null;
  const [title, start] = [textIn(shown['title']), textIn(shown['start'])];
  if (title === null || start === null || Number.isNaN(Date.parse(start))) return null;
  return `${title} · ${isDate(start) ? localDayWords(start, language) : momentWords(new Date(start), language)}`;
}

function momentIn(value: unknown): { date: string; time: string | null } | null {
  if (!isRecord(value) || !isDate(value['date'])) return null;
  const { date, time } = value;
  if (time === undefined) return { date, time: null };
  return typeof time === 'string' && /^\d\d:\d\d$/.test(time) ? { date, time } : null;
}

const dayBefore = (date: string) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
const isDate = (value: unknown): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
const textIn = (value: unknown) => (typeof value === 'string' ? value : null);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

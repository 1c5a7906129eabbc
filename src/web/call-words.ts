import type { Language, PageTexts } from '../domain/texts/page.ts';
import { isRecord, isDate, isTime, textIn } from './read-json.ts';
import { repeatWords } from './repeat-words.ts';
import { clockWords, dateWords, momentWords, THEN, unitWords } from './time-words.ts';

export interface CallWords {
  lines: { label: string; value: string }[];
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
  const lines: CallWords['lines'] = [];
  const tell = (label: string, value: string | null, ...keys: string[]) => {
    if (value === null) return;
    keys.forEach((key) => told.add(key));
    lines.push({ label, value });
  };

  const changes = call.tool === 'calendar_update_event';
  // Its id says nothing to a person; the title and the start that it was shown with do.
  tell(fields.event, shownWords(given['shown'], language), 'shown', 'eventId');
  tell(changes ? fields.newTitle : fields.title, textIn(given['title']), 'title');
  tell(changes ? fields.newTime : fields.time, timeWords(given, language, texts), 'start', 'end', 'durationMinutes');
  if (given['timeZone'] === Intl.DateTimeFormat().resolvedOptions().timeZone) told.add('timeZone');
  else tell(fields.timeZone, textIn(given['timeZone']), 'timeZone');
  tell(changes ? fields.newLocation : fields.location, textIn(given['location']), 'location');
  tell(fields.repeat, repeatWords(given['repeat'], language, texts), 'repeat');
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

/** Null for anything but a start, and one end or one length that fits it. */
function timeWords({ start, end, durationMinutes }: Arguments, language: Language, texts: PageTexts): string | null {
  const [from, to] = [momentIn(start), momentIn(end)];
  const misfit = end !== undefined && (to === null || durationMinutes !== undefined || !to.time !== !from?.time);
  if (from === null || misfit) return null;
  if (from.time === null) {
    if (durationMinutes !== undefined) return null;
    // Whole days end before the day that `end` names.
    const last = to ? dayBefore(to.date) : from.date;
    const days = last === from.date ? [last] : [from.date, last];
    return texts.approval.allDay(days.map((day) => dateWords(day, language)).join(' – '));
  }
  const begins = wordsOf(from.date, from.time, language);
  if (to?.time) {
    const until = new Date(`${to.date}T${to.time}`);
    return `${begins} – ${to.date === from.date ? clockWords(until, language) : momentWords(until, language)}`;
  }
  if (durationMinutes === undefined) return begins;
  return typeof durationMinutes === 'number'
    ? `${begins}${THEN}${unitWords(durationMinutes, 'minute', language)}`
    : null;
}

function shownWords(shown: unknown, language: Language): string | null {
  if (!isRecord(shown)) return null;
  const [title, start] = [textIn(shown['title']), textIn(shown['start'])];
  if (title === null || start === null || Number.isNaN(Date.parse(start))) return null;
  return `${title}${THEN}${isDate(start) ? dateWords(start, language) : momentWords(new Date(start), language)}`;
}

function momentIn(value: unknown): { date: string; time: string | null } | null {
  if (!isRecord(value) || !isDate(value['date'])) return null;
  const { date, time } = value;
  if (time === undefined) return { date, time: null };
  return isTime(time) ? { date, time } : null;
}

/** A date and a time without a zone are what the clocks show, here as there. */
const wordsOf = (date: string, time: string, language: Language) => momentWords(new Date(`${date}T${time}`), language);

const dayBefore = (date: string) => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);

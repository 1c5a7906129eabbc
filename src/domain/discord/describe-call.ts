import { addDays } from '../dates.ts';
import { changeTexts, type Moment, type RepeatArguments } from '../texts/changes.ts';
import { pageTexts } from '../texts/page.ts';
import type { Language } from '../words.ts';
import { plainWords } from './escape.ts';

type Fields = Record<string, unknown>;

/**
 * What a call will do, in a few plain lines made from the text that is approved. Only an aid to reading: the whole text
 * is shown beside it, and what has no words here is only there.
 */
export function describeCall(tool: string, preview: string, language: Language): string[] {
  try {
    const call: unknown = JSON.parse(preview);
    return isFields(call) && isFields(call['arguments']) ? linesOf(tool, call['arguments'], language) : [];
  } catch {
    return [];
  }
}

function linesOf(tool: string, given: Fields, language: Language): string[] {
  const { fields } = pageTexts(language).approval;
  const changes = tool === 'calendar_update_event';
  const shown = isFields(given['shown']) ? wordsOf(given['shown']['title']) : null;
  const lines: [string, string | null][] = [
    [fields.event, shown],
    [changes ? fields.newTitle : fields.title, wordsOf(given['title'])],
    [changes ? fields.newTime : fields.time, whenOf(given, language)],
    [changes ? fields.newLocation : fields.location, wordsOf(given['location'])],
    [fields.repeat, isFields(given['repeat']) ? repeatOf(given['repeat'], language) : null],
  ];
  return lines.flatMap(([label, words]) => (words === null ? [] : [`${label}: ${words}`]));
}

function whenOf({ start, end, durationMinutes }: Fields, language: Language): string | null {
  const [from, to] = [momentOf(start), momentOf(end)];
  if (from === null) return null;
  const { when } = changeTexts[language];
  if (from.time === null) return when(from, { date: to === null ? from.date : addDays(to.date, -1), time: null });
  if (to !== null) return to.time === null ? null : when(from, to);
  if (typeof durationMinutes !== 'number') return null;
  // As clocks show it: a night with a switch of clocks is read in the whole text.
  const ends = new Date(Date.parse(`${from.date}T${from.time}:00Z`) + durationMinutes * 60_000).toISOString();
  return when(from, { date: ends.slice(0, 10), time: ends.slice(11, 16) });
}

function momentOf(value: unknown): Moment | null {
  if (!isFields(value)) return null;
  const [date, time] = [textOf(value['date']), textOf(value['time'])];
  if (date === null || !/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) return null;
  return time === null || /^([01]\d|2[0-3]):[0-5]\d$/.test(time) ? { date, time } : null;
}

function repeatOf(repeat: Fields, language: Language): string | null {
  const { every } = repeat;
  if (every !== 'day' && every !== 'week' && every !== 'month') return null;
  return changeTexts[language].repeats(repeat as unknown as RepeatArguments);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** What somebody wrote. */
const wordsOf = (value: unknown) => (textOf(value) === null ? null : plainWords(String(value)));
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

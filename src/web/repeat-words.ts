import type { Language, PageTexts } from '../domain/texts/page.ts';
import { isDate, isRecord } from './read-json.ts';
import { dateWords, THEN } from './time-words.ts';

/** 1 January 2024 was a Monday. */
const WEEK = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 };

/** "매주 월, 수 · 10번"; null for a repetition that holds anything without words. */
export function repeatWords(repeat: unknown, language: Language, texts: PageTexts): string | null {
  if (!isRecord(repeat)) return null;
  const { every, interval = 1, weekdays = [], count, until, ...rest } = repeat;
  if (every !== 'day' && every !== 'week' && every !== 'month') return null;
  if (typeof interval !== 'number' || !Array.isArray(weekdays) || Object.keys(rest).length > 0) return null;
  const days = weekdays.map((day: unknown) => weekdayWords(day, language));
  if (days.includes(null)) return null;
  if ((count !== undefined && typeof count !== 'number') || (until !== undefined && !isDate(until))) return null;

  const { repeat: words } = texts.approval;
  return [
    words.on(words.every[every](interval), days.join(', ')),
    ...(count === undefined ? [] : [words.times(count)]),
    ...(until === undefined ? [] : [words.until(dateWords(until, language))]),
  ].join(THEN);
}

function weekdayWords(day: unknown, language: Language): string | null {
  const date = Object.entries(WEEK).find(([name]) => name === day)?.[1];
  return date === undefined ? null : weekdayFormat(language).format(new Date(2024, 0, date));
}

const weekdayFormat = (language: Language) => new Intl.DateTimeFormat(language, { weekday: 'short' });

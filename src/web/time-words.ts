import type { Language } from '../domain/texts/page.ts';

/** Between two things said of one; a line never begins with it. */
export const THEN = '\u00a0· ';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Below this, hours are too coarse to say how long is left. */
const IN_MINUTES_BELOW_MS = 1.5 * HOUR_MS;

/** "23시간", "45 minutes"; null when nothing is left. */
export function timeLeftWords(leftMs: number, language: Language): string | null {
  if (leftMs <= 0) return null;
  const minutes = leftMs < IN_MINUTES_BELOW_MS;
  const amount = minutes ? Math.ceil(leftMs / MINUTE_MS) : Math.round(leftMs / HOUR_MS);
  return unitWords(amount, minutes ? 'minute' : 'hour', language);
}

/** "90분", "1 hour" */
export function unitWords(amount: number, unit: 'minute' | 'hour', language: Language): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount);
}

/** "11월 24일 (월) 오후 10:50" in the browser's time zone; with the year unless it is this one. */
export function momentWords(time: Date, language: Language): string {
  return new Intl.DateTimeFormat(language, {
    ...shortDay(time),
    hour: 'numeric',
    minute: '2-digit',
  }).format(time);
}

/** "11월 24일 (월)"; with the year unless it is this one. */
export function shortDayWords(time: Date, language: Language): string {
  return new Intl.DateTimeFormat(language, shortDay(time)).format(time);
}

/** The same of `YYYY-MM-DD`. */
export function dateWords(date: string, language: Language): string {
  return shortDayWords(new Date(`${date}T00:00`), language);
}

const shortDay = (time: Date): Intl.DateTimeFormatOptions => ({
  year: time.getFullYear() === new Date().getFullYear() ? undefined : 'numeric',
  month: 'short',
  day: 'numeric',
  weekday: 'short',
});

/** "오후 10:50" */
export function clockWords(time: Date, language: Language): string {
  return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(time);
}

/** "오늘", "어제", or the date. */
export function dayWords(
  time: Date,
  now: Date,
  language: Language,
  near: { today: string; yesterday: string },
): string {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (isSameDay(time, now)) return near.today;
  if (isSameDay(time, yesterday)) return near.yesterday;
  const year = time.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(language, { year, month: 'long', day: 'numeric', weekday: 'long' }).format(time);
}

export function isSameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

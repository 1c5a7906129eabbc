/** Calendar dates without a time, `YYYY-MM-DD`, as people mean them in their own time zone. */
export type LocalDate = string;

const DAY_MS = 86_400_000;

/** The date at `instant` in `timeZone` (IANA name). */
export function localDate(instant: Date, timeZone: string): LocalDate {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  );
}

/** The time of day at `instant` in `timeZone`, `HH:MM`. */
export function localTime(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant);
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Monday of the week that holds `date`: weeks start on Monday (ISO 8601). */
export function mondayOf(date: LocalDate): LocalDate {
  const sundayBased = new Date(`${date}T00:00:00Z`).getUTCDay();
  return addDays(date, -((sundayBased + 6) % 7));
}

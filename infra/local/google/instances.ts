import type { EventStore, StoredEvent } from './event-store.ts';
import { occurrencesOf } from './event-time.ts';
import type { Person } from './people.ts';

const DAY_MS = 86_400_000;

/**
 * The day of a recurring event that an id such as `abcde_20261203T030000Z` names, made from its series. Null when the
 * series is gone or does not happen then. A day that was changed by itself has a row of its own, which counts instead.
 */
export function findInstance(events: EventStore, { email, timeZone }: Person, id: string): StoredEvent | null {
  const [, seriesId = '', day = ''] = /^(.+)_(\d{8})(?:T\d{6}Z)?$/.exec(id) ?? [];
  const series = events.find(email, seriesId);
  if (!series?.body.recurrence || series.status === 'cancelled') return null;
  const until = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`) + 2 * DAY_MS;
  if (Number.isNaN(until)) return null;
  const occurrence = occurrencesOf(series.body, timeZone, until).find(({ suffix }) => series.id + suffix === id);
  if (!occurrence) return null;
  const { recurrence: _recurrence, ...fields } = series.body;
  const { start, end } = occurrence;
  return { ...series, id, body: { ...fields, start, end, recurringEventId: series.id, originalStartTime: start } };
}

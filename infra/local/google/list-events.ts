import type { EventStore, StoredEvent } from './event-store.ts';
import type { Occurrence } from './event-time.ts';
import { occurrencesOf } from './event-time.ts';
import { googleError } from './google-error.ts';
import type { Answer } from './http.ts';
import { json } from './http.ts';
import type { Person } from './people.ts';
import { renderEvent } from './render-event.ts';
import { isTimeZone } from './zoned-time.ts';

const DEFAULT_RESULTS = 250;
const MAX_RESULTS = 2500;
/** Recurring events without an end are expanded this far when no `timeMax` is given. */
const HORIZON_MS = 366 * 86_400_000;

/** `events.list`: what touches `[timeMin, timeMax)`, page by page. */
export function listEvents(events: EventStore, person: Person, query: URLSearchParams): Answer {
  const timeMin = bound(query.get('timeMin'), -Infinity);
  const timeMax = bound(query.get('timeMax'), Infinity);
  const timeZone = query.get('timeZone') ?? person.timeZone;
  const single = query.get('singleEvents') === 'true';
  const offset = Number(Buffer.from(query.get('pageToken') ?? '', 'base64url').toString() || 0);
  const maxResults = Number(query.get('maxResults') ?? DEFAULT_RESULTS);
  if ([timeMin, timeMax, offset, maxResults].some(Number.isNaN) || maxResults < 1 || !isTimeZone(timeZone)) {
    return googleError(400, 'badRequest', 'Bad Request');
  }
  if (query.get('orderBy') === 'startTime' && !single) {
    return googleError(400, 'badRequest', 'The requested ordering is not available for the particular query.');
  }

  const horizon = Number.isFinite(timeMax) ? timeMax : Math.max(Date.now(), timeMin) + HORIZON_MS;
  const exceptions = events.exceptions(person.email);
  const found = events
    .list(person.email)
    .flatMap((event) => occurrences(event, person.timeZone, horizon).map((occurrence) => ({ event, occurrence })))
    .filter(({ event, occurrence }) => !occurrence.suffix || !exceptions.has(event.id + occurrence.suffix))
    .filter(({ occurrence }) => occurrence.endsAt > timeMin && occurrence.startsAt < timeMax)
    .sort((a, b) => a.occurrence.startsAt - b.occurrence.startsAt || a.event.id.localeCompare(b.event.id));
  const shown = single ? found : onePerEvent(found);
  const size = Math.min(maxResults, MAX_RESULTS);
  const next = offset + size;
  return json(200, {
    kind: 'calendar#events',
    summary: person.email,
    timeZone,
    accessRole: 'owner',
    items: shown
      .slice(offset, next)
      .map(({ event, occurrence }) => renderEvent(person, event, single ? occurrence : null, timeZone)),
    ...(next < shown.length ? { nextPageToken: Buffer.from(String(next)).toString('base64url') } : {}),
  });
}

function occurrences(event: StoredEvent, calendarZone: string, horizon: number): Occurrence[] {
  return occurrencesOf(event.body, calendarZone, horizon);
}

function onePerEvent<T extends { event: StoredEvent }>(found: T[]): T[] {
  return [...new Map(found.map((each) => [each.event.id, each])).values()];
}

/** RFC 3339 with a mandatory offset, as Google insists. */
function bound(text: string | null, missing: number): number {
  if (text === null) return missing;
  return /(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : NaN;
}

import type { StoredEvent } from './event-store.ts';
import type { EventTime, Occurrence } from './event-time.ts';
import { instantOf } from './event-time.ts';
import type { Person } from './people.ts';
import { isoInZone } from './zoned-time.ts';

/** Another one after every change. */
export function etagOf({ id, sequence }: StoredEvent): string {
  return `"${id}-${sequence}"`;
}

/** An event as Google writes it: moments with the offset of the asked zone. */
export function renderEvent(
  person: Person,
  event: StoredEvent,
  occurrence: Occurrence | null = null,
  timeZone = person.timeZone,
) {
  const inZone = (time: EventTime): EventTime =>
    time.date ? { date: time.date } : { ...time, dateTime: isoInZone(instantOf(time, person.timeZone), timeZone) };
  const { recurrence, start, end, ...fields } = event.body;
  const isInstance = Boolean(occurrence?.suffix);
  return {
    ...fields,
    kind: 'calendar#event',
    etag: etagOf(event),
    id: event.id + (occurrence?.suffix ?? ''),
    status: event.status,
    created: event.created,
    updated: event.updated,
    creator: { email: person.email, self: true },
    organizer: { email: person.email, self: true },
    iCalUID: `${event.id}@practice.invalid`,
    sequence: event.sequence,
    start: inZone(occurrence?.start ?? start),
    end: inZone(occurrence?.end ?? end),
    ...(isInstance ? { recurringEventId: event.id, originalStartTime: inZone(occurrence?.start ?? start) } : {}),
    ...(recurrence && !isInstance ? { recurrence } : {}),
  };
}

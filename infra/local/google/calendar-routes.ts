import type { DatabaseSync } from 'node:sqlite';

import type { EventStore, StoredEvent } from './event-store.ts';
import type { EventBody } from './event-time.ts';
import { faultOfTimes } from './event-time.ts';
import { googleError } from './google-error.ts';
import type { Grants } from './grants.ts';
import type { Answer, Request, Route } from './http.ts';
import { json, noContent } from './http.ts';
import { findInstance } from './instances.ts';
import { listEvents } from './list-events.ts';
import { mergePatch } from './merge-patch.ts';
import type { Person } from './people.ts';
import { findPerson } from './people.ts';
import { etagOf, renderEvent } from './render-event.ts';
import { ALLOWS } from './scopes.ts';

const EVENTS_PATH = '/calendar/v3/calendars/:calendar/events';
/** Google's base32hex alphabet for ids that clients choose. */
const CLIENT_ID = /^[a-v0-9]{5,1024}$/;

type Params = Record<string, string | undefined>;
type Action = (person: Person, request: Request, params: Params) => Answer;

/** Google Calendar v3, one calendar a person. */
export function createCalendarRoutes(database: DatabaseSync, grants: Grants, events: EventStore): Route[] {
  /** Who asks, whether the token may, whether the calendar is theirs; then the action. */
  function guarded(allowedBy: readonly string[], action: Action) {
    return (request: Request, params: Params): Answer => {
      const access = grants.access(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
      const person = access && findPerson(database, access.email);
      if (!access || !person) return googleError(401, 'authError', 'Invalid Credentials');
      if (!access.scopes.some((scope) => allowedBy.includes(scope))) {
        const message = 'Insufficient Permission: Request had insufficient authentication scopes.';
        return googleError(403, 'insufficientPermissions', message);
      }
      const calendar = params['calendar'] === undefined ? 'primary' : decodeURIComponent(params['calendar']);
      if (calendar !== 'primary' && calendar !== person.email) return googleError(404, 'notFound', 'Not Found');
      return action(person, request, params);
    };
  }

  function onEvent(params: Params, person: Person, act: (event: StoredEvent) => Answer): Answer {
    const id = decodeURIComponent(params['event'] ?? '');
    const event = events.find(person.email, id) ?? findInstance(events, person, id);
    return event ? act(event) : googleError(404, 'notFound', 'Not Found');
  }

  const insert: Action = (person, request) => {
    const body = readEvent(request);
    if (!body) return googleError(400, 'parseError', 'Parse Error');
    const { id = null, ...rest } = mergePatch({}, body);
    if (id !== null && (typeof id !== 'string' || !CLIENT_ID.test(id))) {
      return googleError(400, 'invalid', 'Invalid resource id value.');
    }
    const fault = faultOfTimes(rest, person.timeZone);
    if (fault) return googleError(400, 'invalid', fault);
    const stored = events.insert(person.email, id, rest as EventBody);
    if (!stored) return googleError(409, 'duplicate', 'The requested identifier already exists.');
    return json(200, renderEvent(person, stored));
  };

  const change =
    (kind: 'patch' | 'update'): Action =>
    (person, request, params) =>
      onEvent(params, person, (event) => {
        const body = readEvent(request);
        if (!body) return googleError(400, 'parseError', 'Parse Error');
        if (isStale(request, event)) return googleError(412, 'conditionNotMet', 'Precondition Failed');
        const { id: _id, status, ...rest } = kind === 'patch' ? mergePatch({ ...event.body }, body) : body;
        const fault = faultOfTimes(rest, person.timeZone);
        if (fault) return googleError(400, 'invalid', fault);
        // What is deleted stays deleted, unless the change says otherwise.
        const known = STATUSES.find((each) => each === status) ?? event.status;
        const stored = events.change(kind, person.email, { ...event, body: rest as EventBody, status: known });
        return stored ? json(200, renderEvent(person, stored)) : googleError(404, 'notFound', 'Not Found');
      });

  const remove: Action = (person, request, params) =>
    onEvent(params, person, (event) => {
      if (event.status === 'cancelled') return googleError(410, 'deleted', 'Resource has been deleted');
      if (isStale(request, event)) return googleError(412, 'conditionNotMet', 'Precondition Failed');
      events.remove(person.email, event);
      return noContent();
    });

  const calendar: Action = (person) =>
    json(200, { kind: 'calendar#calendar', id: person.email, summary: person.email, timeZone: person.timeZone });

  const setting: Action = (person, _request, params) =>
    params['setting'] === 'timezone'
      ? json(200, { kind: 'calendar#setting', id: 'timezone', value: person.timeZone })
      : googleError(404, 'notFound', 'Not Found');

  const get: Action = (person, _request, params) =>
    onEvent(params, person, (event) => json(200, renderEvent(person, event)));

  const { readEvents, writeEvents, readCalendar, readSettings } = ALLOWS;
  const list: Action = (person, request) => listEvents(events, person, request.url.searchParams);
  return [
    { method: 'GET', path: '/calendar/v3/calendars/:calendar', handle: guarded(readCalendar, calendar) },
    { method: 'GET', path: '/calendar/v3/users/me/settings/:setting', handle: guarded(readSettings, setting) },
    { method: 'GET', path: EVENTS_PATH, handle: guarded(readEvents, list) },
    { method: 'POST', path: EVENTS_PATH, handle: guarded(writeEvents, insert) },
    { method: 'GET', path: `${EVENTS_PATH}/:event`, handle: guarded(readEvents, get) },
    { method: 'PATCH', path: `${EVENTS_PATH}/:event`, handle: guarded(writeEvents, change('patch')) },
    { method: 'PUT', path: `${EVENTS_PATH}/:event`, handle: guarded(writeEvents, change('update')) },
    { method: 'DELETE', path: `${EVENTS_PATH}/:event`, handle: guarded(writeEvents, remove) },
  ];
}

const STATUSES = ['confirmed', 'tentative', 'cancelled'] as const;

/** `If-Match` names another version than the one that is there. */
function isStale(request: Request, event: StoredEvent): boolean {
  const wanted = request.headers['if-match'];
  return wanted !== undefined && wanted !== '*' && wanted !== etagOf(event);
}

function readEvent(request: Request): Partial<EventBody> | null {
  try {
    const value: unknown = JSON.parse(request.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

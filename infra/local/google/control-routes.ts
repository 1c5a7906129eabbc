import type { DatabaseSync } from 'node:sqlite';

import type { EventStore } from './event-store.ts';
import type { Fault, Faults } from './faults.ts';
import type { Grants } from './grants.ts';
import type { Answer, Handler, Request, Route } from './http.ts';
import { json } from './http.ts';
import { addPerson } from './people.ts';
import type { Settings } from './settings.ts';

const FAULT_FIELDS = [
  'name',
  'path',
  'method',
  'body',
  'status',
  'reason',
  'retryAfter',
  'hang',
  'truncate',
  'html',
  'hold',
  'afterEffect',
  'times',
];

/** What tests and demonstrations turn and read. The server is on loopback; web pages are kept out besides. */
export function createControlRoutes(parts: {
  database: DatabaseSync;
  grants: Grants;
  events: EventStore;
  faults: Faults;
  settings: Settings;
}): Route[] {
  const { database, grants, events, faults, settings } = parts;
  const refuse = (message: string, status = 400) => json(status, { error: { code: 'invalidRequest', message } });

  function control(act: (body: Record<string, unknown>) => Answer): Handler {
    return (request: Request) => {
      if (request.headers.origin || request.headers['sec-fetch-site'] === 'cross-site') {
        return refuse('Not for web pages.', 403);
      }
      const body = readObject(request.body);
      return body ? act(body) : refuse('The body must be a JSON object.');
    };
  }

  return [
    { method: 'GET', path: '/_emulator/ledger', handle: control(() => json(200, { effects: events.ledger() })) },
    {
      method: 'GET',
      path: '/_emulator/token-requests',
      handle: control(() => json(200, { grants: grants.tokenRequests() })),
    },
    {
      method: 'POST',
      path: '/_emulator/faults',
      handle: control((body) => {
        const unknown = Object.keys(body).filter((field) => !FAULT_FIELDS.includes(field));
        if (unknown.length > 0 || typeof body['path'] !== 'string') return refuse(`Unknown or missing: ${unknown}`);
        faults.add(body as unknown as Fault);
        return json(200, {});
      }),
    },
    {
      method: 'GET',
      path: '/_emulator/faults',
      handle: control(() => json(200, { pending: faults.pending(), held: faults.held() })),
    },
    {
      method: 'POST',
      path: '/_emulator/release',
      handle: control(({ drop, name }) =>
        json(200, {
          released: faults.release(drop === true ? 'drop' : 'answer', typeof name === 'string' ? name : undefined),
        }),
      ),
    },
    {
      method: 'POST',
      path: '/_emulator/people',
      handle: control(({ email, name }) => {
        if (typeof email !== 'string' || !email.includes('@')) return refuse('`email` is needed.');
        return json(200, addPerson(database, email, typeof name === 'string' ? name : email));
      }),
    },
    {
      method: 'DELETE',
      path: '/_emulator/faults',
      handle: control(() => {
        faults.clear();
        return json(200, {});
      }),
    },
    {
      method: 'POST',
      path: '/_emulator/expire-access-tokens',
      handle: control(() => json(200, { expired: grants.expireAccessTokens() })),
    },
    {
      method: 'POST',
      path: '/_emulator/revoke',
      handle: control((body) => json(200, { revoked: grants.revokePerson(String(body['person'])) })),
    },
    {
      method: 'POST',
      path: '/_emulator/settings',
      handle: control((body) => {
        if (typeof body['accessTokenTtl'] === 'number') settings.accessTokenTtl = body['accessTokenTtl'];
        if (typeof body['rotate'] === 'boolean') settings.rotate = body['rotate'];
        return json(200, settings);
      }),
    },
  ];
}

function readObject(text: string): Record<string, unknown> | null {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

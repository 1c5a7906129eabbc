import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createCalendarRoutes } from './calendar-routes.ts';
import { createControlRoutes } from './control-routes.ts';
import { openDatabase } from './database.ts';
import { createEventStore } from './event-store.ts';
import { createFaults, faultyAnswer } from './faults.ts';
import { createGrants } from './grants.ts';
import type { Answer, Request, Route } from './http.ts';
import { BodyTooLarge, json, readBody } from './http.ts';
import { seedPeople } from './people.ts';
import { seedCalendars } from './seed-calendars.ts';
import type { Settings } from './settings.ts';
import { createSignInRoutes } from './sign-in-routes.ts';
import { loadSigningKey } from './signing-key.ts';
import { createTokenRoutes } from './token-routes.ts';

export interface EmulatedGoogleOptions {
  /** 0 takes a free one. */
  port: number;
  /** Folder of the database; null keeps everything in memory. */
  dataFolder: string | null;
  clientId: string;
  clientSecret: string;
  redirectUris: readonly string[];
  accessTokenTtlSeconds?: number;
  rotateRefreshTokens?: boolean;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface EmulatedGoogle {
  /** `http://127.0.0.1:<port>`; issuer and base of every path. */
  url: string;
  close(): Promise<void>;
}

/** Panager's practice Google, on loopback. Rejects when the port is taken (`EADDRINUSE`). */
export async function createEmulatedGoogle(options: EmulatedGoogleOptions): Promise<EmulatedGoogle> {
  const now = options.now ?? Date.now;
  const settings: Settings = {
    accessTokenTtl: options.accessTokenTtlSeconds ?? 3600,
    rotate: options.rotateRefreshTokens ?? false,
  };
  const client = { id: options.clientId, secret: options.clientSecret, redirectUris: options.redirectUris };
  const database = openDatabase(options.dataFolder);
  seedPeople(database);
  const events = createEventStore(database, now);
  seedCalendars(database, events, now());
  const grants = createGrants(database, settings, now);
  const faults = createFaults();
  const routes: Route[] = [
    ...createSignInRoutes(database, grants, client),
    ...createTokenRoutes(database, grants, client, loadSigningKey(database), now),
    ...createCalendarRoutes(database, grants, events),
    ...createControlRoutes({ database, grants, events, faults, settings }),
  ];
  const answer = createDispatcher(routes);
  let url = '';

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request: Request = {
      method: incoming.method ?? 'GET',
      url: new URL(incoming.url ?? '/', url),
      headers: incoming.headers,
      body: await readBody(incoming),
    };
    const path = request.url.pathname;
    const fault = path.startsWith('/_emulator/') ? null : faults.take(request.method, path, request.body);
    if (!fault) return send(response, answer(request));
    const lost = fault.afterEffect ? answer(request) : null;
    if (fault.hold) {
      const how = await faults.hold(fault.name ?? '', request.method, path);
      // Whoever asked may be gone by now. The request is taken up all the same: it was on its way.
      return how === 'drop' ? void response.destroy() : send(response, lost ?? answer(request));
    }
    if (fault.hang) return;
    const instead = fault.truncate ? (lost ?? json(200, { practice: 'truncated' })) : faultyAnswer(fault, path);
    send(response, instead, fault.truncate);
  }

  const server = createServer((incoming, response) => {
    // Another name in `Host` is a page that rebinds its own name to loopback.
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(incoming.headers.host ?? '')) {
      return send(response, json(421, { error: 'misdirected_request' }));
    }
    serve(incoming, response).catch((error: unknown) => {
      const status = error instanceof BodyTooLarge ? 413 : error instanceof URIError ? 400 : 500;
      send(response, json(status, { error: 'invalid_request' }));
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, '127.0.0.1', resolve);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      database.close();
    },
  };
}

function createDispatcher(routes: readonly Route[]): (request: Request) => Answer {
  const patterns = routes.map((route) => ({ route, pattern: new URLPattern({ pathname: route.path }) }));
  return (request) => {
    for (const { route, pattern } of patterns) {
      const match = route.method === request.method ? pattern.exec({ pathname: request.url.pathname }) : null;
      if (match) return route.handle(request, match.pathname.groups);
    }
    return json(404, { error: 'not_found', error_description: 'This practice Google does not serve that path.' });
  };
}

function send(response: ServerResponse, answer: Answer, truncated = false): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  if (!truncated) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

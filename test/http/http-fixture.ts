import { randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { expect } from '@jest/globals';
import type { Consent, FlowDescription } from '../../src/connections/consent.ts';
import { createServer } from '../../src/http/server.ts';
import type { ServerLimits } from '../../src/http/server.ts';
import type { DiscordParts } from '../../src/http/parts.ts';
import type { HttpSettings } from '../../src/http/settings.ts';
import type { Logger } from '../../src/logger.ts';
import type { ConnectionReader, EventFeed, Intake, RequestReader, RequestView } from '../../src/ports/requests.ts';
import type { Projects, RunLogFeed, Runs } from '../../src/ports/runs.ts';
import type { Identity, Sessions, User } from '../../src/ports/sessions.ts';

/** Where browsers believe to be; the socket is another one, so requests here say `Host` themselves. */
export const PUBLIC_URL = 'http://localhost:8000';
export const HOST = 'localhost:8000';
export const GOOGLE = 'https://accounts.example';

export const kim: User = { id: '11111111-1111-4111-8111-111111111111', name: 'Kim', language: 'ko' };
export const lee: User = { id: '22222222-2222-4222-8222-222222222222', name: 'Lee', language: 'en' };
export const LINK = 'AAAAAAAAAAAAAAAAAAAAAA';
export const REQUEST_ID = '33333333-3333-4333-8333-333333333333';
export const FLOW_ID = '44444444-4444-4444-8444-444444444444';
export const ATTEMPT_ID = '55555555-5555-4555-8555-555555555555';

export interface Call {
  name: string;
  args: unknown[];
}

/** What tests hand in; everything else is refused loudly. */
export interface Given {
  settings?: Partial<HttpSettings>;
  server?: Partial<ServerLimits>;
  consent?: Partial<Consent>;
  requests?: Partial<RequestReader>;
  connections?: Partial<ConnectionReader>;
  feed?: Partial<EventFeed>;
  projects?: Partial<Projects>;
  runs?: Partial<Runs>;
  runLogs?: Partial<RunLogFeed>;
  intake?: Partial<Intake>;
  sessions?: Partial<Sessions>;
  discord?: DiscordParts;
  readiness?: () => Promise<boolean>;
  /** A free port when it is left out. */
  listenOn?: number;
  webRoot?: string;
}

export type Http = Awaited<ReturnType<typeof startHttp>>;

/** The real server over ports that record calls. `stop` also fails the test that called what it did not expect. */
export async function startHttp(given: Given = {}) {
  const calls: Call[] = [];
  const unexpected: string[] = [];
  const logLines: { level: string; fields: unknown; message: string | undefined }[] = [];
  const people = new Map<string, User>();

  const strict = <T extends object>(port: string, methods: Partial<T>): T =>
    new Proxy(methods as T, {
      get: (target, method) => {
        const implementation: unknown = Reflect.get(target, method);
        return (...args: unknown[]) => {
          const name = `${port}.${String(method)}`;
          calls.push({ name, args });
          if (typeof implementation === 'function') return Reflect.apply(implementation, undefined, args) as unknown;
          unexpected.push(name);
          throw new Error(`unexpected call: ${name}`);
        };
      },
    });

  const sessions: Sessions = {
    signIn: async (identity: Identity) => {
      const user = { id: randomUUID(), name: identity.displayName, language: identity.language };
      return { token: signInAs(user), user };
    },
    find: async (token) => people.get(token) ?? null,
    end: async (token) => void people.delete(token),
    ...given.sessions,
  };

  /** A session without a sign-in. Returns the cookie's value. */
  function signInAs(user: User): string {
    const token = randomBytes(32).toString('base64url');
    people.set(token, user);
    return token;
  }

  const log =
    (level: string) =>
    (fields: object | string, message?: string): void =>
      void logLines.push({ level, fields, message: typeof fields === 'string' ? fields : message });
  const logger: Logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: () => logger,
  };

  const server = createServer(
    {
      settings: {
        publicUrl: PUBLIC_URL,
        mode: 'test',
        trustProxy: 0,
        emulated: ['google'],
        offlinePlanner: true,
        deployment: 'cloud',
        allowedUsers: null,
        providers: [
          {
            provider: 'google',
            redirectUri: `${PUBLIC_URL}/oauth/google/callback`,
            authorizationOrigin: GOOGLE,
            emulated: true,
          },
        ],
        ...given.settings,
      },
      sessions: strict<Sessions>('sessions', sessions),
      discord: given.discord ?? null,
      intake: strict<Intake>('intake', given.intake ?? {}),
      requests: strict<RequestReader>('requests', given.requests ?? {}),
      connections: strict<ConnectionReader>('connections', given.connections ?? {}),
      feed: strict<EventFeed>('feed', given.feed ?? {}),
      projects: strict<Projects>('projects', given.projects ?? {}),
      runs: strict<Runs>('runs', given.runs ?? {}),
      runLogs: strict<RunLogFeed>('runLogs', given.runLogs ?? {}),
      consent: strict<Consent>('consent', given.consent ?? {}),
      pokeOutbox: () => void calls.push({ name: 'pokeOutbox', args: [] }),
      readiness: given.readiness ?? (async () => true),
      logger,
      webRoot: given.webRoot ?? null,
    },
    given.server,
  );
  const { port } = await server.listen(given.listenOn ?? 0, '127.0.0.1');

  return {
    port,
    calls,
    logLines,
    signInAs,
    signOut: (token: string) => void people.delete(token),
    /** Calls of one port, or of one method. */
    callsOf: (name: string) => calls.filter((call) => call.name === name || call.name.startsWith(`${name}.`)),
    ask: (ask: Ask) => ask_(port, ask),
    async stop() {
      await server.close();
      expect(unexpected).toEqual([]);
    },
  };
}

export interface Ask {
  method?: string;
  path: string;
  /** Null leaves a header out that is sent otherwise: `host`, `origin` (of requests that change something). */
  headers?: Record<string, string | string[] | null>;
  /** Sent as JSON. */
  json?: unknown;
  form?: Record<string, string>;
  body?: string;
  /** The session cookie's value. */
  as?: string;
  cookies?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): unknown;
  /** The code of an error answer. */
  code(): unknown;
  cookies: string[];
}

async function ask_(port: number, ask: Ask): Promise<Answer> {
  const method = ask.method ?? 'GET';
  const body = ask.json !== undefined ? JSON.stringify(ask.json) : (ask.body ?? formOf(ask.form));
  const cookie = [ask.as && `panager=${ask.as}`, ask.cookies].filter(Boolean).join('; ');
  const headers: Ask['headers'] = {
    host: HOST,
    origin: method === 'GET' || method === 'HEAD' ? null : PUBLIC_URL,
    cookie: cookie || null,
    'content-type': ask.json !== undefined ? 'application/json' : ask.form ? 'application/x-www-form-urlencoded' : null,
    'content-length': body === undefined ? null : String(Buffer.byteLength(body)),
    ...ask.headers,
  };
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)) as IncomingHttpHeaders;

  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: '127.0.0.1', method, path: ask.path, headers: sent, agent: false, setHost: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const json = (): unknown => JSON.parse(text);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json,
            code: () => (json() as { error: { code: unknown } }).error.code,
            cookies: response.headers['set-cookie'] ?? [],
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

function formOf(form: Record<string, string> | undefined): string | undefined {
  return form && new URLSearchParams(form).toString();
}

export function requestView(changes: Partial<RequestView> = {}): RequestView {
  return {
    id: REQUEST_ID,
    revision: 3,
    text: '이번 주 일정 보여줘',
    language: 'ko',
    timeZone: 'Asia/Seoul',
    status: 'waiting',
    answer: null,
    approvals: [],
    waitingFor: [
      {
        provider: 'google',
        reason: 'neverConnected',
        missingScopes: ['https://www.googleapis.com/auth/calendar.events.readonly'],
        publicId: LINK,
        flowId: FLOW_ID,
        deadline: new Date('2026-11-20T00:00:00Z'),
        lastOutcome: null,
        openedByStranger: false,
      },
    ],
    calls: [{ id: '1.0', tool: 'calendar_list_events', status: 'waiting' }],
    createdAt: new Date('2026-11-19T00:00:00Z'),
    finishedAt: null,
    ...changes,
  };
}

/** Kim's live flow behind `LINK`. */
export function flowOfKim(changes: Partial<FlowDescription> = {}): FlowDescription {
  return {
    flowId: FLOW_ID,
    publicId: LINK,
    ownerId: kim.id,
    provider: 'google',
    live: true,
    language: 'ko',
    platform: 'web',
    reason: 'neverConnected',
    scopes: ['https://www.googleapis.com/auth/calendar.events.readonly'],
    previousAccount: null,
    waiting: [{ requestId: REQUEST_ID, text: '이번 주 일정 보여줘' }],
    deadline: new Date(Date.now() + 23 * 60 * 60 * 1000),
    ...changes,
  };
}

/** Waits until `condition` holds; fails after the bound. */
export async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`still not so after ${withinMs} ms: ${String(condition)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

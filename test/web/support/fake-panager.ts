import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { ConnectionEvent, ConnectionView, RequestAnswer, SessionAnswer } from '../../../src/http/contract.ts';
import { until } from '../../support/until.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** As strict as the product's own, so that a page that needs more breaks here first. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'";

export interface Call {
  /** `POST /api/messages`, without the query. */
  route: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
}

export interface Answer {
  status: number;
  body?: unknown;
}

type Handler = (call: Call) => Answer | Promise<Answer>;
type Event = { kind: 'request'; data: RequestAnswer } | { kind: 'connection'; data: ConnectionEvent };

/**
 * The server side of the page, in memory: it reads like the real one (session, lists, event stream with resumption) and
 * does only what a test scripted with `on`. Anything else is answered 500 and kept in `unexpected`.
 */
export async function startFakePanager(pageFolder: string, session: SessionAnswer, signedIn = true) {
  const requests = new Map<string, RequestAnswer>();
  const connections = new Map<string, ConnectionView>();
  const events: Event[] = [];
  const streams = new Set<ServerResponse>();
  const calls: Call[] = [];
  const callsOf = (route: string) => calls.filter((call) => call.route === route);
  const unexpected: string[] = [];
  const handlers = new Map<string, Handler>();
  const person = { signedIn, session };
  let streamStatus = 200;

  const send = (stream: ServerResponse, at: number) => {
    const event = events[at];
    if (event) stream.write(`id: ${at + 1}\nevent: ${event.kind}\ndata: ${JSON.stringify(event.data)}\n\n`);
  };
  const tell = (event: Event) => {
    events.push(event);
    for (const stream of streams) send(stream, events.length - 1);
  };

  function listRequests({ query }: Call): Answer {
    const older = [...requests.values()].filter(({ createdAt }) => !query['before'] || createdAt < query['before']);
    const newestFirst = older.sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
    return ok({ requests: newestFirst.slice(0, Number(query['limit'])) });
  }

  function listWaiting(): Answer {
    const waiting = [...requests.values()].flatMap(({ id, text, waitingFor }) =>
      waitingFor.map((wait) => ({ ...wait, requestId: id, text })),
    );
    return ok({ waiting });
  }

  const reads: Record<string, Handler> = {
    'GET /api/session': () => (person.signedIn ? ok(person.session) : signedOut(session)),
    'GET /api/requests': listRequests,
    'GET /api/waiting': listWaiting,
    'GET /api/connections': () => ok({ connections: [...connections.values()] }),
  };

  function answerTo(call: Call): Answer | Promise<Answer> {
    const handler = handlers.get(call.route) ?? reads[call.route];
    if (!person.signedIn && !isOpen(call.route)) return signedOut(session);
    const shown = call.headers['x-panager-user'];
    if (shown !== undefined && shown !== person.session.user.id) return signedOut(session);
    if (handler) return handler(call);
    const one = /^GET \/api\/requests\/([0-9a-f-]{36})$/.exec(call.route);
    if (one)
      return requests.has(one[1]!) ? ok(requests.get(one[1]!)) : fault(404, 'notFound', '요청을 찾을 수 없습니다.');
    unexpected.push(call.route);
    return fault(500, 'unexpected', `The test did not expect ${call.route}`);
  }

  function stream(request: IncomingMessage, response: ServerResponse) {
    calls.push({ route: 'GET /api/events', query: {}, headers: request.headers, body: undefined });
    const isTheirs = new URL(request.url ?? '', 'http://localhost').searchParams.get('user') === person.session.user.id;
    const status = person.signedIn && isTheirs ? streamStatus : 401;
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // As the product does it: a mark to resume from, before there is any event.
    const from = Number(request.headers['last-event-id'] ?? events.length);
    response.write(`retry: 100\nid: ${from}\n\n`);
    for (let at = from; at < events.length; at++) send(response, at);
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/api/events') stream(request, response);
    else if (url.pathname.startsWith('/api/')) {
      const call = await readCall(request, url);
      calls.push(call);
      const { status, body } = await answerTo(call);
      // 0 stands for a connection that breaks before the answer.
      if (status === 0) response.destroy();
      else response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
    } else serveFile(pageFolder, url.pathname, response, () => unexpected.push(`GET ${url.pathname}`));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((fault: unknown) => {
      // A page that was closed in the middle of a call wants no answer.
      if (!request.destroyed) throw fault;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));

  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    calls,
    session,
    /** Calls of one route, oldest first. */
    callsOf,
    /** The same once there are as many: what the page shows may be there before its call is. */
    received: (route: string, count = 1) =>
      until(`${count} of ${route}`, async () => {
        const received = callsOf(route);
        return received.length < count ? null : received;
      }),
    /** Scripts what a route answers from now on. */
    on: (route: string, handler: Handler) => void handlers.set(route, handler),
    /** A request as it is now; whoever listens hears of it. */
    put(request: RequestAnswer) {
      requests.set(request.id, request);
      tell({ kind: 'request', data: request });
      return request;
    },
    /** An event that contradicts or repeats what is stored. */
    tell,
    connect(connection: ConnectionView) {
      connections.set(connection.id, connection);
      tell({ kind: 'connection', data: connection });
    },
    disconnect(id: string) {
      connections.delete(id);
      tell({ kind: 'connection', data: { id, gone: true } });
    },
    signIn: () => void (person.signedIn = true),
    /** In another tab somebody else signs in; nothing that is there is theirs. Open streams live on for a while. */
    become(other: SessionAnswer) {
      person.session = other;
      requests.clear();
      connections.clear();
      events.length = 0;
    },
    /** The session ends: every call is answered 401 and the streams break. */
    endSession() {
      person.signedIn = false;
      for (const open of streams) open.destroy();
    },
    /** Open streams break; new ones get this status. */
    breakStreams(status = 200) {
      streamStatus = status;
      for (const open of streams) open.destroy();
    },
    openStreams: () => streams.size,
    /** What happened so far can no longer be resumed. */
    forgetEvents: () => void (events.length = 0),
    /** Calls that no test scripted: whoever closes the server fails on them. */
    unexpected: unexpected as readonly string[],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type FakePanager = Awaited<ReturnType<typeof startFakePanager>>;

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** What a route answers that started something. */
export const accepted = (body: unknown = {}): Answer => ({ status: 202, body });

export const fault = (status: number, code: string, message: string, hint = ''): Answer => ({
  status,
  body: { error: { code, message, hint } },
});

function signedOut({ user: _, ...place }: SessionAnswer): Answer {
  const error = { code: 'signedOut', message: '로그인이 필요합니다.', hint: '다시 로그인해 주세요.' };
  return { status: 401, body: { ...place, error } };
}

const isOpen = (route: string) => route === 'POST /api/session/local' || route === 'GET /api/session';

async function readCall(request: IncomingMessage, url: URL): Promise<Call> {
  const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>);
  const text = Buffer.concat(chunks).toString();
  return {
    route: `${request.method} ${url.pathname}`,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function serveFile(folder: string, path: string, response: ServerResponse, onMissing: () => void) {
  const file = join(folder, path === '/' ? 'index.html' : path);
  if (!existsSync(file)) {
    onMissing();
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY, 'cache-control': 'no-store' });
  createReadStream(file).pipe(response);
}

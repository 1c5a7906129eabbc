import { randomUUID } from 'node:crypto';
import { walkConsent, type ConsentWalk } from './google/walk-consent.ts';
import { waitFor } from './wait-for.ts';

/** A request as the gateway shows it, as far as a visitor without a page looks. */
export interface SeenRequest {
  id: string;
  status: string;
  answer: string | null;
  waitingFor: { provider: string; link: string }[];
  calls: { id: string; tool: string; status: string }[];
}

export type Answered = { status: number; headers: Headers; text: string };

/** A person who uses the gateway over HTTP as a browser does: cookies, `Origin`, redirects by hand. */
export interface HttpPerson {
  send(
    path: string,
    options?: {
      method?: string;
      json?: unknown;
      form?: Record<string, string>;
      /** Called when the answer has begun. */
      onHeaders?: () => void;
    },
  ): Promise<Answered>;
  /** The cookies, as a browser would send them now. */
  cookie(): string;
  signIn(name: string): Promise<void>;
  /** Asks, and returns the request's id. */
  ask(text: string): Promise<string>;
  look(requestId: string): Promise<SeenRequest>;
  /** Waits until the request has this status. Throws when that takes longer than `timeoutMs`. */
  until(requestId: string, status: string, timeoutMs?: number): Promise<SeenRequest>;
  /** Opens the connect page, presses connect, consents, comes back. Returns what the callback page answered. */
  connect(link: string, walk: ConsentWalk): Promise<Answered>;
}

/**
 * @param observe gets every answer, whichever method asked for it
 * @param browser what it has from before: the token of a session, and the address that a proxy says it comes from, which
 *   only a gateway that trusts a proxy believes
 */
export function createHttpPerson(
  origin: string,
  observe: (answer: Answered) => void = () => undefined,
  { session, address }: { session?: string; address?: string } = {},
): HttpPerson {
  const cookies = new Map<string, string>(session === undefined ? [] : [['panager', session]]);

  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const send: HttpPerson['send'] = async (path, { method = 'GET', json, form, onHeaders } = {}) => {
    const answer = await fetch(new URL(path, origin), {
      method,
      redirect: 'manual',
      headers: {
        cookie: cookie(),
        ...(method === 'GET' ? {} : { origin }),
        ...(address === undefined ? {} : { 'x-forwarded-for': address }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      signal: AbortSignal.timeout(30_000),
    });
    onHeaders?.();
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/;\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const answered = { status: answer.status, headers: answer.headers, text: await answer.text() };
    observe(answered);
    return answered;
  };
  const expected = (answer: Answered, status: number, what: string): Answered => {
    if (answer.status !== status) throw new Error(`${what} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
    return answer;
  };
  const look = async (requestId: string) => {
    const answer = expected(await send(`/api/requests/${requestId}`), 200, 'the request');
    return JSON.parse(answer.text) as SeenRequest;
  };

  return {
    send,
    cookie,
    look,
    async signIn(name) {
      expected(await send('/api/session/local', { method: 'POST', json: { name } }), 200, 'sign-in');
    },
    async ask(text) {
      const json = { text, clientId: randomUUID() };
      const answer = expected(await send('/api/messages', { method: 'POST', json }), 202, 'the message');
      return (JSON.parse(answer.text) as { requestId: string }).requestId;
    },
    async until(requestId, status, timeoutMs = 30_000) {
      let seen: SeenRequest | undefined;
      const reached = await waitFor(async () => (seen = await look(requestId)).status === status, timeoutMs, 50);
      if (!reached || !seen) throw new Error(`the request is ${seen?.status ?? 'unknown'}, not ${status}`);
      return seen;
    },
    async connect(link, walk) {
      expected(await send(link), 200, 'the connect page');
      const started = expected(await send(`${link}/start`, { method: 'POST', form: {} }), 303, 'connect');
      const back = await walkConsent(started.headers.get('location') ?? '', walk);
      return send(back.href);
    },
  };
}

import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import pg from 'pg';
import type { Traced } from './trace.ts';

/**
 * Loaded into a process of the product before its own code (`node --import`). Writes down when it waited for whom, from
 * what drivers tell, so that the product needs no measuring of its own. Times are milliseconds since 1970.
 *
 * A trip is a time in which a connection to the database has something to answer: statements that travel together are one.
 */
const file = process.env.BENCH_TRACE ?? '';
const now = (): number => performance.timeOrigin + performance.now();
let lines: string[] = [];
const write = (traced: Traced): void => void lines.push(JSON.stringify(traced));

setInterval(() => {
  if (lines.length > 0) appendFileSync(file, `${lines.join('\n')}\n`);
  lines = [];
}, 200).unref();

interface Outstanding {
  statements: number;
  answered: number;
  since: number;
}
const connections = new WeakMap<object, Outstanding>();

function asked(connection: object): () => void {
  const trip = connections.get(connection) ?? { statements: 0, answered: 0, since: 0 };
  connections.set(connection, trip);
  if (trip.statements === trip.answered) Object.assign(trip, { statements: 0, answered: 0, since: now() });
  trip.statements += 1;
  return () => {
    trip.answered += 1;
    if (trip.statements !== trip.answered) return;
    write({ whom: 'database', at: trip.since, ms: now() - trip.since, statements: trip.statements });
  };
}

type Query = (this: object, ...args: unknown[]) => unknown;
const prototype = pg.Client.prototype as unknown as { query: Query };
const { query } = prototype;
prototype.query = function (...args) {
  const answered = asked(this);
  const last: unknown = args.at(-1);
  if (typeof last === 'function') {
    const callback = last as (...results: unknown[]) => unknown;
    return query.call(this, ...args.slice(0, -1), (...results: unknown[]) => {
      answered();
      return callback(...results);
    });
  }
  const result = query.call(this, ...args);
  if (result instanceof Promise) result.then(answered, answered);
  return result;
};

/** OpenBao is asked through Node's own client, providers with `fetch`. */
function follow(whom: Traced['whom'], begins: string, ends: string): void {
  const since = new WeakMap<object, number>();
  const requestOf = (message: unknown): object => (message as { request: object }).request;
  subscribe(begins, (message) => void since.set(requestOf(message), now()));
  subscribe(ends, (message) => {
    const at = since.get(requestOf(message));
    if (at !== undefined) write({ whom, at, ms: now() - at, statements: 0 });
  });
}
follow('vault', 'http.client.request.start', 'http.client.response.finish');
follow('provider', 'undici:request:create', 'undici:request:trailers');

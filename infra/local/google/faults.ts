import type { Answer } from './http.ts';
import { googleError } from './google-error.ts';
import { json } from './http.ts';

/** What goes wrong next. In memory: a restarted server is a healthy one. */
export interface Fault {
  /** By which it is let go on, when others are held too. */
  name?: string;
  /** Prefix of the path. */
  path: string;
  method?: string;
  /** Words that the body must hold, as they are sent. */
  body?: string;
  status?: number;
  /** Google's reason, or the OAuth error code, that goes with the status. */
  reason?: string;
  /** Seconds, for the `Retry-After` header. */
  retryAfter?: number;
  /** No answer ever comes. */
  hang?: boolean;
  /** Half of an answer, then the connection ends. */
  truncate?: boolean;
  /** A page instead of JSON, with status 200 unless one is given. */
  html?: boolean;
  /** The request stands still until somebody lets it go on; then it is answered as it would have been. */
  hold?: boolean;
  /** The effect happens before the answer is lost, or held. */
  afterEffect?: boolean;
  /** How many requests it hits; once when it is not said. */
  times?: number;
}

export type Faults = ReturnType<typeof createFaults>;

/** What stands still now, and how it goes on: answered, or cut off. */
interface Held {
  name: string;
  method: string;
  path: string;
  goOn(how: 'answer' | 'drop'): void;
}

export function createFaults() {
  let pending: (Fault & { times: number })[] = [];
  let held: Held[] = [];
  const release = (how: 'answer' | 'drop', name?: string) => {
    const going = held.filter((each) => name === undefined || each.name === name);
    held = held.filter((each) => !going.includes(each));
    if (name !== undefined) pending = pending.filter((each) => each.name !== name);
    for (const each of going) each.goOn(how);
    return going.length;
  };
  return {
    add(fault: Fault): void {
      pending = [...pending, { ...fault, times: fault.times ?? 1 }];
    },
    /** What is held goes on. */
    clear(): void {
      pending = [];
      release('answer');
    },
    /** What has not hit anything yet. */
    pending: (): Fault[] => pending.filter(({ times }) => times > 0),
    /** The first fault that fits, which it uses up by one. */
    take(method: string, path: string, body: string): Fault | null {
      const fault = pending.find(
        (each) =>
          each.times > 0 &&
          path.startsWith(each.path) &&
          (each.method ?? method) === method &&
          body.includes(each.body ?? ''),
      );
      if (fault) fault.times -= 1;
      return fault ?? null;
    },
    /** Stands still until {@link release}. */
    hold: (name: string, method: string, path: string): Promise<'answer' | 'drop'> =>
      new Promise((goOn) => {
        held = [...held, { name, method, path, goOn }];
      }),
    held: () => held.map(({ name, method, path }) => ({ name, method, path })),
    /** Lets go what is held, under this name or all of it; a named fault hits nothing more. @returns how many went on */
    release,
  };
}

/** What is answered instead; for `hang` and `truncate` the server does the rest. */
export function faultyAnswer(fault: Fault, path: string): Answer {
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { 'retry-after': `${fault.retryAfter}` };
  if (fault.html) {
    const body = '<!doctype html><title>Error</title><p>Something went wrong.</p>';
    return { status: fault.status ?? 200, headers: { ...headers, 'content-type': 'text/html' }, body };
  }
  const status = fault.status ?? 200;
  if (path.startsWith('/calendar/'))
    return googleError(status, fault.reason ?? 'backendError', 'Fault on demand', headers);
  return json(status, { error: fault.reason ?? 'internal_failure', error_description: 'Fault on demand' }, headers);
}

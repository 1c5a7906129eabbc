import type { Answer } from './http.ts';
import { googleError } from './google-error.ts';
import { json } from './http.ts';

/** What goes wrong next. In memory: a restarted server is a healthy one. */
export interface Fault {
  /** Prefix of the path. */
  path: string;
  method?: string;
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
  /** The effect happens before the answer is lost. */
  afterEffect?: boolean;
  /** How many requests it hits; once when it is not said. */
  times?: number;
}

export type Faults = ReturnType<typeof createFaults>;

export function createFaults() {
  let pending: (Fault & { times: number })[] = [];
  return {
    add(fault: Fault): void {
      pending = [...pending, { ...fault, times: fault.times ?? 1 }];
    },
    clear(): void {
      pending = [];
    },
    /** The first fault that fits, which it uses up by one. */
    take(method: string, path: string): Fault | null {
      const fault = pending.find(
        (each) => each.times > 0 && path.startsWith(each.path) && (each.method ?? method) === method,
      );
      if (fault) fault.times -= 1;
      return fault ?? null;
    },
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

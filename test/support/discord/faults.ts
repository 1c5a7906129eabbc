import type { ServerResponse } from 'node:http';

/**
 * What goes wrong with a request (ours: the twin has no faults). `lostAnswer` and `hangAfter` do the work first: the
 * client cannot know that it was done.
 */
export type Fault =
  | { kind: 'rateLimited'; scope: 'user' | 'shared' | 'global'; retryAfterSeconds: number }
  | { kind: 'unauthorized' }
  | { kind: 'forbidden' }
  | { kind: 'dmsClosed' }
  | { kind: 'internal'; status?: number }
  | { kind: 'hang' }
  | { kind: 'hangAfter' }
  | { kind: 'lostAnswer' }
  | { kind: 'delay'; ms: number };

export interface PlannedFault {
  method?: string;
  /** Tested against the path without `/api/v10`, as `/channels/1/messages`. */
  path?: RegExp;
  fault: Fault;
  /** How many requests it meets; 1 when left out. */
  times?: number;
}

/** Faults in the order in which they were planned; each request meets the first that fits. */
export function createFaults() {
  let planned: { plan: PlannedFault; left: number }[] = [];
  return {
    next(plan: PlannedFault): void {
      planned.push({ plan, left: plan.times ?? 1 });
    },
    clear(): void {
      planned = [];
    },
    /** Planned faults that no request met yet. */
    left: (): number => planned.reduce((sum, { left }) => sum + left, 0),
    take(method: string, path: string): Fault | null {
      const found = planned.find(
        ({ plan }) => (plan.method ?? method) === method && (plan.path === undefined || plan.path.test(path)),
      );
      if (found === undefined) return null;
      found.left -= 1;
      if (found.left === 0) planned = planned.filter((other) => other !== found);
      return found.plan.fault;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;

/** Answers as Discord does, with its codes and headers. Null where the fault is not an answer. */
export function answerFault(response: ServerResponse, fault: Fault): number | null {
  switch (fault.kind) {
    case 'rateLimited': {
      const global = fault.scope === 'global';
      const seconds = fault.retryAfterSeconds;
      response.setHeader('Retry-After', String(Math.ceil(seconds)));
      response.setHeader('X-RateLimit-Scope', fault.scope);
      if (global) response.setHeader('X-RateLimit-Global', 'true');
      else {
        response.setHeader('X-RateLimit-Limit', '5');
        response.setHeader('X-RateLimit-Remaining', '0');
        response.setHeader('X-RateLimit-Reset', String(Date.now() / 1000 + seconds));
        response.setHeader('X-RateLimit-Reset-After', String(seconds));
        response.setHeader('X-RateLimit-Bucket', 'limited');
      }
      const message = fault.scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.';
      return sendJson(response, 429, { message, retry_after: seconds, global });
    }
    case 'unauthorized':
      return sendJson(response, 401, { message: '401: Unauthorized', code: 0 });
    case 'forbidden':
      return sendJson(response, 403, { message: 'Missing Access', code: 50001 });
    case 'dmsClosed':
      return sendJson(response, 403, { message: 'Cannot send messages to this user', code: 50007 });
    case 'internal':
      return sendJson(response, fault.status ?? 500, { message: '500: Internal Server Error', code: 0 });
    default:
      return null;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): number {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return status;
}

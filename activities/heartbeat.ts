import { cancellationSignal, heartbeat } from '@temporalio/activity';

/** Well inside the 10 s after which the server gives an activity up; cancellation arrives with a heartbeat's answer. */
const HEARTBEAT_MS = 3_000;

/**
 * Runs `work` with heartbeats. Its first signal aborts when the request is cancelled, the worker stops or `timeoutMs` is
 * over; its second only when `timeoutMs` is over.
 */
export async function withHeartbeat<T>(
  timeoutMs: number,
  work: (signal: AbortSignal, timeout: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = setInterval(() => heartbeat(), HEARTBEAT_MS);
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    return await work(AbortSignal.any([cancellationSignal(), timeout]), timeout);
  } finally {
    clearInterval(timer);
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks `probe` every `everyMs` milliseconds until it answers something truthy; a probe that throws counts as "not yet".
 * Returns the answer, or undefined when `timeoutMs` has passed.
 */
export async function waitFor<T>(
  probe: () => Promise<T> | T,
  timeoutMs: number,
  everyMs = 50,
): Promise<Exclude<T, false | null | undefined> | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await Promise.resolve()
      .then(probe)
      .catch(() => undefined);
    if (answer) return answer as Exclude<T, false | null | undefined>;
    if (Date.now() >= deadline) return undefined;
    await delay(everyMs);
  }
}

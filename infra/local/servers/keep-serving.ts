import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../local-types.ts';
import type { RunningProcess } from '../process.ts';
import type { RunningServer } from './running-server.ts';

const BACKOFF_MS = [100, 500, 1_000, 2_000, 5_000, 10_000];

/** Watches a server: when it ends although nobody stopped it, `startAgain` brings it back, later after each failure. */
export function keepServing(
  first: RunningProcess,
  ports: readonly number[],
  { name, log }: { name: string; log: Log },
  startAgain: () => Promise<RunningProcess>,
): RunningServer {
  let current = first;
  let failures = 0;
  const stopping = new AbortController();

  const watch = async () => {
    for (;;) {
      await current.exited();
      if (stopping.signal.aborted) return;
      log(`${name} (pid ${current.pid}) ended unexpectedly; starting it again.`);
      while (!stopping.signal.aborted) {
        const wait = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)];
        await delay(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
        if (stopping.signal.aborted) return;
        const again = await startAgain().catch((error: Error) => error);
        if (!(again instanceof Error)) {
          current = again;
          failures = 0;
          break;
        }
        failures += 1;
        log(again.message);
      }
    }
  };
  const watched = watch();

  return {
    ports,
    adopted: first.adopted,
    pid: () => current.pid,
    signal: (signal) => current.signal(signal),
    kill: () => {
      stopping.abort();
      current.kill();
    },
    stop: async () => {
      stopping.abort();
      await current.stop();
      // A new one may have been on its way.
      await watched;
      await current.stop();
    },
  };
}

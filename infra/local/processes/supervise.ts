import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { followLog, type FollowedLog } from './follow-log.ts';
import type { Log, ProcessName } from '../local-types.ts';
import { startProcess, type RunningProcess } from '../process.ts';
import type { Environment } from '../settings/process-environment.ts';
import { readableLine } from './readable-line.ts';

export type Supervised = {
  /** Ends and starts it again, at once, however often it crashed before. */
  restart(): void;
  /** Ends it for good. Safe to call twice. */
  stop(): Promise<void>;
  /** Shows what it has logged until now. */
  showLog(): void;
  /** Kills it without waiting. */
  kill(): void;
};

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** Who ran this long did not crash because of how it starts. */
const HEALTHY_MS = 10_000;

/**
 * Keeps one process of the product running: started again when it ends by itself, later each time, and when it is told
 * that its source changed. Returns undefined while its file does not exist.
 */
export function supervise(options: {
  root: string;
  dataDir: string;
  name: ProcessName;
  script: string;
  env: Environment;
  log: Log;
}): Supervised | undefined {
  const { root, dataDir, name, log } = options;
  const script = join(root, options.script);
  if (!existsSync(script)) {
    log(`${options.script} does not exist: no ${name} was started.`);
    return undefined;
  }
  let current: RunningProcess | undefined;
  let followed: FollowedLog | undefined;
  let stopped = false;
  let wake: (() => void) | undefined;
  let backoffMs = FIRST_BACKOFF_MS;

  const runOnce = async () => {
    const startedAt = Date.now();
    current = await startProcess(dataDir, {
      name,
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', script],
      env: options.env,
      stopTimeoutMs: 20_000,
    });
    followed = followLog(current.logFile, current.outputFrom, (line) => {
      const readable = readableLine(line);
      if (readable) log(`[${name}] ${readable}`);
    });
    await current.exited();
    followed.end();
    if (Date.now() - startedAt > HEALTHY_MS) backoffMs = FIRST_BACKOFF_MS;
  };

  const loop = async () => {
    while (!stopped) {
      let asked = false;
      wake = () => {
        asked = true;
      };
      await runOnce().catch((error: unknown) => log(String(error)));
      if (stopped || asked) continue;
      log(`[${name}] ended by itself; starting again in ${backoffMs / 1_000} s, or when its source changes.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, backoffMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
    }
  };
  const ended = loop();

  return {
    restart: () => {
      backoffMs = FIRST_BACKOFF_MS;
      wake?.();
      void current?.stop();
    },
    stop: async () => {
      stopped = true;
      wake?.();
      await current?.stop();
      await ended;
    },
    showLog: () => followed?.read(),
    kill: () => {
      stopped = true;
      current?.kill();
    },
  };
}

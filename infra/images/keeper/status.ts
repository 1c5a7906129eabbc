import type { Cursors } from './spool.ts';

/** Why a command is over: it ended by itself or by a signal, it could not be started, or its launcher was killed. */
export type EndReason = 'exited' | 'notStarted' | 'launcherLost';

/** What the keeper knows about the one command of this container. */
export type Status =
  | { state: 'waiting' }
  | { state: 'running'; pid: number | null; pgid: number | null }
  | {
      state: 'ended';
      reason: EndReason;
      /** Null when a signal ended it, or when nobody knows. */
      code: number | null;
      signal: string | null;
      /** Processes of this container that the kernel ended for want of memory; null where the kernel does not count. */
      oomKills: number | null;
      /** How many bytes it wrote in all. */
      written: Cursors;
    };

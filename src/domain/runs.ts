/** The words of runs, shared by rows, messages and pages. */

/** `import` clones a repository to see that it can be cloned; `command` executes something in it. */
export type RunKind = 'import' | 'command';

export type RunStatus = 'queued' | 'preparing' | 'running' | 'stopping' | 'done' | 'failed' | 'stopped';

/** How a run ended. Only `exited` has an exit code, only `signalled` a signal, only `failed` a failure. */
export type RunEnding =
  'exited' | 'signalled' | 'outOfMemory' | 'timeLimit' | 'diskLimit' | 'stopped' | 'hostLost' | 'failed';

/** Stable codes of what kept a run from running, or from going on. */
export const RUN_FAILURES = [
  'noHost',
  'noRoom',
  'hostFull',
  'imageUnfit',
  'cloneFailed',
  'repositoryTooLarge',
  'containerLost',
  'launcherLost',
  'commandNotFound',
  'secretTooShort',
  'secretUndelivered',
  'internal',
] as const;
export type RunFailure = (typeof RUN_FAILURES)[number];

export function isRunFailure(code: string): code is RunFailure {
  return (RUN_FAILURES as readonly string[]).includes(code);
}

export type LogStream = 'stdout' | 'stderr';

/** Runs of one person at once. More would only wait for each other's room on a host. */
export const RUNS_AT_ONCE = 3;

import type { RunEnding, RunFailure } from '../domain/runs.ts';

/**
 * Runs that tool calls start, for the workers. There is no outbox row: the request's own workflow starts the run as its
 * child, waits for it, and takes it along when it is cancelled.
 */
export interface CallRuns {
  /** The person's projects, by name. */
  projects(userId: string): Promise<{ id: string; name: string }[]>;
  /**
   * Stores the run once, under the id that its call gives it. `requestOver`: the request was cancelled or has ended.
   * @throws RunCapReached when this would be more than a person may have at once or in a day; nothing is stored then
   */
  store(run: NewCallRun): Promise<'stored' | 'notFound' | 'requestOver'>;
  /** Null when this request has no such run. */
  find(requestId: string, runId: string): Promise<CallRun | null>;
  /** The end of a run whose workflow could not say it. The first end counts. */
  end(runId: string, ending: 'stopped' | 'failed'): Promise<void>;
  /** The last characters of its masked log, at most `length` (UTF-16 units) and a little more. */
  tail(runId: string, length: number): Promise<{ text: string; whole: boolean }>;
}

export interface NewCallRun {
  runId: string;
  requestId: string;
  userId: string;
  projectId: string;
  command: readonly string[];
}

export interface CallRun {
  project: string;
  /** Null while it is under way. */
  ending: RunEnding | null;
  exitCode: number | null;
  signal: string | null;
  failure: RunFailure | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

import type { Provider } from '../domain/words.ts';

/**
 * What was left lying: rows that wait for something that nobody is going to tell them. None of it should ever be found;
 * a lost outbox row, a workflow that somebody terminated or a database that was restored can bring it about. Every look
 * is bounded by `limit`, and finds only what has been so for `staleMs`.
 */
export interface SweepStore {
  /** Calls that were released, or whose deadline is over, of living requests that nothing is on its way to. */
  findSleepers(staleMs: number, limit: number): Promise<Sleeper[]>;
  /** Requests whose workflow is gone, and that have not ended. */
  findLostRequests(limit: number): Promise<string[]>;
  /**
   * Requests that were never claimed, or were cancelled and have not ended, or have been silent for `silentMs` without
   * waiting for their person, and that nothing is on its way to: puts a start, or the cancellation, into the outbox once
   * more. A workflow that runs takes no notice; one that is gone is found to be lost.
   * @returns their ids
   */
  startAgain(staleMs: number, silentMs: number, limit: number): Promise<string[]>;
  /** Burnt attempts whose repair is not in the outbox any more and did not end them: puts it there again. */
  repairAgain(staleMs: number, limit: number): Promise<string[]>;
  /**
   * Runs whose workflow is gone, and that have not ended: ends them as stopped, if their person asked for that, or as our
   * own fault, and leaves what is on their host to its reaper.
   * @returns their ids
   */
  endLostRuns(limit: number): Promise<string[]>;
  /**
   * Grants that have been on their way to their end for `staleMs`, with nothing in the outbox about them: puts their end
   * there again. Until one is over, its person cannot connect that account.
   */
  revokeAgain(staleMs: number, limit: number): Promise<string[]>;
}

export interface Sleeper {
  userId: string;
  provider: Provider;
  requestId: string;
  callId: string;
}

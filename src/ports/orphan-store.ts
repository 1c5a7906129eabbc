import type { Provider } from '../domain/words.ts';

/** What rows say about stored credentials, for the search that compares the two. */
export interface OrphanStore {
  /**
   * - `owned`   a connection points to it, its trip is under way, or a job will end it
   * - `gone`    it was seen to be destroyed
   * - `orphan`  neither: nobody will ever use or destroy it
   *
   * An id that no row knows is left out.
   */
  ownershipOf(attemptIds: readonly string[]): Promise<{ attemptId: string; state: 'owned' | 'gone' | 'orphan' }[]>;
  /** Nothing is left at this attempt's path, and nothing can be written there. */
  secretGone(attemptId: string): Promise<void>;
  /** Active connections in the order of their ids, after `after`, that were made longer ago than `olderThanMs`. */
  connectionsAfter(after: string | null, olderThanMs: number, limit: number): Promise<Pointer[]>;
}

/** Where a connection says that its credential is. */
export interface Pointer {
  /** Of the connection. */
  id: string;
  userId: string;
  provider: Provider;
  version: number;
  /** The attempt that stored it. */
  credential: string;
}

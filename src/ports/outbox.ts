/** The one way from a transaction to Temporal. */
export interface Outbox {
  /**
   * Takes up to `limit` due rows that nobody else holds and delivers them side by side. The rows stay locked until all
   * are delivered or postponed: a dispatcher that dies releases them at once.
   * @returns how many rows it took
   */
  dispatch(limit: number, deliver: (message: OutboxMessage) => Promise<Delivery>): Promise<number>;
  /** True while the start of this request or run is still in the outbox. */
  isStartPending(subjectId: string): Promise<boolean>;
  /** Temporal does not know the workflow of this request or run any more. Unless it has ended, the sweep will end it. */
  markLost(subjectId: string): Promise<void>;
}

/** `later` keeps the row: it is tried again after a growing pause, for as long as it takes. */
export type Delivery = 'delivered' | 'later';

export interface OutboxMessage {
  kind: OutboxKind;
  /** The request, attempt, connection or run that it is about. */
  subjectId: string;
  payload: Record<string, unknown>;
}

export type OutboxKind =
  | 'startRequest'
  | 'authCompleted'
  | 'choiceMade'
  | 'approvalDecided'
  | 'disconnect'
  | 'cancelRequest'
  | 'repairAttempt'
  | 'destroyCredential'
  | 'replyChanged'
  | 'startRun'
  | 'stopRun'
  | 'tellEnd';

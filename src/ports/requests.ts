import type {
  ApprovalReason,
  AuthOutcome,
  AuthReason,
  ConnectionStatus,
  Language,
  Platform,
  Provider,
  RequestStatus,
} from '../domain/words.ts';

/** Takes a message in: stored with its outbox row in one transaction, once per (person, platform, client id). */
export interface Intake {
  /** @throws DailyCapReached when this would be one more than a person may ask in a day; nothing is stored then */
  accept(message: IncomingMessage): Promise<{ requestId: string; created: boolean }>;
}

/** MO-3: a person has asked as much as one may in 24 hours. What they say to it: `dailyCapText`. */
export class DailyCapReached extends Error {
  override readonly name = 'DailyCapReached';
  /** How many requests a day there are. */
  readonly cap: number;
  /** When the next one is taken. */
  readonly openAt: Date;

  constructor(cap: number, openAt: Date) {
    super('the daily number of requests is reached');
    this.cap = cap;
    this.openAt = openAt;
  }
}

export interface IncomingMessage {
  userId: string;
  platform: Platform;
  /** The platform's own id of the place: a channel, `page` on the web. */
  channel: string;
  clientId: string;
  text: string;
  language: Language;
  /** IANA name. */
  timeZone: string;
  /** When the words were written, where that is not now. A time to come counts as now. */
  writtenAt?: Date;
  /** How far the conversation is taken in with this message (`Conversations`); null where nothing of it moves. */
  cursor?: string | null;
}

/** What pages and messages show. Everything is scoped to its person: somebody else's id is not found. */
export interface RequestReader {
  list(userId: string, page: { before: Date | null; limit: number }): Promise<RequestView[]>;
  find(userId: string, requestId: string): Promise<RequestView | null>;
  findMany(userId: string, requestIds: readonly string[]): Promise<RequestView[]>;
  /** Requests of this person that wait for something, oldest first. */
  waiting(userId: string): Promise<RequestView[]>;
}

export interface RequestView {
  id: string;
  revision: number;
  text: string;
  language: Language;
  timeZone: string;
  status: RequestStatus;
  answer: string | null;
  waitingFor: ConsentWait[];
  approvals: ApprovalWait[];
  calls: { id: string; tool: string; status: CallStatus }[];
  createdAt: Date;
  finishedAt: Date | null;
}

export type CallStatus = 'running' | 'waiting' | 'done' | 'failed' | 'skipped' | 'expired' | 'cancelled';

export interface ConsentWait {
  provider: Provider;
  reason: AuthReason;
  missingScopes: string[];
  /** Last segment of the connect page's address. */
  publicId: string;
  flowId: string;
  deadline: Date;
  lastOutcome: AuthOutcome | null;
  /** Somebody else opened the link; it did nothing for them. */
  openedByStranger: boolean;
}

/** One call that waits for its person's yes or no. */
export interface ApprovalWait {
  approvalId: string;
  provider: Provider | null;
  reason: ApprovalReason;
  tool: string;
  /** The stored bytes, as they are. */
  preview: string;
  deadline: Date;
  expiresAt: Date;
}

export interface ConnectionReader {
  /** Requests under way that need this connection. Null when it is not this person's. */
  consequences(userId: string, connectionId: string): Promise<Consequences | null>;
  list(userId: string): Promise<ConnectionSummary[]>;
  findMany(userId: string, connectionIds: readonly string[]): Promise<ConnectionSummary[]>;
}

export interface Consequences {
  provider: Provider;
  account: string;
  requests: { id: string; text: string }[];
}

export interface ConnectionSummary {
  id: string;
  provider: Provider;
  account: string;
  status: ConnectionStatus;
  scopes: string[];
  connectedAt: Date;
  lastUsedAt: Date | null;
}

/** A person's changes in order; the number is what an event stream resumes from. */
export interface EventFeed {
  /** The newest number of this person. */
  position(userId: string): Promise<number>;
  /** What changed after `position`, oldest first; each thing once, with its newest number. */
  since(userId: string, position: number, limit: number): Promise<FeedEvent[]>;
  /** Calls `onChange` after each change of this person (a hint: read `since`). Returns the way to stop. */
  subscribe(userId: string, onChange: () => void): () => void;
}

export interface FeedEvent {
  position: number;
  kind: 'request' | 'connection' | 'run' | 'login';
  subjectId: string;
}

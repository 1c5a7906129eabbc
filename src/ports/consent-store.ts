import type { ConsentTimes } from '../domain/consent-times.ts';
import type {
  ApprovalReason,
  ApprovalStatus,
  AttemptStatus,
  AuthOutcome,
  AuthReason,
  ConnectionStatus,
  Language,
  Platform,
  Provider,
  WaiterStatus,
} from '../domain/words.ts';
import type { OrphanStore } from './orphan-store.ts';
import type { SweepStore } from './sweep-store.ts';

/**
 * The rows of the wait for consent. Decisions are made by src/connections inside `transact`; this port only locks,
 * reads and writes. The level is always read after the lock was taken.
 */
export interface ConsentStore extends SweepStore, OrphanStore {
  readonly times: ConsentTimes;

  /**
   * Runs `work` in one READ COMMITTED transaction that first locks the links of `userId` (created where missing, in
   * provider order) and then the request. A transaction that lost a deadlock or a unique race is run again, so `work`
   * touches nothing but `tx`.
   */
  transact<T>(locks: Locks, work: (tx: ConsentTx) => Promise<T>): Promise<T>;

  /** Look-ups without a lock, of facts that never change once written. */
  findCall(requestId: string, callId: string): Promise<Call | null>;
  findRequest(requestId: string): Promise<RequestFacts | null>;
  findFlow(publicId: string): Promise<FlowFacts | null>;
  findFlowById(flowId: string): Promise<FlowFacts | null>;
  findAttempt(attemptId: string): Promise<Attempt | null>;
  findAttemptByState(stateHash: Buffer): Promise<Attempt | null>;

  /**
   * Single use of a `state`, atomically: `started` and unexpired becomes `burnt`, and its repair becomes due later.
   * False when somebody was faster or it is too late.
   */
  burnAttempt(attemptId: string): Promise<boolean>;

  /** Just before a write leaves: does this attempt still own the effect, and is it inside its time? */
  maySend(call: Call, fence: number): Promise<boolean>;
  /** The owner will not send any more: what is uncertain may be looked at at once. */
  closeSendWindow(call: Call, fence: number): Promise<void>;
  findApproval(approvalId: string): Promise<Approval | null>;
  findConnection(connectionId: string): Promise<Connection | null>;
  /** Nothing of this attempt's grant is left to end: new trips need not wait for it. */
  revocationEnded(attemptId: string): Promise<void>;
  /** Whose account came back, and what it granted. No secret. */
  recordAccount(attemptId: string, account: { subject: string; account: string; granted: string[] }): Promise<void>;

  /** The lease of the one process that may refresh this credential during `leaseMs`; null for everybody else. */
  leaseRefresh(connectionId: string, version: number, leaseMs: number): Promise<string | null>;
  /** Gives back this lease. One that has ended may be somebody else's by now, who keeps it. */
  releaseRefresh(connectionId: string, lease: string): Promise<void>;
  /** Attempts whose time is over, at most `limit`. */
  findOverdueAttempts(limit: number): Promise<Attempt[]>;
  /** Links whose live flow was opened ahead and never used. */
  findUnusedFlows(limit: number): Promise<{ userId: string; provider: Provider }[]>;
}

export interface Locks {
  userId: string;
  providers: readonly Provider[];
  requestId?: string;
}

export interface ConsentTx {
  /**
   * The database's clock, read after the locks: the only clock that decisions use. It is known with the answer of the
   * first read, because nothing waits for the locks alone; before that, asking throws.
   */
  readonly now: Date;
  /** Waits for the locks alone: for work that needs the clock and reads nothing. */
  locked(): Promise<void>;
  readonly times: ConsentTimes;

  /** Counts the attempt in the ledger (the returned fence is this attempt's own) and reads all that decides a call. */
  enterCall(call: Call): Promise<CallState>;
  /** The same facts without counting an attempt. */
  callState(call: Call): Promise<CallState>;
  saveResult(call: Call, result: unknown): Promise<void>;
  /** `details` is what an answer needs to tell it. */
  saveFailure(call: Call, code: string, details?: unknown): Promise<void>;

  /** Writes `started` in the ledger: from now on, and until `sendMs` have passed, only `fence` may send. */
  startEffect(call: Call, fence: number): Promise<void>;
  /** Nothing of it was sent, by anybody. */
  clearEffect(call: Call): Promise<void>;
  /** It may have been sent, and nobody can know. */
  markUncertain(call: Call): Promise<void>;

  /** The newest approval of a call that was not replaced by a later preview. */
  approvalOf(call: Pick<Call, 'requestId' | 'callId'>): Promise<Approval | null>;
  pendingApprovals(requestId: string): Promise<Approval[]>;
  createApproval(approval: Approval): Promise<void>;
  saveApproval(approval: Approval): Promise<void>;

  connection(provider: Provider): Promise<Connection | null>;
  /** Makes this credential the link's active one: the version grows, the secret's own counter starts again. */
  saveConnection(provider: Provider, connection: NewConnection): Promise<Connection>;
  updateConnection(connection: Connection): Promise<void>;
  /** The person that an account is connected to, whoever that is. */
  accountOwner(provider: Provider, subject: string): Promise<string | null>;

  /** The live flow of the link, opened when there is none; kept until `keepUntil` although nothing waits on it. */
  joinFlow(provider: Provider, publicId: string, keepUntil?: Date): Promise<{ flowId: string; publicId: string }>;
  isLive(flowId: string): Promise<boolean>;
  /** Notes that somebody else opened the link, for the owner's prompt (OA-4). */
  markStranger(flowId: string): Promise<void>;
  /** Closes the live flow when nothing waits on it and no browser is under way. */
  tidy(provider: Provider): Promise<void>;

  openWaiters(provider: Provider): Promise<Waiter[]>;
  waitersOf(requestId: string): Promise<Waiter[]>;
  saveWaiter(waiter: Waiter): Promise<void>;

  /** Locks the row too: a callback burns its attempt without the link's lock. */
  attempt(attemptId: string): Promise<Attempt | null>;
  attemptsUnderWay(provider: Provider): Promise<Attempt[]>;
  createAttempt(attempt: NewAttempt): Promise<void>;
  saveAttempt(attempt: Attempt): Promise<void>;
  /** Drops the pending repair of an attempt that has left `burnt`. */
  forgetRepair(attemptId: string): Promise<void>;
  /** True while an account of this link is still to be revoked at the provider. */
  isRevoking(provider: Provider): Promise<boolean>;
  /** True when the grant of this attempt's account is being ended for another person, or was since it was exchanged. */
  isRevokedForOther(attemptId: string): Promise<boolean>;

  cancelRequest(requestId: string): Promise<void>;
  endRequest(requestId: string, ending: { outcome: string; answer: string }): Promise<void>;
  request(requestId: string): Promise<RequestState | null>;

  /** Outbox: tells a request about the flow that it waits for. */
  wake(waiter: Waiter, outcome: AuthOutcome): Promise<void>;
  signalChoice(waiter: Waiter, choice: 'skip' | 'snooze'): Promise<void>;
  signalApproval(approval: Approval): Promise<void>;
  cancelWorkflow(requestId: string): Promise<void>;
  /** Outbox: what a waiting request says has changed although nothing wakes it, for platforms that keep a message. */
  promptChanged(requestId: string): Promise<void>;
  /** Outbox: a request has ended whose workflow does not tell it, for platforms that keep a message. */
  tellEnd(requestId: string): Promise<void>;
  /** Outbox: removes a credential from Vault, after revoking it at the provider when `revoke` is set. */
  destroyCredential(attempt: { userId: string; provider: Provider; attemptId: string }, revoke: boolean): Promise<void>;
  /** Outbox: the same for a connection that its person ended. */
  disconnect(connection: Connection): Promise<void>;

  audit(kind: string, about: AuditSubject): Promise<void>;
  /** Tells the person's pages, at the end of the transaction. */
  changed(kind: 'request' | 'connection', subjectId: string): void;
}

/** A tool call, as it was fixed when the model chose it, with its person. */
export interface Call {
  requestId: string;
  callId: string;
  userId: string;
  tool: string;
  arguments: unknown;
  provider: Provider | null;
  needs: string[];
  writes: boolean;
}

export interface CallState {
  request: RequestState;
  fence: number;
  done: boolean;
  failure: string | null;
  effect: EffectState;
  waiter: Waiter | null;
  /** When the call first waited for consent; null when it never did. One without a provider waits since it was chosen. */
  waitedSince: Date | null;
  connection: Connection | null;
}

/** A write's place in the ledger. */
export interface EffectState {
  /** Not null: it was handed to an attempt that may send until `sendBy`, and nobody knows yet what became of it. */
  startedAt: Date | null;
  /** The fence of that attempt. */
  owner: number | null;
  sendBy: Date | null;
  uncertain: boolean;
}

export interface Approval {
  id: string;
  requestId: string;
  callId: string;
  userId: string;
  reason: ApprovalReason;
  status: ApprovalStatus;
  /** Canonical JSON of tool and arguments: what is shown and what is executed. */
  preview: string;
  expiresAt: Date;
  deadline: Date;
}

export interface RequestState {
  cancelled: boolean;
  ended: boolean;
}

export interface RequestFacts {
  requestId: string;
  userId: string;
  platform: Platform;
  language: Language;
  /** Providers that its calls need. */
  providers: Provider[];
}

export interface Waiter {
  requestId: string;
  callId: string;
  provider: Provider;
  flowId: string;
  status: WaiterStatus;
  needs: string[];
  reason: AuthReason;
  rounds: number;
  failedVersion: number | null;
  lastOutcome: AuthOutcome | null;
  deadline: Date;
}

export interface Connection {
  id: string;
  userId: string;
  provider: Provider;
  status: ConnectionStatus;
  version: number;
  scopes: string[];
  subject: string;
  account: string;
  /** The attempt that stored the credential. */
  credential: string;
  secretRev: number;
  revokedAs: 'expired' | 'revoked' | null;
  connectedAt: Date;
}

export interface NewConnection {
  scopes: string[];
  subject: string;
  account: string;
  credential: string;
}

export interface Attempt {
  id: string;
  flowId: string;
  userId: string;
  provider: Provider;
  status: AttemptStatus;
  asks: string[];
  bindHash: Buffer;
  redirectUri: string;
  createdAt: Date;
  expiresAt: Date;
  confirmBy: Date | null;
  confirmed: boolean;
  subject: string | null;
  account: string | null;
  granted: string[] | null;
}

export interface NewAttempt {
  id: string;
  flowId: string;
  provider: Provider;
  asks: string[];
  stateHash: Buffer;
  bindHash: Buffer;
  redirectUri: string;
  expiresAt: Date;
}

export interface FlowFacts {
  flowId: string;
  publicId: string;
  userId: string;
  provider: Provider;
  live: boolean;
  language: Language;
  platform: Platform;
  previousAccount: string | null;
  /** What was granted before, as far as it is known. */
  grantedScopes: string[];
  /** Open waiters of the link, oldest first, with the words that wait. */
  waiting: { requestId: string; text: string; reason: AuthReason; needs: string[]; deadline: Date }[];
  /** The newest request that ever waited on this flow: where a person goes back to. */
  lastRequestId: string | null;
}

export interface AuditSubject {
  requestId?: string;
  flowId?: string;
  attemptId?: string;
  provider?: Provider;
  /** The person that the row belongs to, when it is not the owner of the lock. */
  userId?: string;
}

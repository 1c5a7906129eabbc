import type { ReplyMessage, ReplyView } from '../domain/discord/reply-view.ts';

/** Where a request is answered, and what is known of the messages there. */
export interface Reply {
  view: ReplyView;
  /** Grows with every change of the request. */
  revision: number;
  channel: string;
  /** The person's own message. */
  askedId: string;
  /** The person waited for consent or an approval, or longer than the time given to `find`. */
  waited: boolean;
  /** Calls that ask for a yes or no now. A preview that is made anew is the same question. */
  asking: readonly string[];
  ended: boolean;
  delivered: boolean;
  undeliverable: string | null;
  /** A hash of what the message shows now. */
  shown: string | null;
  remindedFor: Date | null;
  /** Ids of messages that were posted, by slot. */
  posted: ReadonlyMap<string, string>;
  /** The database's clock. */
  now: Date;
}

/** Rows of the messages that we keep on a platform. One attempt at a time may send, and only the newest one. */
export interface ReplyStore {
  /** Null when there is no such request. */
  find(requestId: string, noticeAfterMs: number): Promise<Reply | null>;

  /** From now on, for `sendMs`, only the returned fence may send. Null while somebody else may. */
  take(requestId: string, sendMs: number): Promise<number | null>;
  /** Just before something is sent: true while `fence` is the newest, which then may send for `sendMs` from now. */
  maySend(requestId: string, fence: number, sendMs: number): Promise<boolean>;
  /** Nothing more is sent by `fence`. */
  release(requestId: string, fence: number): Promise<void>;

  /** Notes that the message of `slot` is about to be posted. `since` is not null when it may have been posted before. */
  startPost(requestId: string, slot: string): Promise<{ since: Date | null }>;
  posted(requestId: string, slot: string, messageId: string): Promise<void>;
  /** The platform refused it for good: it was not posted. */
  notPosted(requestId: string, slot: string): Promise<void>;

  /** `shown` never goes back to an older revision. */
  shown(requestId: string, revision: number, shown: string): Promise<void>;
  reminded(requestId: string, deadline: Date): Promise<void>;
  undeliverable(requestId: string, code: string): Promise<void>;
  delivered(requestId: string): Promise<void>;
}

/**
 * Where messages are posted. Faults that pass are `ProviderFailure`s (`unavailable`, `timeout`, `rateLimited`,
 * `unauthorized`); what another try does not change is `ReplyRefused`.
 */
export interface MessagePlatform {
  /** @returns the id of the message; the same nonce within minutes gives the same message */
  post(message: ReplyMessage, place: { channel: string; replyTo: string; nonce: string }): Promise<string>;
  edit(message: ReplyMessage, place: { channel: string; messageId: string }): Promise<void>;
  /** A message of ours that answers `replyTo`, was posted after `since` and is none of `known`. */
  find(place: { channel: string; replyTo: string; since: Date; known: readonly string[] }): Promise<string | null>;
}

/**
 * - `undeliverable`  the person does not take our messages, or the place is gone
 * - `messageGone`    this one message was deleted
 * - `invalid`        the platform does not take a message like this
 */
export type ReplyRefusal = 'undeliverable' | 'messageGone' | 'invalid';

export class ReplyRefused extends Error {
  override readonly name = 'ReplyRefused';
  readonly kind: ReplyRefusal;
  /** The platform's own number for it, or the HTTP status. */
  readonly code: string;

  constructor(kind: ReplyRefusal, code: number | string) {
    super(`the platform refused a message: ${kind} (${code})`);
    this.kind = kind;
    this.code = String(code);
  }
}

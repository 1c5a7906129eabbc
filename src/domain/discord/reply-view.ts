import type { ButtonPress } from '../discord-buttons.ts';
import type { AuthOutcome, AuthReason, Language, Provider, RequestStatus } from '../words.ts';

/** All that a person may be told about one request of theirs. */
export interface ReplyView {
  id: string;
  /** The person's own words. */
  text: string;
  language: Language;
  timeZone: string;
  status: RequestStatus;
  answer: string | null;
  waitingFor: readonly WaitView[];
  approvals: readonly ApprovalView[];
  calls: readonly { id: string; tool: string; status: string }[];
  /** What the provider calls the accounts that calls were done with. */
  accounts: readonly string[];
  /** Ids of the runs that it started, oldest first. */
  runs: readonly string[];
}

export interface WaitView {
  provider: Provider;
  reason: AuthReason;
  missingScopes: readonly string[];
  publicId: string;
  flowId: string;
  deadline: Date;
  lastOutcome: AuthOutcome | null;
  openedByStranger: boolean;
  /** How many requests one consent would wake. */
  requests: number;
}

export interface ApprovalView {
  approvalId: string;
  provider: Provider | null;
  tool: string;
  /** The stored bytes, as they are. */
  preview: string;
  deadline: Date;
}

/** One message of ours. Its text is ready to be sent: split, defanged, escaped. */
export interface ReplyMessage {
  text: string;
  buttons: readonly (readonly ReplyButton[])[];
}

export type ReplyButton =
  | { kind: 'link'; label: string; url: string }
  | { kind: 'press'; label: string; style: ButtonStyle; press: ButtonPress };

export type ButtonStyle = 'primary' | 'plain';

/** What rendering needs to know besides the request. */
export interface ReplyPlace {
  publicUrl: string;
  /** Providers that are pretend ones. */
  emulated: readonly string[];
}

/** What the one message of a request says at a moment of its life. */
export interface ReplyMoment extends ReplyPlace {
  /** Nothing has changed for a while: say that nothing is asked of the person, and offer a way out. */
  slow: boolean;
  /** The person was reminded of the deadline: offer more time. */
  reminded: boolean;
}

/** "in 23 hours", told by each reader's own client. */
export function relativeTime(time: Date): string {
  return `<t:${Math.floor(time.getTime() / 1000)}:R>`;
}

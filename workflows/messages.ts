import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineSignal } from '@temporalio/workflow';
import type { AuthOutcome, Platform, WaitChoice } from '../src/domain/words.ts';

/**
 * What travels to workflows: ids, names, enums, counts and times, nothing else. The Web UI shows all of it to operators
 * and histories keep it.
 */

export interface RequestInput {
  requestId: string;
  /** Where a message of ours is kept up to date. On the web nothing is: the rows are the reply. */
  repliesOn?: Platform;
}

/** A browser trip for the link of `flowId` ended. `eventId` makes a repeated delivery harmless. */
export interface AuthCompleted {
  flowId: string;
  outcome: AuthOutcome;
  eventId: string;
}
export const authCompleted = defineSignal<[AuthCompleted]>('authCompleted');

/** The person chose to go on without the connection, or to wait longer. Decided in SQL already: this is a hint. */
export interface ChoiceMade {
  flowId: string;
  choice: WaitChoice;
  eventId: string;
}
export const choiceMade = defineSignal<[ChoiceMade]>('choiceMade');

/** The person said yes or no to a call. The decision is in SQL: this is a hint. */
export interface ApprovalDecided {
  approvalId: string;
  eventId: string;
}
export const approvalDecided = defineSignal<[ApprovalDecided]>('approvalDecided');

/** What the person reads has changed although nothing was decided: somebody else opened the link, say. */
export interface ReplyChanged {
  eventId: string;
}
export const replyChanged = defineSignal<[ReplyChanged]>('replyChanged');

export interface RunInput {
  runId: string;
}

/** A run that a call of this request started has its end, in its rows. Its clean-up may go on. */
export const runEnded = defineSignal<[RunInput]>('runEnded');

/** Where the activities of one container host run. */
export const sandboxTaskQueue = (host: string) => `sandbox-${host}`;

export interface AttemptInput {
  attemptId: string;
}

export interface DestroyCredentialInput extends AttemptInput {
  /** Also end the grant at the provider. */
  revoke: boolean;
}

export interface DisconnectInput extends AttemptInput {
  connectionId: string;
}

/** What operators filter by: `PanagerWaitingFor="google"` shows exactly who waits. */
export const searchAttributes = {
  user: defineSearchAttributeKey('PanagerUser', SearchAttributeType.KEYWORD),
  status: defineSearchAttributeKey('PanagerStatus', SearchAttributeType.KEYWORD),
  waitingFor: defineSearchAttributeKey('PanagerWaitingFor', SearchAttributeType.KEYWORD_LIST),
  waitingSince: defineSearchAttributeKey('PanagerWaitingSince', SearchAttributeType.DATETIME),
};

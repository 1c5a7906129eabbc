import type { ApprovalDecision, AuthReason, Language, Platform, Provider } from '../domain/words.ts';

/**
 * What pages and messages may do with the wait for consent. Implemented by `createConsent`; every method checks that
 * the person owns what the ids name, and answers in words instead of throwing for everything a person can cause.
 */
export interface Consent {
  /** What a connect page shows. Reads only (OA-2). Null when the link names nothing. */
  describe(publicId: string): Promise<FlowDescription | null>;

  /** A link to connect an account that no request waits for yet. */
  open(provider: Provider, userId: string): Promise<{ publicId: string }>;

  /** One trip of a browser to the provider (OA-5). Two tabs are two attempts. */
  start(publicId: string, userId: string): Promise<StartResult>;

  /** The provider sent the browser back (OA-7). Burns `state` whatever else is wrong. */
  receiveCallback(callback: Callback): Promise<CallbackResult>;

  /** A yes or no to an account that is not the one connected before (OA-9). */
  confirm(attemptId: string, userId: string, yes: boolean): Promise<CallbackResult>;

  /** A real no, said on our page: the requests learn it and keep waiting with a choice. */
  decline(publicId: string, userId: string): Promise<'declined' | 'notFound' | 'closed'>;

  /** Go on without this connection / ask again a day later. `notFound` when nothing of this request waits on the flow. */
  choose(choice: {
    requestId: string;
    userId: string;
    flowId: string;
    choice: 'skip' | 'snooze';
  }): Promise<ChoiceResult>;

  /** Ends a request. Its waiters close in the same transaction. */
  cancel(requestId: string, userId: string): Promise<'cancelled' | 'alreadyEnded' | 'notFound'>;

  /** A person's yes or no to exactly one call (AG-1). */
  decide(approvalId: string, userId: string, decision: ApprovalDecision): Promise<DecisionResult>;

  /** Ends a connection (OA-13). */
  disconnect(connectionId: string, userId: string): Promise<'disconnected' | 'notFound'>;

  /** OA-4: somebody else opened this link. Writes the audit row and tells the asker. */
  reportStranger(publicId: string, strangerId: string): Promise<void>;
}

export type DecisionResult = 'decided' | 'notFound' | 'alreadyDecided' | 'expired';

export type ChoiceResult = 'accepted' | 'notFound';

export interface FlowDescription {
  flowId: string;
  publicId: string;
  /** The only person who may use it. */
  ownerId: string;
  provider: Provider;
  live: boolean;
  language: Language;
  platform: Platform;
  /** Why a person is asked; the oldest waiter's reason. */
  reason: AuthReason;
  /** What the provider will be asked for. */
  scopes: string[];
  /** The account that was connected before, if any. */
  previousAccount: string | null;
  /** The person's own words that wait, oldest first. */
  waiting: { requestId: string; text: string }[];
  /** The earliest deadline; null when nothing waits. */
  deadline: Date | null;
}

export type StartResult =
  | {
      kind: 'started';
      attemptId: string;
      /** 256 random bits, base64url: the value of this attempt's cookie and nothing else. */
      bindSecret: string;
      expiresAt: Date;
      authorizationUrl: URL;
    }
  | { kind: 'notFound' | 'notOwner' | 'closed' | 'busy' };

export interface Callback {
  provider: Provider;
  /** Where it arrived, to compare with the attempt's redirect URI (OA-6). */
  redirectUri: string;
  /** `state` if there was exactly one of sane length, else null. */
  state: string | null;
  /** The other parameters; null when absent. */
  code: string | null;
  error: string | null;
  iss: string | null;
  /** True when a parameter was repeated, too long or not text: the attempt is burnt and nothing else happens. */
  malformed: boolean;
  /** Reads the cookie of an attempt. */
  bindSecretOf(attemptId: string): string | undefined;
  /** Who is signed in in this browser. */
  userId: string | null;
}

/** Where the person came from, for the way back. */
interface Origin {
  attemptId: string;
  publicId: string;
  provider: Provider;
  platform: Platform;
  language: Language;
  /** The oldest request that waits or waited on this flow; null for the accounts page. */
  requestId: string | null;
}

export type CallbackResult =
  | ({ kind: 'connected'; account: string; missingScopes: string[] } & Origin)
  | ({ kind: 'confirm'; account: string; previousAccount: string } & Origin)
  /** The secret store did not answer in time: repair finishes it within two minutes. */
  | ({ kind: 'beingFinished' } & Origin)
  /** The person, or the provider for them, said no. */
  | ({ kind: 'denied' } & Origin)
  | ({ kind: 'refused'; reason: RefusedReason } & Origin)
  /** No attempt of ours carries this `state`. */
  | { kind: 'unknown' };

export type RefusedReason =
  /** A parameter was wrong, repeated or missing; `iss` or the redirect URI is not the attempt's. */
  | 'malformed'
  | 'wrongIssuer'
  | 'wrongRedirect'
  /** Not the browser that started it, or not the person. */
  | 'wrongBrowser'
  | 'wrongPerson'
  | 'alreadyUsed'
  | 'expired'
  /** The provider refused the code, did not answer, or answered nonsense. */
  | 'exchangeFailed'
  /** The account belongs to another person here. */
  | 'accountTaken'
  /** Somebody else here has just disconnected this account, and the provider ends every grant of it. */
  | 'accountEnding'
  /** The person said no to the other account, or let the ten minutes pass. */
  | 'notConfirmed'
  /** Disconnected or replaced while this trip was under way. */
  | 'superseded';

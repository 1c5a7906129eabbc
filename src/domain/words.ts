/** The vocabulary of the product: every closed set of words that rows, messages and pages share. */

export const PROVIDERS = ['google', 'github', 'claude'] as const;
/** An outside service that a person connects an account of. */
export type Provider = (typeof PROVIDERS)[number];

/** Where a person talks to us. */
export type Platform = 'discord' | 'web';

export type Language = 'ko' | 'en';

export type RequestStatus = 'queued' | 'thinking' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';

/** How a request ended. */
export type RequestOutcome = 'done' | 'failed' | 'cancelled' | 'expired';

/** Why a call cannot run with what is connected now. */
export type AuthReason = 'neverConnected' | 'expired' | 'revoked' | 'scopeMissing' | 'wrongAccount';

export type ConnectionStatus = 'active' | 'revoked' | 'gone';

export type WaiterStatus = 'open' | 'released' | 'resumed' | 'expired' | 'skipped' | 'cancelled' | 'insufficient';

export type AttemptStatus = 'started' | 'burnt' | 'granted' | 'kept' | 'confirm' | 'void' | 'denied' | 'failed';

/** What a finished browser trip tells the requests that wait for it. */
export type AuthOutcome = 'granted' | 'denied' | 'failed';

/** What a person may choose while a request waits for consent. */
export type WaitChoice = 'skip' | 'snooze';

/** Why a call ended without having run. */
export type ClosedReason = 'expired' | 'skipped' | 'cancelled' | 'insufficient' | 'denied';

/** Why a call needs a person's yes before it runs. */
export type ApprovalReason = 'staleWrite';

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'replaced' | 'expired';

export type ApprovalDecision = 'approve' | 'deny' | 'approveAll';

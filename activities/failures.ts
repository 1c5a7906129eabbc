import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { ClientRefused } from '../src/connections/client-refused.ts';
import type { AuthReason, Provider } from '../src/domain/words.ts';
import { EngineUnavailable } from '../src/ports/container-engine.ts';
import { VaultUnavailable } from '../src/ports/credential-vault.ts';
import { ProviderFailure } from '../src/ports/provider-failure.ts';

/** Details of the failure that parks a call: ids, enums and a time, because histories keep them. */
export interface AuthRequired {
  flowId: string;
  provider: Provider;
  reason: AuthReason;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/** Not an error of anybody's: the call waits for a person. Benign, so that it does not alarm operators. */
export function authRequired({ flowId, provider, reason, deadline }: AuthRequired): ApplicationFailure {
  const details: AuthRequired = { flowId, provider, reason, deadline };
  return waiting('AuthRequired', `waiting for ${provider} (${reason})`, details);
}

/** Details of the failure that parks a write until its person has said yes or no. */
export interface ApprovalRequired {
  approvalId: string;
  /** Milliseconds since the epoch: when to look again. */
  deadline: number;
}

export function approvalRequired(details: ApprovalRequired): ApplicationFailure {
  return waiting('ApprovalRequired', 'waiting for approval', details);
}

function waiting(type: string, message: string, details: object): ApplicationFailure {
  const category = ApplicationFailureCategory.BENIGN;
  return ApplicationFailure.create({ type, message, nonRetryable: true, details: [details], category });
}

/** The same call runs again in a moment: somebody else refreshes, or a newer credential has come. */
export function lookAgain(code: string, delayMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: code,
    message: 'the same call runs again',
    nextRetryDelay: delayMs,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** A request for something that does not exist or belongs to another workflow. */
export function refused(code: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: 'refused', nonRetryable: true });
}

/**
 * Whatever an activity threw, as a failure with a stable code and a text of ours. Histories keep messages, stacks and
 * causes, and client libraries put tokens into all three: nothing of the original survives.
 */
export function toApplicationFailure(error: unknown): Error {
  if (error instanceof CancelledFailure) return error;
  const failure = error instanceof ApplicationFailure ? error : describe(error);
  // Paths of our files say nothing to an operator that type and message do not.
  failure.stack = '';
  return failure;
}

function describe(error: unknown): ApplicationFailure {
  if (error instanceof ProviderFailure) {
    return ApplicationFailure.create({
      type: `provider.${error.kind}`,
      message: error.status === null ? 'the provider failed' : `the provider answered ${error.status}`,
      ...(error.retryAfterMs === null ? {} : { nextRetryDelay: Math.min(error.retryAfterMs, 600_000) }),
    });
  }
  if (error instanceof ClientRefused) {
    return ApplicationFailure.create({ type: CLIENT_REFUSED, message: `${error.provider} refuses our own client` });
  }
  if (error instanceof VaultUnavailable) {
    return ApplicationFailure.create({ type: `vault.${error.reason}`, message: 'the secret store did not answer' });
  }
  if (error instanceof EngineUnavailable) {
    return ApplicationFailure.create({ type: `engine.${error.trouble}`, message: error.message });
  }
  if (isDatabaseError(error)) {
    return ApplicationFailure.create({ type: 'database', message: `the database failed (${error.code})` });
  }
  return ApplicationFailure.create({
    type: 'internal',
    message: 'an unexpected error; the log of this process has it',
  });
}

const CLIENT_REFUSED = 'provider.clientRefused';
/** What the operator must see in the log: a fault of ours, or of the configuration. */
const FOR_THE_OPERATOR = new Set(['internal', CLIENT_REFUSED, 'vault.refused']);

/** SQLSTATE, or a system error such as ECONNREFUSED: both are codes without anybody's data. */
function isDatabaseError(error: unknown): error is { code: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  // Node's own programming errors (ERR_...) are ours to find in the log.
  return /^([0-9A-Z]{5}|E(?!RR_)[A-Z_]+)$/.test(error.code);
}

/** Wraps every activity with the translation. What only the operator can mend goes to `onUnexpected`, the log. */
export function translated<T extends object>(
  activities: T,
  onUnexpected: (activity: string, error: unknown) => void,
): T {
  const wrapped = Object.entries(activities).map(([name, activity]: [string, (...args: unknown[]) => unknown]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await activity(...args);
      } catch (error) {
        const failure = toApplicationFailure(error);
        if (failure instanceof ApplicationFailure && FOR_THE_OPERATOR.has(failure.type ?? ''))
          onUnexpected(name, error);
        throw failure;
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}

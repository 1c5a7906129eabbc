import type { AttemptInput, DestroyCredentialInput } from './messages.ts';
import * as activities from './proxies.ts';

/** Ends a browser trip whose callback did not. */
export async function repair({ attemptId }: AttemptInput): Promise<void> {
  await activities.repairAttempt.executeWithOptions({ summary: 'claim the path, then finish or fail' }, [
    { attemptId },
  ]);
}

/** Removes a credential that no connection points to any more. */
export async function destroyCredential({ attemptId, revoke }: DestroyCredentialInput): Promise<void> {
  const summary = revoke ? 'revoke at the provider, then destroy' : 'destroy';
  await activities.destroyCredential.executeWithOptions({ summary }, [{ attemptId, revoke }]);
}

/** Started by a schedule: ends trips that never came back and questions that nobody answered. */
export async function sweep(): Promise<number> {
  return activities.sweepAttempts();
}

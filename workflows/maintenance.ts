import { continueAsNew } from '@temporalio/workflow';
import type { OrphanPage } from '../activities/index.ts';
import type { AttemptInput, DestroyCredentialInput, DisconnectInput, RequestInput } from './messages.ts';
import * as activities from './proxies.ts';

/** Ends a browser trip whose callback did not. */
export async function repair({ attemptId }: AttemptInput): Promise<void> {
  await activities.repairAttempt.executeWithOptions({ summary: 'claim the path, then finish or fail' }, [
    { attemptId },
  ]);
}

/** Removes a credential that no connection points to any more. */
export async function destroyCredential({ attemptId, revoke }: DestroyCredentialInput): Promise<void> {
  if (revoke) await activities.revokeGrant.executeWithOptions({ summary: 'revoke at the provider' }, [{ attemptId }]);
  await activities.destroyCredential.executeWithOptions({ summary: 'destroy every version' }, [{ attemptId }]);
}

/** Ends what a disconnected account allowed: the grant at its provider, then the secret. */
export async function disconnect({ attemptId }: DisconnectInput): Promise<void> {
  await destroyCredential({ attemptId, revoke: true });
}

/** Brings the message of a request to its end, which the sweep has decided because nothing was left of its workflow. */
export async function tellEnd({ requestId }: RequestInput): Promise<void> {
  await activities.deliverReply.executeWithOptions({ summary: 'deliver the end' }, [{ requestId }]);
}

/** Started by a schedule: ends trips that never came back and questions that nobody answered. */
export async function sweep(): Promise<number> {
  return activities.sweepAttempts();
}

/** Keeps a history short, however many people there are. */
const PAGES_PER_RUN = 200;

/** Started by a schedule: compares what is stored with what points to it, page by page. */
export async function searchOrphans(from: OrphanPage = { place: 'vault', after: null }): Promise<void> {
  let page: OrphanPage | null = from;
  for (let pages = 0; page !== null; pages++) {
    if (pages === PAGES_PER_RUN) return continueAsNew<typeof searchOrphans>(page);
    page = await activities.searchOrphans(page);
  }
}

import { unionOfScopes } from '../domain/scopes.ts';
import { scopesOfTools } from '../domain/tools.ts';
import type { FlowFacts } from '../ports/consent-store.ts';
import { cancelRequest } from './end-request.ts';
import { decideApproval } from './approvals.ts';
import { choose } from './choose.ts';
import { confirmAccount } from './confirm-account.ts';
import type { Consent, FlowDescription } from './consent.ts';
import { disconnect } from './disconnect.ts';
import { failWaiters } from './finish-attempt.ts';
import { receiveCallback, type CallbackParts } from './receive-callback.ts';
import { newPublicId } from './public-id.ts';
import { startAttempt } from './start-attempt.ts';

/** As `startAttempt` will ask. */
function scopesToAsk({ provider, grantedScopes, waiting }: FlowFacts): string[] {
  const needed = unionOfScopes(grantedScopes, ...waiting.map(({ needs }) => needs));
  return needed.length > 0 ? needed : scopesOfTools(provider);
}

/** The heart as pages and messages use it. `poke` tells the dispatcher that the outbox may hold something new. */
export function createConsent(parts: CallbackParts & { poke: () => void }): Consent {
  const { store, poke } = parts;
  const poked = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    poke();
    return result;
  };

  return {
    async describe(publicId): Promise<FlowDescription | null> {
      const flow = await store.findFlow(publicId);
      if (flow === null) return null;
      const { flowId, userId, provider, live, language, platform, previousAccount, waiting } = flow;
      const deadlines = waiting.map(({ deadline }) => deadline.getTime());
      return {
        flowId,
        publicId,
        ownerId: userId,
        provider,
        live,
        language,
        platform,
        reason: waiting[0]?.reason ?? 'neverConnected',
        scopes: scopesToAsk(flow),
        previousAccount,
        waiting: waiting.map(({ requestId, text }) => ({ requestId, text })),
        deadline: deadlines.length > 0 ? new Date(Math.min(...deadlines)) : null,
      };
    },

    open(provider, userId) {
      return store.transact({ userId, providers: [provider] }, async (tx) => {
        await tx.locked();
        return tx.joinFlow(provider, newPublicId(), new Date(tx.now.getTime() + tx.times.attemptMs));
      });
    },
    start: (publicId, userId) => startAttempt(parts, publicId, userId),
    receiveCallback: (callback) => poked(receiveCallback(parts, callback)),
    confirm: (attemptId, userId, yes) => poked(confirmAccount(store, attemptId, userId, yes)),
    choose: (choice) => poked(choose(store, choice)),
    decide: (approvalId, userId, decision) => poked(decideApproval(store, approvalId, userId, decision)),
    disconnect: (connectionId, userId) => poked(disconnect(store, connectionId, userId)),
    cancel: (requestId, userId) => poked(cancelRequest(store, requestId, userId)),

    async decline(publicId, userId) {
      const flow = await store.findFlow(publicId);
      if (flow === null || flow.userId !== userId) return 'notFound';
      const { flowId, provider } = flow;
      return poked(
        store.transact({ userId, providers: [provider] }, async (tx) => {
          if (!(await tx.isLive(flowId))) return 'closed';
          await failWaiters(tx, { provider }, 'denied');
          await tx.audit('consentDenied', { flowId, provider });
          await tx.tidy(provider);
          return 'declined';
        }),
      );
    },

    async reportStranger(publicId, strangerId) {
      const flow = await store.findFlow(publicId);
      if (flow === null) return;
      const { flowId, provider, userId } = flow;
      await store.transact({ userId, providers: [] }, async (tx) => {
        await tx.markStranger(flowId);
        await tx.audit('linkOpenedByStranger', { flowId, provider });
        await tx.audit('openedForeignLink', { provider, userId: strangerId });
        for (const { requestId } of flow.waiting) {
          tx.changed('request', requestId);
          await tx.promptChanged(requestId);
        }
      });
    },
  };
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { unionOfScopes } from '../domain/scopes.ts';
import { scopesOfTools } from '../domain/tools.ts';
import type { ConsentStore } from '../ports/consent-store.ts';
import type { OAuthProvider } from '../ports/oauth-provider.ts';
import type { StartResult } from './consent.ts';

/** More browser trips of one person at a time are a mistake or an attack. */
const MAX_UNDER_WAY = 10;

/**
 * One browser trip (OA-5): `state` is stored hashed, and one cookie value `c` is bound twice: the row keeps
 * SHA-256("bind" + c), the PKCE verifier is derived from "pkce" + c and is stored nowhere.
 */
export async function startAttempt(
  { store, oauth }: { store: ConsentStore; oauth: (provider: string) => OAuthProvider },
  publicId: string,
  userId: string,
): Promise<StartResult> {
  const flow = await store.findFlow(publicId);
  if (flow === null) return { kind: 'notFound' };
  if (flow.userId !== userId) return { kind: 'notOwner' };

  const provider = oauth(flow.provider);
  const attemptId = randomUUID();
  const state = randomBytes(32).toString('base64url');
  const bindSecret = randomBytes(32).toString('base64url');

  return store.transact({ userId, providers: [flow.provider] }, async (tx): Promise<StartResult> => {
    if (!(await tx.isLive(flow.flowId))) return { kind: 'closed' };
    if (await tx.isRevoking(flow.provider)) return { kind: 'busy' };
    const underWay = await tx.attemptsUnderWay(flow.provider);
    if (underWay.length >= MAX_UNDER_WAY) return { kind: 'busy' };

    const waiters = await tx.openWaiters(flow.provider);
    const connection = await tx.connection(flow.provider);
    const granted = connection !== null && connection.status !== 'gone' ? connection.scopes : [];
    const needed = unionOfScopes(granted, ...waiters.map((waiter) => waiter.needs));
    // Nothing waits and nothing is connected: somebody connects ahead, for whatever the tools may need.
    const asks = needed.length > 0 ? needed : scopesOfTools(flow.provider);
    const expiresAt = new Date(tx.now.getTime() + tx.times.attemptMs);
    await tx.createAttempt({
      id: attemptId,
      flowId: flow.flowId,
      provider: flow.provider,
      asks,
      stateHash: hashState(state),
      bindHash: hashBinding(bindSecret),
      redirectUri: provider.redirectUri,
      expiresAt,
    });
    await tx.audit('attemptStarted', { flowId: flow.flowId, attemptId, provider: flow.provider });
    const authorizationUrl = provider.authorizationUrl({
      state,
      codeChallenge: createHash('sha256').update(pkceVerifier(bindSecret)).digest('base64url'),
      scopes: asks,
    });
    return { kind: 'started', attemptId, bindSecret, expiresAt, authorizationUrl };
  });
}

export function hashState(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}

export function hashBinding(bindSecret: string): Buffer {
  return createHash('sha256').update(`bind${bindSecret}`).digest();
}

/** 43 characters, as RFC 7636 4.1 wants at least. */
export function pkceVerifier(bindSecret: string): string {
  return createHash('sha256').update(`pkce${bindSecret}`).digest('base64url');
}

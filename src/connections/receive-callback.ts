import { timingSafeEqual } from 'node:crypto';
import { effectiveScopes, missingScopes, unionOfScopes } from '../domain/scopes.ts';
import type { Attempt, ConsentStore, FlowFacts } from '../ports/consent-store.ts';
import { VaultUnavailable, type CredentialVault } from '../ports/credential-vault.ts';
import type { OAuthProvider, ProviderAccount, TokenGrant } from '../ports/oauth-provider.ts';
import { ProviderFailure } from '../ports/provider-failure.ts';
import type { Callback, CallbackResult, RefusedReason } from './consent.ts';
import { closeAttempt } from './close-attempt.ts';
import { finishAttempt, type Finished } from './finish-attempt.ts';
import { hashBinding, hashState, pkceVerifier } from './start-attempt.ts';

export interface CallbackParts {
  store: ConsentStore;
  vault: CredentialVault;
  oauth: (provider: string) => OAuthProvider;
}

/**
 * The provider sent the browser back. The checks stand in the order of OA-7, the writes in the order of durability:
 * `state` is burnt together with its repair, subject and scopes go to SQL, the secret to Vault, and one transaction
 * finishes. Whatever stops this process in between, repair ends the attempt.
 */
export async function receiveCallback(parts: CallbackParts, callback: Callback): Promise<CallbackResult> {
  const { store } = parts;
  const attempt = callback.state === null ? null : await store.findAttemptByState(hashState(callback.state));
  if (attempt === null) return { kind: 'unknown' };
  const origin = await originOf(store, attempt);
  let known: 'started' | 'burnt' = 'started';
  const refuse = async (reason: RefusedReason): Promise<CallbackResult> => {
    await closeAttempt(store, attempt, known, 'failed');
    return { kind: 'refused', reason, ...origin };
  };

  if (callback.malformed) return refuse('malformed');
  const bindSecret = callback.bindSecretOf(attempt.id);
  if (bindSecret === undefined || !timingSafeEqual(hashBinding(bindSecret), attempt.bindHash)) {
    // The cookie goes when the trip ends: its own person, who reloads the page, is not in the wrong browser.
    const isReload = bindSecret === undefined && attempt.status !== 'started' && callback.userId === attempt.userId;
    return refuse(isReload ? 'alreadyUsed' : 'wrongBrowser');
  }
  if (!(await store.burnAttempt(attempt.id))) {
    return { kind: 'refused', reason: whyNotBurnt(attempt), ...origin };
  }

  // From here on this process alone may exchange the code, so it may also say at once that it will not.
  known = 'burnt';
  if (callback.userId !== attempt.userId) return refuse('wrongPerson');
  const provider = parts.oauth(attempt.provider);
  const isOwnAddress = callback.provider === attempt.provider && callback.redirectUri === attempt.redirectUri;
  if (!isOwnAddress) return refuse('wrongRedirect');
  if (callback.iss !== provider.issuer) return refuse('wrongIssuer');
  if (callback.error === 'access_denied') {
    await closeAttempt(store, attempt, known, 'denied');
    return { kind: 'denied', ...origin };
  }
  if (callback.error !== null) return refuse('exchangeFailed');
  if (callback.code === null) return refuse('malformed');

  const exchanged = await exchange(provider, callback.code, bindSecret, store.times.exchangeMs);
  if (exchanged === null) return refuse('exchangeFailed');
  const { grant, account } = exchanged;
  const granted = effectiveScopes(attempt.provider, grant.scopes ?? attempt.asks);
  await store.recordAccount(attempt.id, { subject: account.subject, account: account.label, granted });

  try {
    const stored = await parts.vault.create(credentialPath(attempt), {
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken,
      expiresAt: grant.expiresAt?.toISOString() ?? null,
    });
    if (stored === 'exists') return { kind: 'refused', reason: 'expired', ...origin };
  } catch (error) {
    // Nothing is known about the write, so nothing is decided here.
    if (error instanceof VaultUnavailable) return { kind: 'beingFinished', ...origin };
    throw error;
  }
  return describeFinished(store, await finishAttempt(store, attempt), attempt);
}

/** Only for the words of the page: the row may have moved on since it was read. */
function whyNotBurnt({ status, expiresAt }: Attempt): RefusedReason {
  if (status === 'void') return 'superseded';
  const wasNeverUsed = status === 'started' || status === 'failed';
  return wasNeverUsed && expiresAt <= new Date() ? 'expired' : 'alreadyUsed';
}

export function credentialPath({ userId, provider, id }: Pick<Attempt, 'userId' | 'provider' | 'id'>) {
  return { userId, provider, attemptId: id };
}

/** What the page says about an attempt that was finished, here or by somebody faster. */
export async function describeFinished(
  store: ConsentStore,
  finished: Finished,
  attempt: Attempt,
): Promise<CallbackResult> {
  const flow = await flowOf(store, attempt);
  const origin = originFrom(flow, attempt);
  const { account, previousAccount, barred } = finished;
  switch (finished.status) {
    case 'granted':
    case 'kept': {
      // Compared with what is connected now: a newer tab may have brought something else than this attempt.
      const needs = unionOfScopes(...flow.waiting.map((waiting) => waiting.needs));
      return { kind: 'connected', account, missingScopes: missingScopes(needs, flow.grantedScopes), ...origin };
    }
    case 'confirm':
      return { kind: 'confirm', account, previousAccount: previousAccount ?? '', ...origin };
    case 'void':
      return { kind: 'refused', reason: barred ?? 'superseded', ...origin };
    case 'denied':
      return { kind: 'denied', ...origin };
    case 'burnt':
      return { kind: 'beingFinished', ...origin };
    case 'started':
    case 'failed':
      return { kind: 'refused', reason: 'exchangeFailed', ...origin };
  }
}

/** One exchange and one real call with the new token (OA-9), both inside one bound. Null when the provider refuses. */
async function exchange(
  provider: OAuthProvider,
  code: string,
  bindSecret: string,
  timeoutMs: number,
): Promise<{ grant: TokenGrant; account: ProviderAccount } | null> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const grant = await provider.exchange({ code, codeVerifier: pkceVerifier(bindSecret) }, signal);
    return { grant, account: await provider.identify(grant.accessToken, signal) };
  } catch (error) {
    if (error instanceof ProviderFailure) return null;
    throw error;
  }
}

export async function originOf(store: ConsentStore, attempt: Attempt) {
  return originFrom(await flowOf(store, attempt), attempt);
}

async function flowOf(store: ConsentStore, attempt: Attempt): Promise<FlowFacts> {
  const flow = await store.findFlowById(attempt.flowId);
  if (flow === null) throw new Error('an attempt belongs to a flow');
  return flow;
}

function originFrom(flow: FlowFacts, attempt: Attempt) {
  return {
    attemptId: attempt.id,
    publicId: flow.publicId,
    provider: attempt.provider,
    platform: flow.platform,
    language: flow.language,
    requestId: flow.waiting[0]?.requestId ?? flow.lastRequestId,
  };
}

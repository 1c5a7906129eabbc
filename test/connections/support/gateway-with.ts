import type { Consent } from '../../../src/connections/consent.ts';
import { createConsent } from '../../../src/connections/create-consent.ts';
import type { ConsentStore } from '../../../src/ports/consent-store.ts';
import type { CredentialVault } from '../../../src/ports/credential-vault.ts';
import type { OAuthProvider } from '../../../src/ports/oauth-provider.ts';
import type { Heart } from '../../support/heart.ts';

export interface Differences {
  store?: Partial<ConsentStore>;
  vault?: Partial<CredentialVault>;
  google?: Partial<OAuthProvider>;
}

/** The heart as another gateway process sees it, in which something goes otherwise. */
export function gatewayWith(heart: Heart, { store, vault, google }: Differences): Consent {
  return createConsent({
    store: { ...heart.gatewayStore, ...store },
    vault: { ...heart.vaults.gateway, ...vault },
    oauth: (name) => ({ ...heart.oauth(name), ...google }),
    poke: () => undefined,
  });
}

/** What a process leaves undone when it is killed: unlike a refusal, nobody handles it. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** Receives a callback in a process that is killed on the way. */
export async function diesOn(work: Promise<unknown>): Promise<void> {
  const death = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(death instanceof ProcessDied)) throw new Error('the process came to an end by itself');
}

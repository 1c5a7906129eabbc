import { createEmulatedGoogle } from '../../../../infra/local/google/emulated-google.ts';
import { walkConsent } from '../../../../infra/local/google/walk-consent.ts';
import type { GooglePeer } from './google-peer.ts';
import { CLIENT } from './google-peer.ts';

/** The practice Google of `make dev`. */
export async function startEmulatedGooglePeer(): Promise<GooglePeer> {
  const google = await createEmulatedGoogle({
    ...CLIENT,
    port: 0,
    dataFolder: null,
    redirectUris: [CLIENT.redirectUri],
  });
  return {
    options: { ...CLIENT, baseUrl: google.url },
    rotates: false,
    consent: (url) => walkConsent(url, { account: 'minji@example.com' }),
    close: google.close,
  };
}

import { walkConsent, type ConsentWalk } from '../../../infra/local/google/walk-consent.ts';
import type { Callback, CallbackResult } from '../../../src/connections/consent.ts';
import type { AttemptStatus } from '../../../src/domain/words.ts';
import type { Heart } from '../../support/heart.ts';

export const MINJI = 'minji@example.com';
export const ALEX = 'alex@example.com';

/** One browser trip that has begun at our page. */
export interface Trip {
  attemptId: string;
  authorizationUrl: URL;
  /** Answers the provider's pages; returns how the browser comes back, which is not yet received. */
  walk(walk?: Partial<ConsentWalk>): Promise<Callback>;
  /** The whole rest of the trip. */
  finish(walk?: Partial<ConsentWalk>): Promise<CallbackResult>;
}

export async function startTrip(heart: Heart, userId: string, publicId: string): Promise<Trip> {
  const started = await heart.consent.start(publicId, userId);
  if (started.kind !== 'started') throw new Error(`start answered ${started.kind}`);
  const { attemptId, authorizationUrl, bindSecret } = started;

  const walk = async (choice: Partial<ConsentWalk> = {}): Promise<Callback> => {
    const back = await walkConsent(authorizationUrl, { account: MINJI, ...choice });
    return {
      provider: 'google',
      redirectUri: `${back.origin}${back.pathname}`,
      state: back.searchParams.get('state'),
      code: back.searchParams.get('code'),
      error: back.searchParams.get('error'),
      iss: back.searchParams.get('iss'),
      malformed: false,
      bindSecretOf: (id) => (id === attemptId ? bindSecret : undefined),
      userId,
    };
  };
  return {
    attemptId,
    authorizationUrl,
    walk,
    finish: async (choice) => heart.consent.receiveCallback(await walk(choice)),
  };
}

/** From our page to the answer of the callback. */
export async function connect(
  heart: Heart,
  userId: string,
  publicId: string,
  walk?: Partial<ConsentWalk>,
): Promise<CallbackResult> {
  return (await startTrip(heart, userId, publicId)).finish(walk);
}

export async function statusOf(heart: Heart, attemptId: string): Promise<AttemptStatus> {
  const attempt = await heart.store.findAttempt(attemptId);
  if (attempt === null) throw new Error('no such attempt');
  return attempt.status;
}

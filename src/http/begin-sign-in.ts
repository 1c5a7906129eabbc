import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { hashBinding, hashState, pkceVerifier } from '../connections/start-attempt.ts';
import { createAttemptCookies } from './attempt-cookies.ts';
import type { BeginSignIn, DiscordParts } from './parts.ts';

const LOGIN_MS = 10 * 60 * 1000;

/**
 * Sends the browser to Discord to sign in (OA-3). Where it goes on afterwards stays here, in the row: what the browser
 * carries are `state`, stored hashed, and a cookie that binds the trip to this browser as OA-5 binds an attempt.
 */
export function createBeginSignIn({ signIn, logins }: DiscordParts, publicUrl: string): BeginSignIn {
  const cookies = createAttemptCookies(publicUrl, 'login');

  return async (request, response, target, { chooseAccount = false } = {}) => {
    const id = randomUUID();
    const state = randomBytes(32).toString('base64url');
    const bindSecret = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + LOGIN_MS);
    await logins.start({ id, stateHash: hashState(state), bindHash: hashBinding(bindSecret), expiresAt, ...target });
    cookies.set(request, response, { id, bindSecret, expiresAt });
    const codeChallenge = createHash('sha256').update(pkceVerifier(bindSecret)).digest('base64url');
    const { href } = signIn.authorizationUrl({ state, codeChallenge, chooseAccount });
    // Without a body: a redirect's default one would repeat `state`.
    response.status(303).set('Location', href).end();
  };
}

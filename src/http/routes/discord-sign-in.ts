import { timingSafeEqual } from 'node:crypto';
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { Alarm } from '../../connections/alarm.ts';
import { hashBinding, hashState, pkceVerifier } from '../../connections/start-attempt.ts';
import type { SignInRefusal } from '../../domain/texts.ts';
import type { Login } from '../../ports/logins.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import type { SignedInAccount } from '../../ports/sign-in-provider.ts';
import { createAttemptCookies } from '../attempt-cookies.ts';
import { readCallbackQuery } from '../callback-query.ts';
import { HttpError, notFound } from '../http-error.ts';
import { browserLanguage } from '../language.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { noStore } from '../middleware/security-headers.ts';
import { signInRefusedPage } from '../pages/sign-in-refused-page.ts';
import type { DiscordParts, RouteParts } from '../parts.ts';
import { returnTarget } from '../return-target.ts';
import { createStartAttempt } from '../start-attempt.ts';

const LOGIN = '/auth/discord/login';
const CALLBACK = '/oauth/discord/callback';

const STATUS: Record<SignInRefusal, number> = {
  unknown: 400,
  malformed: 400,
  wrongBrowser: 403,
  alreadyUsed: 409,
  expired: 410,
  denied: 403,
  failed: 424,
  notServed: 403,
};

/** Sign in with Discord (OA-3), `identify` only. The person is the one who writes the bot direct messages. */
export function discordSignInRoutes(parts: RouteParts, rateLimits: RateLimits): Router {
  const router = Router();
  const { discord, beginSignIn, limits } = parts;
  if (!discord || !beginSignIn) return router;
  const { settings, sessions, sessionCookie, logger } = parts;
  const cookies = createAttemptCookies(settings.publicUrl, 'login');
  const startAttempt = createStartAttempt(parts);

  router.use([LOGIN, CALLBACK], getOnly, noStore);

  router.get(LOGIN, ...rateLimits.signIn, async (request, response) => {
    const query = new URL(request.originalUrl, settings.publicUrl).searchParams;
    const asked = query.getAll('return');
    const returnTo = returnTarget(asked.length === 1 ? asked[0] : undefined);
    const chooseAccount = query.get('account') === 'other';
    await beginSignIn(request, response, { returnTo, pressed: false }, { chooseAccount });
  });

  router.get(CALLBACK, ...rateLimits.callback, async (request, response) => {
    const { description, ...answer } = readCallbackQuery(new URL(request.originalUrl, settings.publicUrl).search);
    const login = answer.state === null ? null : await discord.logins.find(hashState(answer.state));
    if (!login) return refuse(request, response, 'unknown', '/');

    // Whatever else is wrong, and whoever brought it: a `state` counts once (OA-7).
    const isFirst = await discord.logins.burn(login.id);
    const bindSecret = cookies.read(request, login.id);
    const isBound = bindSecret !== undefined && timingSafeEqual(hashBinding(bindSecret), login.bindHash);
    cookies.clear(response, login.id);
    const refusal = refusalOf(login, { ...answer, isFirst, isBound, issuer: discord.signIn.issuer });
    if (refusal !== null || answer.code === null || bindSecret === undefined) {
      const reason = refusal ?? 'malformed';
      // Masked by the logger, and shown to nobody (OA-8).
      logger.info({ refusal: reason, error: answer.error, description }, 'not signed in with Discord');
      return refuse(request, response, reason, isBound ? login.returnTo : '/');
    }

    const account = await identify(discord, { code: answer.code, codeVerifier: pkceVerifier(bindSecret) });
    if (typeof account === 'string') return refuse(request, response, account, login.returnTo);
    const { subject, displayName, language } = account;
    const before = sessionCookie.read(request);
    if (before) await sessions.end(before);
    const { token, user } = await sessions.signIn({
      issuer: 'https://discord.com',
      subject,
      displayName,
      language: language ?? browserLanguage(request),
    });
    sessionCookie.set(response, token);
    if (login.pressed && (await startAttempt(request, response, login.returnTo, user.id))) return;
    response.status(303).set('Location', login.returnTo).end();
  });

  /** Who it is, when it is somebody whom we serve. */
  async function identify(
    { signIn, isServed }: DiscordParts,
    grant: { code: string; codeVerifier: string },
  ): Promise<SignedInAccount | 'failed' | 'notServed'> {
    const signal = AbortSignal.timeout(limits.identifyMs);
    try {
      const account = await signIn.identify(grant, signal);
      return (await isServed(account.subject, signal)) ? account : 'notServed';
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      // Refused at the token endpoint as a client: our own id and secret are wrong, and nobody can sign in.
      const isRefused = error.kind === 'invalidRequest' && error.status === 401;
      if (isRefused) logger.error(new Alarm('Discord refuses DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET'));
      else logger.warn({ err: error }, 'Discord did not say who signs in');
      return 'failed';
    }
  }

  function refuse(request: Request, response: Response, refusal: SignInRefusal, returnTo: string): void {
    const page = signInRefusedPage({ language: browserLanguage(request), refusal, returnTo });
    response.status(STATUS[refusal]).type('html').send(page);
  }

  return router;
}

/**
 * The checks of a callback (OA-7). Null when the code may be exchanged. That it is over comes before whose browser it is:
 * the cookie goes with the trip, and who reloads the page afterwards is not in the wrong browser.
 */
function refusalOf(
  login: Login,
  answer: Pick<ReturnType<typeof readCallbackQuery>, 'malformed' | 'iss' | 'error'> & {
    isFirst: boolean;
    /** It came with the cookie of the browser that began. */
    isBound: boolean;
    issuer: string;
  },
): SignInRefusal | null {
  if (answer.malformed) return 'malformed';
  if (!answer.isFirst) return login.usedAt === null && login.expiresAt <= new Date() ? 'expired' : 'alreadyUsed';
  if (!answer.isBound) return 'wrongBrowser';
  // Discord's documentation shows answers without `iss`; this redirect URI is Discord's alone (RFC 9207 2.4).
  if (answer.iss !== null && answer.iss !== answer.issuer) return 'malformed';
  if (answer.error === 'access_denied') return 'denied';
  return answer.error === null ? null : 'failed';
}

/** A HEAD of a link checker must not use anything up, and nothing may be posted here. */
const getOnly: RequestHandler = (request, response, next) => {
  if (request.path !== '/') throw notFound();
  if (request.method === 'GET') return next();
  response.set('Allow', 'GET');
  throw new HttpError(405, 'methodNotAllowed');
};

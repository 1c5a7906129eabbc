import { Router } from 'express';
import { signInByNameBody } from '../contract.ts';
import type { SessionAnswer, SignedOutAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { HttpError, notFound } from '../http-error.ts';
import { browserLanguage } from '../language.ts';
import { errorAnswer } from '../middleware/error-handler.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { mayNameOneself, signInByName } from '../sign-in-by-name.ts';
import { placeOf, sessionAnswerOf } from '../views.ts';

/** Who am I, what is emulated here; signing in by name; signing out. */
export function sessionRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { sessions, sessionCookie, currentUser } = parts;
  const router = Router();

  router.post('/api/session/local', ...limits.signIn, async (request, response) => {
    if (!mayNameOneself(parts, request)) throw notFound();
    const { name } = parseBody(signInByNameBody, request);
    const user = await signInByName(parts, request, response, name);
    response.json(sessionAnswerOf(user, parts) satisfies SessionAnswer);
  });

  router.get('/api/session', async (request, response) => {
    const user = await currentUser(request);
    if (user) {
      response.json(sessionAnswerOf(user, parts) satisfies SessionAnswer);
      return;
    }
    const error = errorAnswer(new HttpError(401, 'signedOut'), browserLanguage(request));
    response.status(401).json({ ...error, ...placeOf(parts) } satisfies SignedOutAnswer);
  });

  router.delete(
    '/api/session',
    signedIn(currentUser, async (request, response) => {
      const token = sessionCookie.read(request);
      if (token) await sessions.end(token);
      sessionCookie.clear(response);
      response.status(204).end();
    }),
  );

  return router;
}

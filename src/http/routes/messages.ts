import { Router } from 'express';
import { messageBody } from '../contract.ts';
import type { RequestAcceptedAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { languageOf } from '../language.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { browserTimeZone } from '../time-zone.ts';

/** The page is one place of the platform `web`. */
export const WEB_CHANNEL = 'page';

/** A message becomes a request; the same `clientId` of the same person gives the same one. */
export function messageRoutes({ intake, currentUser, pokeOutbox }: RouteParts, limits: RateLimits): Router {
  const router = Router();

  router.post(
    '/api/messages',
    ...limits.messages,
    signedIn(currentUser, async (request, response, user) => {
      const { text, clientId } = parseBody(messageBody, request);
      const { requestId } = await intake.accept({
        userId: user.id,
        platform: 'web',
        channel: WEB_CHANNEL,
        clientId,
        text,
        language: languageOf(text, user.language),
        timeZone: browserTimeZone(request),
      });
      pokeOutbox();
      response.status(202).json({ requestId } satisfies RequestAcceptedAnswer);
    }),
  );

  return router;
}

import { Router } from 'express';
import type { Request } from 'express';
import type { User } from '../../ports/sessions.ts';
import { flowChoiceBody, noBody, requestIdParams, requestListQuery } from '../contract.ts';
import type { RequestAcceptedAnswer, RequestAnswer, RequestListAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody, parseParams, parseQuery } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { requestAnswerOf } from '../views.ts';
import { WEB_CHANNEL } from './messages.ts';

/** A person's requests: reading them, ending one, deciding what waits, asking again. */
export function requestRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { settings, requests, consent, intake, currentUser, pokeOutbox } = parts;
  const router = Router();

  router.get(
    '/api/requests',
    signedIn(currentUser, async (request, response, user) => {
      const { before, limit } = parseQuery(requestListQuery, request);
      const page = await requests.list(user.id, { before: before ? new Date(before) : null, limit });
      response.json({
        requests: page.map((each) => requestAnswerOf(each, settings.publicUrl)),
      } satisfies RequestListAnswer);
    }),
  );

  router.get(
    '/api/requests/:id',
    signedIn(currentUser, async (request, response, user) => {
      const found = await ownRequest(request, user);
      response.json(requestAnswerOf(found, settings.publicUrl) satisfies RequestAnswer);
    }),
  );

  router.post(
    '/api/requests/:id/cancel',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      parseBody(noBody, request);
      // A request that has already ended stays as it is; asking twice is no fault.
      if ((await consent.cancel(id, user.id)) === 'notFound') throw notFound();
      response.status(202).json({ requestId: id } satisfies RequestAcceptedAnswer);
    }),
  );

  for (const choice of ['skip', 'snooze'] as const) {
    router.post(
      `/api/requests/:id/${choice}`,
      ...limits.changes,
      signedIn(currentUser, async (request, response, user) => {
        const { id } = parseParams(requestIdParams, request);
        const { flowId } = parseBody(flowChoiceBody, request);
        const result = await consent.choose({ requestId: id, userId: user.id, flowId, choice });
        if (result === 'notFound') throw new HttpError(404, 'nothingWaits');
        response.status(202).json({ requestId: id } satisfies RequestAcceptedAnswer);
      }),
    );
  }

  router.post(
    '/api/requests/:id/restart',
    ...limits.messages,
    signedIn(currentUser, async (request, response, user) => {
      parseBody(noBody, request);
      const { id, text, language, timeZone } = await ownRequest(request, user);
      const { requestId } = await intake.accept({
        userId: user.id,
        platform: 'web',
        channel: WEB_CHANNEL,
        // One per request that is asked again, so that a double click makes one; no page can choose a colon.
        clientId: `restart:${id}`,
        text,
        language,
        timeZone,
      });
      pokeOutbox();
      response.status(202).json({ requestId } satisfies RequestAcceptedAnswer);
    }),
  );

  async function ownRequest(request: Request, user: User) {
    const { id } = parseParams(requestIdParams, request);
    const found = await requests.find(user.id, id);
    if (!found) throw notFound();
    return found;
  }

  return router;
}

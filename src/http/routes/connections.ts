import { Router } from 'express';
import { noBody, providerParams, requestIdParams } from '../contract.ts';
import type { ConnectionListAnswer, ConsequencesAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody, parseParams } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { connectionViewOf } from '../views.ts';

/** The accounts of a person: which there are, connecting one ahead, what ends with one, ending it. */
export function connectionRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { settings, connections, consent, currentUser } = parts;
  const router = Router();

  router.get(
    '/api/connections',
    signedIn(currentUser, async (_request, response, user) => {
      const found = await connections.list(user.id);
      response.json({
        connections: found.map(connectionViewOf).filter((view) => view !== null),
      } satisfies ConnectionListAnswer);
    }),
  );

  router.post(
    '/api/connections/:provider/start',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { provider } = parseParams(providerParams, request);
      parseBody(noBody, request);
      if (!settings.providers.some((each) => each.provider === provider)) throw new HttpError(404, 'notConnectable');
      const { publicId } = await consent.open(provider, user.id);
      response.json({ link: `${settings.publicUrl}/connect/${publicId}` });
    }),
  );

  router.get(
    '/api/connections/:id/consequences',
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      const consequences = await connections.consequences(user.id, id);
      if (!consequences) throw notFound();
      response.json(consequences satisfies ConsequencesAnswer);
    }),
  );

  router.delete(
    '/api/connections/:id',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      if ((await consent.disconnect(id, user.id)) === 'notFound') throw notFound();
      response.status(204).end();
    }),
  );

  return router;
}

import { Router } from 'express';
import type { ConnectionListAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import type { RouteParts } from '../parts.ts';
import { connectionViewOf } from '../views.ts';

/** The accounts of a person. */
export function connectionRoutes({ connections, currentUser }: RouteParts): Router {
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

  return router;
}

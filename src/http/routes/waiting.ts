import { Router } from 'express';
import type { WaitingAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import type { RouteParts } from '../parts.ts';
import { waitingForOf } from '../views.ts';

/** The inbox: everything that waits for this person. */
export function waitingRoutes({ settings, requests, currentUser }: RouteParts): Router {
  const router = Router();

  router.get(
    '/api/waiting',
    signedIn(currentUser, async (_request, response, user) => {
      const found = await requests.waiting(user.id);
      response.json({
        waiting: found.flatMap((each) =>
          waitingForOf(each, settings.publicUrl).map((wait) => ({ ...wait, requestId: each.id, text: each.text })),
        ),
      } satisfies WaitingAnswer);
    }),
  );

  return router;
}

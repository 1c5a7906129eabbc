import { Router } from 'express';
import { approvalBody, requestIdParams } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody, parseParams } from '../parse.ts';
import type { RouteParts } from '../parts.ts';

/** A person's yes or no to exactly one call. It counts once, and only about what was shown last. */
export function approvalRoutes({ consent, currentUser }: RouteParts, limits: RateLimits): Router {
  const router = Router();

  router.post(
    '/api/approvals/:id',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      const { decision } = parseBody(approvalBody, request);
      switch (await consent.decide(id, user.id, decision)) {
        case 'decided':
          response.status(202).json({ approvalId: id });
          return;
        case 'notFound':
          throw notFound();
        case 'alreadyDecided':
          throw new HttpError(409, 'approvalDecided');
        case 'expired':
          throw new HttpError(409, 'approvalExpired');
      }
    }),
  );

  return router;
}

import { Router } from 'express';
import { eventsQuery } from '../contract.ts';
import { requireShown, signedIn } from '../current-user.ts';
import { createEventBodies } from '../event-bodies.ts';
import { followFeed, startOf } from '../follow-feed.ts';
import { parseQuery } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { resumePoint } from '../serve-stream.ts';
import type { ServeStream } from '../serve-stream.ts';

/**
 * One stream per page with everything of one person. `id:` is the feed's number; a stream that is opened with
 * `Last-Event-ID` begins right after it, any other one at the newest number (WE-2).
 */
export function eventRoutes(parts: RouteParts, serveStream: ServeStream): Router {
  const { settings, feed, currentUser } = parts;
  const source = { feed, bodiesOf: createEventBodies(parts, settings.publicUrl) };
  const router = Router();

  router.get(
    '/api/events',
    signedIn(currentUser, async (request, response, user) => {
      // A browser's stream carries no header of ours.
      requireShown(user, parseQuery(eventsQuery, request).user);
      const start = await startOf(feed, user.id, resumePoint(request));
      await serveStream(request, response, user, (stream) => followFeed(source, stream, user.id, start));
    }),
  );

  return router;
}

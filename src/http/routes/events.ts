import { setMaxListeners } from 'node:events';
import { Router } from 'express';
import type { Request } from 'express';
import { signedIn } from '../current-user.ts';
import { createEventBodies } from '../event-bodies.ts';
import { openEventStream } from '../event-stream.ts';
import { followFeed, startOf } from '../follow-feed.ts';
import { HttpError } from '../http-error.ts';
import type { RouteParts } from '../parts.ts';

/**
 * One stream per page with everything of one person. `id:` is the feed's number; a stream that is opened with
 * `Last-Event-ID` begins right after it, any other one at the newest number (WE-2).
 */
export function eventRoutes(parts: RouteParts): Router {
  const { settings, feed, sessions, sessionCookie, currentUser, limits, logger, stopping } = parts;
  const source = { feed, bodiesOf: createEventBodies(parts, settings.publicUrl) };
  const bounds = { bufferBytes: limits.streamBufferBytes, stallMs: limits.streamStallMs };
  const slots = createSlots(limits.streamsPerPerson);
  setMaxListeners(0, stopping);
  const router = Router();

  router.get(
    '/api/events',
    signedIn(currentUser, async (request, response, user) => {
      if (request.method === 'HEAD') throw new HttpError(405, 'methodNotAllowed');
      const resumeFrom = lastEventId(request);
      const start = await startOf(feed, user.id, resumeFrom);
      if (!slots.take(user.id)) throw new HttpError(429, 'tooManyStreams');

      const stream = openEventStream(response, bounds);
      const heartbeat = setInterval(stream.heartbeat, limits.streamHeartbeatMs);
      const recheck = setInterval(() => void endUnlessStillSignedIn(), limits.streamRecheckMs);
      stopping.addEventListener('abort', stream.end);
      if (stopping.aborted) stream.end();

      try {
        await followFeed(source, stream, user.id, start);
      } catch (error) {
        // The browser comes back by itself and resumes where it was.
        logger.warn({ err: error }, 'an event stream ended early');
      } finally {
        clearInterval(heartbeat);
        clearInterval(recheck);
        stopping.removeEventListener('abort', stream.end);
        stream.end();
        slots.give(user.id);
      }

      /** A session that was ended, or cannot be checked, gets nothing more. */
      async function endUnlessStillSignedIn(): Promise<void> {
        const still = await sessions.find(sessionCookie.read(request) ?? '').catch(() => null);
        if (still?.id !== user.id) stream.end();
      }
    }),
  );

  return router;
}

/** The number to resume after, or null for a fresh stream. @throws HttpError 400 for anything else */
function lastEventId(request: Request): number | null {
  const value = request.get('last-event-id');
  if (value === undefined || value === '') return null;
  if (!/^\d{1,15}$/.test(value)) throw new HttpError(400, 'invalidInput', 'Last-Event-ID: not a number of ours');
  return Number(value);
}

/** How many streams each person has open in this process. */
function createSlots(max: number) {
  const taken = new Map<string, number>();
  return {
    take(userId: string): boolean {
      const count = taken.get(userId) ?? 0;
      if (count >= max) return false;
      taken.set(userId, count + 1);
      return true;
    },
    give(userId: string): void {
      const count = (taken.get(userId) ?? 1) - 1;
      if (count > 0) taken.set(userId, count);
      else taken.delete(userId);
    },
  };
}

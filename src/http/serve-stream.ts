import { setMaxListeners } from 'node:events';
import type { Request, Response } from 'express';
import type { User } from '../ports/sessions.ts';
import { openEventStream } from './event-stream.ts';
import type { EventStream } from './event-stream.ts';
import { HttpError } from './http-error.ts';
import type { RouteParts } from './parts.ts';

/** Answers with an event stream that `follow` fills, until one of both sides ends it. @throws HttpError 429 */
export type ServeStream = (
  request: Request,
  response: Response,
  user: User,
  follow: (stream: EventStream) => Promise<void>,
) => Promise<void>;

type Parts = Pick<RouteParts, 'sessions' | 'sessionCookie' | 'limits' | 'logger' | 'stopping'>;

/** Every event stream of this process: so many for each person, each alive only as long as its session (WE-2). */
export function createServeStream({ sessions, sessionCookie, limits, logger, stopping }: Parts): ServeStream {
  const bounds = { bufferBytes: limits.streamBufferBytes, stallMs: limits.streamStallMs };
  const slots = createSlots(limits.streamsPerPerson);
  setMaxListeners(0, stopping);

  return async (request, response, user, follow) => {
    if (!slots.take(user.id)) throw new HttpError(429, 'tooManyStreams');

    const stream = openEventStream(response, bounds);
    const heartbeat = setInterval(stream.heartbeat, limits.streamHeartbeatMs);
    const recheck = setInterval(() => void endUnlessStillSignedIn(), limits.streamRecheckMs);
    stopping.addEventListener('abort', stream.end);
    if (stopping.aborted) stream.end();

    try {
      await follow(stream);
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
  };
}

/**
 * The number to resume after, or null for a fresh stream.
 * @throws HttpError 405 for a HEAD, which Express would answer as a GET, 400 for what is no number of ours
 */
export function resumePoint(request: Request): number | null {
  if (request.method === 'HEAD') throw new HttpError(405, 'methodNotAllowed');
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

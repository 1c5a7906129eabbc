import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { CurrentUser } from '../current-user.ts';
import { HttpError } from '../http-error.ts';
import type { HttpLimits } from '../settings.ts';

export type RateLimits = ReturnType<typeof createRateLimits>;

/**
 * Limits by person and by address (OA-14, WE-1), counted in this process. An address counts before a session is looked
 * up, so that strangers cost no query; people behind one address share that count, which is why it is the larger one.
 */
export function createRateLimits(limits: HttpLimits, currentUser: CurrentUser) {
  const limiter = (limit: number, key: (request: Request) => Promise<string | null>): RequestHandler =>
    rateLimit({
      windowMs: limits.windowMs,
      limit,
      keyGenerator: async (request) => (await key(request)) ?? '',
      // Nobody is signed in: the route refuses, and the address is counted anyway.
      skip: async (request) => (await key(request)) === null,
      standardHeaders: 'draft-7',
      legacyHeaders: false,
      // Its start-up checks write to the console; what they look for is decided by `trustProxy`.
      validate: false,
      handler: (_request, _response, next) => next(new HttpError(429, 'tooManyRequests')),
    });
  const byAddress = (limit: number): RequestHandler => limiter(limit, (request) => Promise.resolve(addressOf(request)));
  const byPerson = (limit: number): RequestHandler =>
    limiter(limit, async (request) => (await currentUser(request))?.id ?? null);

  return {
    signIn: [byAddress(limits.signInPerAddress)],
    messages: [byAddress(limits.messagesPerAddress), byPerson(limits.messagesPerPerson)],
    changes: [byPerson(limits.changesPerPerson)],
    connect: [byAddress(limits.connectPerAddress), byPerson(limits.connectPerPerson)],
    callback: [byAddress(limits.callbackPerAddress), byPerson(limits.callbackPerPerson)],
  };
}

/** IPv6 by its /64: one line of one person has all addresses in it. */
function addressOf(request: Request): string {
  return ipKeyGenerator(request.ip ?? 'unknown', 64);
}

import type { Request, RequestHandler, Response } from 'express';
import type { Sessions, User } from '../ports/sessions.ts';
import { HttpError } from './http-error.ts';
import type { SessionCookie } from './session-cookie.ts';

/** Who asks, or null. Looked up at most once per request. */
export type CurrentUser = (request: Request) => Promise<User | null>;

export function createCurrentUser(sessions: Sessions, cookie: SessionCookie): CurrentUser {
  const known = new WeakMap<Request, Promise<User | null>>();
  return (request) => {
    let user = known.get(request);
    if (!user) {
      const token = cookie.read(request);
      user = token ? sessions.find(token) : Promise.resolve(null);
      known.set(request, user);
    }
    return user;
  };
}

/**
 * A handler that runs for signed-in people only; everybody else gets 401. So does a page that shows somebody else than who
 * is signed in by now, in another tab: it says whom in `X-Panager-User`.
 */
export function signedIn(
  currentUser: CurrentUser,
  handle: (request: Request, response: Response, user: User) => void | Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const user = await currentUser(request);
    const shown = request.get('x-panager-user') ?? user?.id;
    if (!user || shown !== user.id) throw new HttpError(401, 'signedOut');
    await handle(request, response, user);
  };
}

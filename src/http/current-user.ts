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
 * A page may say whom it shows; nothing is done for it when somebody else is signed in by now, by another tab.
 * @throws HttpError 401
 */
export function requireShown(user: User, shown: string | undefined): void {
  if (shown !== undefined && shown !== user.id) throw new HttpError(401, 'signedOut');
}

/** A handler that runs for signed-in people only; everybody else gets 401. Pages say whom they show in `X-Panager-User`. */
export function signedIn(
  currentUser: CurrentUser,
  handle: (request: Request, response: Response, user: User) => void | Promise<void>,
): RequestHandler {
  return async (request, response) => {
    const user = await currentUser(request);
    if (!user) throw new HttpError(401, 'signedOut');
    requireShown(user, request.get('x-panager-user'));
    await handle(request, response, user);
  };
}

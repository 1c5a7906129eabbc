import type { Request, Response } from 'express';
import type { StartResult } from '../connections/consent.ts';
import { createAttemptCookies } from './attempt-cookies.ts';
import { connectLinkParams } from './contract.ts';
import type { RouteParts } from './parts.ts';

/** Sends the browser of a trip that has begun to the provider, with the cookie that the trip needs. */
export function createSendToProvider(publicUrl: string) {
  const cookies = createAttemptCookies(publicUrl);
  return (request: Request, response: Response, started: Extract<StartResult, { kind: 'started' }>): void => {
    const { attemptId: id, bindSecret, expiresAt } = started;
    cookies.set(request, response, { id, bindSecret, expiresAt });
    // Without a body: a redirect's default one would repeat `state`.
    response.status(303).set('Location', started.authorizationUrl.href).end();
  };
}

/**
 * Goes on with a click that a sign-in interrupted: `path` is the connect page whose button was pressed. False when it
 * leads nowhere (another person's link, a closed one): the page itself says why.
 */
export function createStartAttempt({ consent, settings }: Pick<RouteParts, 'consent' | 'settings'>) {
  const sendToProvider = createSendToProvider(settings.publicUrl);
  return async (request: Request, response: Response, path: string, userId: string): Promise<boolean> => {
    const params = connectLinkParams.safeParse({ link: path.replace(/^\/connect\//, '') });
    const result = params.success ? await consent.start(params.data.link, userId) : null;
    if (result?.kind !== 'started') return false;
    sendToProvider(request, response, result);
    return true;
  };
}

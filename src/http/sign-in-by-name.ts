import type { Request, Response } from 'express';
import { localNameKey } from '../domain/local-name.ts';
import type { User } from '../ports/sessions.ts';
import { HttpError, notFound } from './http-error.ts';
import { browserLanguage } from './language.ts';
import type { HttpParts, RouteParts } from './parts.ts';

/** Whether sign-in by name exists for this request at all (MO-1, MO-2); where it does not, its routes are not found. */
export function mayNameOneself(
  { settings, discord }: Pick<HttpParts, 'settings' | 'discord'>,
  request: Request,
): boolean {
  // A name never becomes a Discord identity: where people sign in with Discord there are no names.
  if (settings.mode === 'production' || discord) return false;
  return isLoopbackPeer(request.socket.remoteAddress) && !wasForwarded(request);
}

/**
 * Opens a session for a name and sets its cookie; a session that this browser had ends, so that no token is used for two
 * people (OA-3).
 *
 * @throws HttpError 404 where sign-in by name does not exist, 403 for a name that is not served (MO-3)
 */
export async function signInByName(
  { settings, discord, sessions, sessionCookie }: RouteParts,
  request: Request,
  response: Response,
  name: string,
): Promise<User> {
  if (!mayNameOneself({ settings, discord }, request)) throw notFound();
  const key = localNameKey(name);
  const served = settings.allowedUsers?.some((allowed) => localNameKey(allowed) === key) ?? true;
  if (!served) throw new HttpError(403, 'notAllowed');

  const before = sessionCookie.read(request);
  if (before) await sessions.end(before);
  const { token, user } = await sessions.signIn({
    issuer: 'local',
    subject: key,
    displayName: name.normalize('NFC').trim(),
    language: browserLanguage(request),
  });
  sessionCookie.set(response, token);
  return user;
}

function isLoopbackPeer(address: string | undefined): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address ?? '');
}

/** A proxy on this machine is a loopback peer too, whoever is behind it. */
function wasForwarded(request: Request): boolean {
  return Object.keys(request.headers).some((name) => /^(forwarded|via|x-real-ip|x-forwarded-.*)$/.test(name));
}

import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { HttpParts } from '../parts.ts';

/** What pages may load and where their forms may lead; everything not named here is refused by the browser (WE-1). */
function contentSecurityPolicy(secure: boolean, formTargets: readonly string[]) {
  return {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'form-action': ["'self'", ...formTargets],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
      ...(secure ? { 'upgrade-insecure-requests': [] } : {}),
    },
  };
}

/** Headers of every answer, errors included. */
export function securityHeaders(publicUrl: string): RequestHandler[] {
  const secure = publicUrl.startsWith('https:');
  return [
    helmet({
      contentSecurityPolicy: contentSecurityPolicy(secure, []),
      frameguard: { action: 'deny' },
      // Not `no-referrer`: with it Chromium sends `Origin: null` after form posts, and the origin check would refuse them.
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: secure && { maxAge: 365 * 24 * 60 * 60 },
    }),
    (_request, response, next) => {
      response.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
      next();
    },
  ];
}

/**
 * Headers of pages on the way to a provider. Chromium applies `form-action` to the redirect after a form post too, so
 * the providers are named, and Discord where people sign in there (OA-2). Pages without a session must not differ, so
 * all of them are named on each page.
 */
export function connectPageHeaders({ settings, discord }: Pick<HttpParts, 'settings' | 'discord'>): RequestHandler[] {
  const { publicUrl, providers } = settings;
  const elsewhere = [...providers, ...(discord ? [discord.signIn] : [])].map((each) => each.authorizationOrigin);
  const origins = [...new Set(elsewhere)].sort();
  return [helmet.contentSecurityPolicy(contentSecurityPolicy(publicUrl.startsWith('https:'), origins)), noStore];
}

export const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

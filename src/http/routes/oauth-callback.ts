import { Router } from 'express';
import { createAttemptCookies } from '../attempt-cookies.ts';
import { readCallbackQuery } from '../callback-query.ts';
import { HttpError, notFound } from '../http-error.ts';
import { browserLanguage } from '../language.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { connectPageHeaders } from '../middleware/security-headers.ts';
import { resultPage } from '../pages/result-page.ts';
import type { RouteParts } from '../parts.ts';
import { sendResult } from '../send-result.ts';

/** Where providers send the browser back to; one address per provider (OA-6). */
export function oauthCallbackRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { settings, consent, currentUser, logger } = parts;
  const { publicUrl, providers } = settings;
  const attemptCookies = createAttemptCookies(publicUrl);
  const router = Router();

  for (const { provider } of providers) {
    const path = `/oauth/${provider}/callback`;

    router.use(path, (request, response, next) => {
      if (request.path !== '/') throw notFound();
      if (request.method === 'GET') return next();
      // A HEAD of a link checker must not use the code up, and nothing may be posted here (OA-7).
      response.set('Allow', 'GET');
      throw new HttpError(405, 'methodNotAllowed');
    });

    router.get(path, ...limits.callback, ...connectPageHeaders(parts), async (request, response) => {
      const { description, ...parameters } = readCallbackQuery(new URL(request.originalUrl, publicUrl).search);
      const user = await currentUser(request);
      const result = await consent.receiveCallback({
        provider,
        redirectUri: publicUrl + path,
        ...parameters,
        bindSecretOf: (attemptId) => attemptCookies.read(request, attemptId),
        userId: user?.id ?? null,
      });
      if (parameters.error !== null || result.kind === 'refused') {
        const reason = result.kind === 'refused' ? result.reason : undefined;
        // Masked by the logger, and shown to nobody (OA-8).
        logger.info({ provider, result: result.kind, reason, error: parameters.error, description }, 'not connected');
      }
      if (result.kind !== 'unknown') attemptCookies.clear(response, result.attemptId);
      sendResult(response, resultPage(result, { strangerLanguage: browserLanguage(request), settings }));
    });
  }

  return router;
}

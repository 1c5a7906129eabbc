import express from 'express';
import type { Express } from 'express';
import { createBeginSignIn } from './begin-sign-in.ts';
import { createCurrentUser } from './current-user.ts';
import { notFound } from './http-error.ts';
import { jsonBody } from './middleware/bodies.ts';
import { errorHandler } from './middleware/error-handler.ts';
import { headerCount } from './middleware/header-count.ts';
import { hostCheck } from './middleware/host-check.ts';
import { originCheck } from './middleware/origin-check.ts';
import { createRateLimits } from './middleware/rate-limits.ts';
import { noStore, securityHeaders } from './middleware/security-headers.ts';
import { stylesheet } from './pages/stylesheet.ts';
import type { HttpParts, RouteParts } from './parts.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { connectRoutes } from './routes/connect.ts';
import { connectionRoutes } from './routes/connections.ts';
import { discordSignInRoutes } from './routes/discord-sign-in.ts';
import { eventRoutes } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { messageRoutes } from './routes/messages.ts';
import { oauthCallbackRoutes } from './routes/oauth-callback.ts';
import { pageRoutes } from './routes/page.ts';
import { projectRoutes } from './routes/projects.ts';
import { requestRoutes } from './routes/requests.ts';
import { runRoutes } from './routes/runs.ts';
import { sessionRoutes } from './routes/session.ts';
import { waitingRoutes } from './routes/waiting.ts';
import { createServeStream } from './serve-stream.ts';
import { createSessionCookie } from './session-cookie.ts';
import { DEFAULT_LIMITS } from './settings.ts';

/**
 * Everything that answers HTTP, without a socket of its own. The order is the protection: what is wrong with a request
 * is found before anything is read for it, and before any route sees it.
 *
 * `stopping` ends the event streams, which would otherwise keep a server from closing.
 */
export function createApp(given: HttpParts, stopping: AbortSignal = new AbortController().signal): Express {
  const { settings, sessions, discord, logger, webRoot } = given;
  const sessionCookie = createSessionCookie(settings.publicUrl);
  const currentUser = createCurrentUser(sessions, sessionCookie);
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const beginSignIn = discord && createBeginSignIn(discord, settings.publicUrl);
  const parts: RouteParts = { ...given, limits, sessionCookie, currentUser, beginSignIn, stopping };
  const rateLimits = createRateLimits(limits, currentUser);
  const serveStream = createServeStream(parts);

  const app = express();
  app.set('trust proxy', settings.trustProxy);
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(securityHeaders(settings.publicUrl));
  app.use(headerCount);
  app.use(hostCheck(settings.publicUrl));
  app.use(healthRoutes(parts));
  app.use(oauthCallbackRoutes(parts, rateLimits));
  app.use(discordSignInRoutes(parts, rateLimits));
  app.use(originCheck(settings.publicUrl));

  app.use('/api', noStore, jsonBody);
  app.use(sessionRoutes(parts, rateLimits));
  app.use(messageRoutes(parts, rateLimits));
  app.use(requestRoutes(parts, rateLimits));
  app.use(waitingRoutes(parts));
  app.use(eventRoutes(parts, serveStream));
  app.use(connectionRoutes(parts, rateLimits));
  app.use(approvalRoutes(parts, rateLimits));
  if (settings.deployment === 'cloud') {
    app.use(projectRoutes(parts, rateLimits));
    app.use(runRoutes(parts, rateLimits, serveStream));
  }
  app.use('/api', () => {
    throw notFound();
  });

  app.use(connectRoutes(parts, rateLimits));
  app.get(stylesheet.path, (_request, response) => {
    response.set('Cache-Control', 'public, max-age=31536000, immutable').type('css').send(stylesheet.content);
  });
  if (webRoot) app.use(pageRoutes(webRoot));
  app.use(() => {
    throw notFound();
  });
  app.use(errorHandler(logger));
  return app;
}

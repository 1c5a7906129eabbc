import { Router } from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { FlowDescription } from '../../connections/consent.ts';
import type { User } from '../../ports/sessions.ts';
import { connectLinkParams, signInByNameBody } from '../contract.ts';
import { browserLanguage } from '../language.ts';
import { formBody } from '../middleware/bodies.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { connectPageHeaders } from '../middleware/security-headers.ts';
import { connectPage } from '../pages/connect-page.ts';
import { noticePage, strangerPage } from '../pages/notice-page.ts';
import { resultPage } from '../pages/result-page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { parseBody } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { sendResult } from '../send-result.ts';
import { isEmulated } from '../settings.ts';
import { createSendToProvider } from '../start-attempt.ts';
import { mayNameOneself, signInByName } from '../sign-in-by-name.ts';

const confirmForm = z.strictObject({ attempt: z.uuid(), answer: z.enum(['yes', 'no']) });

/**
 * The pages behind a connect link. Reading changes no flow and no attempt (OA-2); what a link names is told to its owner
 * only (OA-4).
 */
export function connectRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { settings, sessions, sessionCookie, consent, currentUser, beginSignIn, logger } = parts;
  const sendToProvider = createSendToProvider(settings.publicUrl);
  const router = Router();

  router.use('/connect', ...limits.connect, ...connectPageHeaders(parts), formBody);

  router.get('/connect/:link', async (request, response) => {
    const user = await currentUser(request);
    if (!user) return sendSignIn(request, response);
    const flow = await ownFlow(request, response, user);
    if (!flow) return;
    if (!flow.live) return send(response, 410, noticePage(flow.language, 'closed'));
    send(response, 200, connectPage(flow, { emulated: isEmulated(settings, flow.provider), now: new Date() }));
  });

  router.post(
    '/connect/:link/start',
    startSignedIn,
    forOwner(async (request, response, user, flow) => {
      const link = `/connect/${flow.publicId}`;
      const result = await consent.start(flow.publicId, user.id);
      switch (result.kind) {
        case 'started':
          return sendToProvider(request, response, result);
        case 'closed':
          return send(response, 410, noticePage(flow.language, 'closed'));
        case 'busy':
          return send(response, 409, noticePage(flow.language, 'busy', link));
        case 'notOwner':
          return send(response, 403, strangerPage(browserLanguage(request), flow.publicId));
        case 'notFound':
          return send(response, 404, noticePage(flow.language, 'missing'));
      }
    }),
  );

  router.post(
    '/connect/:link/decline',
    forOwner(async (_request, response, user, flow) => {
      const result = await consent.decline(flow.publicId, user.id);
      if (result === 'closed') return send(response, 410, noticePage(flow.language, 'closed'));
      if (result === 'notFound') return send(response, 404, noticePage(flow.language, 'missing'));
      const { publicId, provider, platform, language } = flow;
      const requestId = flow.waiting[0]?.requestId ?? null;
      const denied = { kind: 'denied', attemptId: '', publicId, provider, platform, language, requestId } as const;
      sendResult(response, resultPage(denied, { strangerLanguage: language, settings }));
    }),
  );

  router.post(
    '/connect/:link/confirm',
    forOwner(async (request, response, user) => {
      const { attempt, answer } = parseBody(confirmForm, request);
      const result = await consent.confirm(attempt, user.id, answer === 'yes');
      sendResult(response, resultPage(result, { strangerLanguage: browserLanguage(request), settings }));
    }),
  );

  // The sign-in page is the same for every link, so its form posts to the address it stands on.
  router.post(['/connect/:link', '/connect/:link/sign-in'], ...limits.signIn, async (request, response) => {
    if (beginSignIn) {
      return beginSignIn(request, response, { returnTo: linkAddress(request), pressed: false });
    }
    const form = signInByNameBody.safeParse(request.body ?? {});
    if (!form.success && mayNameOneself(parts, request)) {
      const language = browserLanguage(request);
      return send(response, 400, signInPage({ language, signIn: 'name', badName: true }));
    }
    await signInByName(parts, request, response, form.data?.name ?? '');
    response.redirect(303, linkAddress(request));
  });

  // The way of a stranger to their other account (OA-4).
  router.post('/connect/:link/sign-out', async (request, response) => {
    const token = sessionCookie.read(request);
    if (token) await sessions.end(token);
    sessionCookie.clear(response);
    if (beginSignIn) {
      const target = { returnTo: linkAddress(request), pressed: false };
      return beginSignIn(request, response, target, { chooseAccount: true });
    }
    response.redirect(303, linkAddress(request));
  });

  /** Signed out meanwhile: the click survives the sign-in (OA-3). */
  async function startSignedIn(request: Request, response: Response, next: NextFunction): Promise<void> {
    if (!beginSignIn || (await currentUser(request))) return next();
    await beginSignIn(request, response, { returnTo: linkAddress(request), pressed: true });
  }

  /** A form of the owner of a link; anybody else gets the page that a plain visit would show. */
  function forOwner(
    handle: (request: Request, response: Response, user: User, flow: FlowDescription) => Promise<void> | void,
  ): RequestHandler {
    return async (request, response) => {
      const user = await currentUser(request);
      // Signed out meanwhile: the link survives the sign-in.
      if (!user) return response.redirect(303, linkAddress(request));
      const flow = await ownFlow(request, response, user);
      if (flow) await handle(request, response, user, flow);
    };
  }

  /** The flow of a link, when it is this person's; else the refusal is sent and the answer is null. */
  async function ownFlow(request: Request, response: Response, user: User): Promise<FlowDescription | null> {
    const language = browserLanguage(request);
    const params = connectLinkParams.safeParse({ link: request.params.link });
    const flow = params.success ? await consent.describe(params.data.link) : null;
    if (!flow) {
      send(response, 404, noticePage(language, 'missing'));
      return null;
    }
    if (flow.ownerId === user.id) return flow;
    // What the stranger sees does not depend on whether the asker could be told.
    await consent.reportStranger(flow.publicId, user.id).catch((error: unknown) => {
      logger.error({ err: error }, 'a stranger at a connect link was not reported');
    });
    send(response, 403, strangerPage(language, flow.publicId));
    return null;
  }

  function sendSignIn(request: Request, response: Response): void {
    const byName = mayNameOneself(parts, request) ? 'name' : 'none';
    const signIn = beginSignIn ? 'discord' : byName;
    send(response, 200, signInPage({ language: browserLanguage(request), signIn }));
  }

  return router;
}

function send(response: Response, status: number, page: string): void {
  response.status(status).type('html').send(page);
}

/** The page of the link itself; the start page for what cannot be one. */
function linkAddress(request: Request): string {
  const params = connectLinkParams.safeParse({ link: request.params.link });
  return params.success ? `/connect/${params.data.link}` : '/';
}

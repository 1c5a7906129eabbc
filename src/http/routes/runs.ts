import { Router } from 'express';
import type { Request } from 'express';
import type { RunView } from '../../ports/runs.ts';
import type { User } from '../../ports/sessions.ts';
import {
  noBody,
  promptRunBody,
  requestIdParams,
  runBody,
  runDiffQuery,
  runListQuery,
  runLogQuery,
} from '../contract.ts';
import type { RunAcceptedAnswer, RunAnswer, RunDiffAnswer, RunListAnswer, RunProofAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { followRunLog } from '../follow-run-log.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody, parseParams, parseQuery } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { runAnswerOf } from '../run-views.ts';
import { sendLogFile } from '../send-log-file.ts';
import { resumePoint } from '../serve-stream.ts';
import type { ServeStream } from '../serve-stream.ts';

/** Runs in containers: starting and stopping one, its live log, what it changed, and the proof that nothing stayed. */
export function runRoutes(parts: RouteParts, limits: RateLimits, serveStream: ServeStream): Router {
  const { projects, runs, currentUser, pokeOutbox } = parts;
  const router = Router();

  router.get(
    '/api/projects/:id/runs',
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      const { limit } = parseQuery(runListQuery, request);
      if (!(await projects.find(user.id, id))) throw notFound();
      const found = await runs.list(user.id, id, limit);
      response.json({ runs: found.map(runAnswerOf) } satisfies RunListAnswer);
    }),
  );

  router.post(
    '/api/projects/:id/runs',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id: projectId } = parseParams(requestIdParams, request);
      if (promptRunBody.safeParse(request.body).success) throw new HttpError(409, 'promptNotServed');
      const { command } = parseBody(runBody, request);
      const run = await runs.start({ userId: user.id, projectId, command });
      if (run === 'notFound') throw notFound();
      pokeOutbox();
      response.status(202).json({ runId: run.id } satisfies RunAcceptedAnswer);
    }),
  );

  router.get(
    '/api/runs/:id',
    signedIn(currentUser, async (request, response, user) => {
      response.json(runAnswerOf(await ownRun(request, user)) satisfies RunAnswer);
    }),
  );

  router.post(
    '/api/runs/:id/stop',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id: runId } = parseParams(requestIdParams, request);
      parseBody(noBody, request);
      // A run that has already ended stays as it is; asking twice is no fault.
      if ((await runs.stop(user.id, runId)) === 'notFound') throw notFound();
      pokeOutbox();
      response.status(202).json({ runId } satisfies RunAcceptedAnswer);
    }),
  );

  router.get(
    '/api/runs/:id/logs',
    signedIn(currentUser, async (request, response, user) => {
      const resumed = resumePoint(request);
      const { format, from } = parseQuery(runLogQuery, request);
      const { id: runId, log } = await ownRun(request, user);
      if (format === 'text') return sendLogFile(runs, response, runId);
      // A position that is not reached yet was never given.
      const start = Math.min(resumed ?? from, log.length);
      await serveStream(request, response, user, (stream) =>
        followRunLog(parts, stream, { userId: user.id, runId }, start),
      );
    }),
  );

  router.get(
    '/api/runs/:id/diff',
    signedIn(currentUser, async (request, response, user) => {
      const { format } = parseQuery(runDiffQuery, request);
      const { id } = await ownRun(request, user);
      const diff = await runs.diff(id);
      if (!diff) throw new HttpError(404, 'noDiff');
      if (format === 'json') response.json(diff satisfies RunDiffAnswer);
      else response.attachment(`run-${id}.patch`).type('text/plain').send(diff.patch);
    }),
  );

  router.get(
    '/api/runs/:id/proof',
    signedIn(currentUser, async (request, response, user) => {
      const { id } = await ownRun(request, user);
      const proof = await runs.proof(id);
      if (!proof) throw new HttpError(404, 'noProof');
      response.json(proof satisfies RunProofAnswer);
    }),
  );

  async function ownRun(request: Request, user: User): Promise<RunView> {
    const { id } = parseParams(requestIdParams, request);
    const found = await runs.find(user.id, id);
    if (!found) throw notFound();
    return found;
  }

  return router;
}

import { Router } from 'express';
import { readCloneUrl, repositoryName } from '../../domain/clone-url.ts';
import { cloneUrlTexts } from '../../domain/texts.ts';
import { projectBody, requestIdParams } from '../contract.ts';
import type { ProjectAnswer, ProjectCreatedAnswer, ProjectListAnswer } from '../contract.ts';
import { signedIn } from '../current-user.ts';
import { HttpError, notFound } from '../http-error.ts';
import type { RateLimits } from '../middleware/rate-limits.ts';
import { parseBody, parseParams } from '../parse.ts';
import type { RouteParts } from '../parts.ts';
import { projectAnswerOf } from '../run-views.ts';

/** A person's projects: public repositories by address. */
export function projectRoutes(parts: RouteParts, limits: RateLimits): Router {
  const { settings, projects, currentUser, pokeOutbox } = parts;
  const router = Router();

  router.get(
    '/api/projects',
    signedIn(currentUser, async (_request, response, user) => {
      const found = await projects.list(user.id);
      response.json({ projects: found.map(projectAnswerOf) } satisfies ProjectListAnswer);
    }),
  );

  router.post(
    '/api/projects',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { name, cloneUrl: address } = parseBody(projectBody, request);
      const read = readCloneUrl(address, { allowLoopback: settings.mode !== 'production' });
      if ('refused' in read) {
        const texts = cloneUrlTexts[read.refused];
        throw new HttpError(400, 'cloneUrlRefused', null, (language) => texts[language]);
      }
      const { cloneUrl } = read;
      const created = await projects.create({ userId: user.id, name: name ?? repositoryName(cloneUrl), cloneUrl });
      if (created === 'duplicateName') throw new HttpError(409, 'duplicateName');
      pokeOutbox();
      response.status(201).json({ project: projectAnswerOf(created) } satisfies ProjectCreatedAnswer);
    }),
  );

  router.get(
    '/api/projects/:id',
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      const found = await projects.find(user.id, id);
      if (!found) throw notFound();
      response.json(projectAnswerOf(found) satisfies ProjectAnswer);
    }),
  );

  router.delete(
    '/api/projects/:id',
    ...limits.changes,
    signedIn(currentUser, async (request, response, user) => {
      const { id } = parseParams(requestIdParams, request);
      if ((await projects.delete(user.id, id)) === 'notFound') throw notFound();
      // Its runs are asked to stop.
      pokeOutbox();
      response.status(204).end();
    }),
  );

  return router;
}

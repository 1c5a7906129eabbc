import { join } from 'node:path';
import express, { Router } from 'express';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/**
 * The built page. `/` is the only address it has; files below `assets` carry a hash of their content in their name and
 * never change.
 */
export function pageRoutes(webRoot: string): Router {
  const router = Router();

  router.use(
    express.static(webRoot, {
      dotfiles: 'ignore',
      index: 'index.html',
      redirect: false,
      setHeaders: (response, path) => {
        const isHashed = path.startsWith(join(webRoot, 'assets/'));
        const policy = isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
        response.setHeader('Cache-Control', policy);
      },
    }),
  );

  return router;
}

import { Router } from 'express';
import type { HttpParts } from '../parts.ts';

const READY_WITHIN_MS = 2_000;

/** Alive, and ready: for load balancers and `make dev`. Details are for the operator's port, not for the world. */
export function healthRoutes({ readiness, logger }: Pick<HttpParts, 'readiness' | 'logger'>): Router {
  const router = Router();

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });

  router.get('/readyz', async (_request, response) => {
    const ready = await Promise.race([readiness(), tooLate()]).catch((error: unknown) => {
      logger.warn({ err: error }, 'readiness could not be checked');
      return false;
    });
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'notReady' });
  });

  return router;
}

/** A check that hangs is a no. */
function tooLate(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(resolve, READY_WITHIN_MS, false).unref();
  });
}

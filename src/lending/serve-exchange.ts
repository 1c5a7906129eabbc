import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerRefusal } from './answer-refusal.ts';
import type { FindRoute } from './find-route.ts';
import { Refusal } from './refusals.ts';
import type { RefusalCode } from './refusals.ts';
import type { LendingLimits } from './settings.ts';
import type { Tally } from './tally.ts';

type Limits = Pick<LendingLimits, 'requestsAtOnce' | 'exchangeMs'>;

/** Serves one request after the other, many at once; whatever goes wrong ends in a refusal or in a cut-off answer. */
export function createServeExchange(findRoute: FindRoute, limits: Limits, tally: Tally) {
  let underWay = 0;

  async function serve(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (underWay > limits.requestsAtOnce) throw new Refusal('tooManyAtOnce');
    const isPlain = request.headers.upgrade === undefined;
    const handle = isPlain ? findRoute(request.method ?? '', request.url ?? '') : null;
    if (!handle) throw new Refusal('notAllowed');
    await handle({ request, response, signal });
    tally.served();
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(new Refusal('exchangeTimeout')), limits.exchangeMs);
    response.once('close', () => ended.abort());
    response.on('error', () => response.destroy());
    underWay++;
    try {
      await serve(request, response, ended.signal);
    } catch (error) {
      const code = codeOf(error, ended.signal);
      // Somebody who hung up is told nothing, and was refused nothing.
      if (code === null) return;
      tally.refused(code);
      if (response.headersSent || response.destroyed) response.destroy();
      else answerRefusal(response, code);
    } finally {
      underWay--;
      clearTimeout(timer);
    }
  };
}

function codeOf(error: unknown, { aborted, reason }: AbortSignal): RefusalCode | null {
  if (reason instanceof Refusal) return reason.code;
  if (error instanceof Refusal) return error.code;
  return aborted ? null : 'internal';
}

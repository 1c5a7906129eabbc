import type { IncomingMessage } from 'node:http';
import type { BodyMemory } from '../bodies/body-memory.ts';
import { parseBoundedJson } from '../bodies/bounded-json.ts';
import { readBody } from '../bodies/read-body.ts';
import type { Exchange, Handler, Routes } from '../exchange.ts';
import { Refusal } from '../refusals.ts';
import type { LendingLimits } from '../settings.ts';
import { contentTypeOf } from '../upstream/expect-answer.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { BudgetKeeper, Grant } from './budget.ts';
import { checkMessage } from './check-message.ts';
import type { Message } from './message-fields.ts';
import { modelHeaders } from './model-headers.ts';

export interface ModelParts {
  upstream: Upstream;
  apiKey: string;
  models: readonly string[];
  budget: BudgetKeeper;
  limits: LendingLimits;
  memory: BodyMemory;
  /** Sends the answer back and settles what it has cost. */
  answer: (answer: IncomingMessage, exchange: Exchange, grant: Grant) => Promise<void>;
}

/** The messages API, as the CLI asks for it. */
export function modelRoutes(parts: ModelParts): Routes {
  const routes: Routes = new Map();
  for (const path of ['/v1/messages', '/v1/messages/count_tokens']) {
    for (const query of ['', '?beta=true']) routes.set(`POST ${path}${query}`, modelHandler(path + query, parts));
  }
  // The CLI looks whether anybody is there. It is told so here: nothing is sent anywhere.
  routes.set('HEAD /', ({ response }) => {
    response.writeHead(200).end();
    return Promise.resolve();
  });
  return routes;
}

function modelHandler(path: string, { upstream, apiKey, models, budget, limits, memory, answer }: ModelParts): Handler {
  const isCounting = path.includes('count_tokens');
  return async (exchange) => {
    const { request, signal } = exchange;
    const share = memory.open();
    try {
      const message = checkMessage(await readJson(request, limits, share), models);
      const { body, grant } = isCounting
        ? prepareCount(message, budget)
        : prepareMessage(message, budget, limits.maxTokens);
      share.take(body.length);
      const headers = modelHeaders(request, apiKey, body.length);
      const received = await upstream
        .send({ method: 'POST', path, headers, body, signal })
        .catch((error: unknown) => giveBack(error, grant));
      share.release();
      await answer(received, exchange, grant);
    } finally {
      share.release();
    }
  };
}

async function readJson(
  request: IncomingMessage,
  limits: LendingLimits,
  share: ReturnType<BodyMemory['open']>,
): Promise<unknown> {
  const isPlain = request.headers['content-encoding'] === undefined;
  if (!isPlain || contentTypeOf(request) !== 'application/json') throw new Refusal('encodingNotAllowed');
  const bytes = await readBody(request, limits.modelBodyBytes, share);
  return parseBoundedJson(bytes, { maxDepth: limits.jsonDepth, maxValues: limits.jsonValues });
}

/** Thinking takes its tokens from the same maximum: the API wants some to be left for the answer. */
function prepareMessage(message: Message, budget: BudgetKeeper, maxTokens: number): { body: Buffer; grant: Grant } {
  if (message.max_tokens === undefined) throw new Refusal('messageMalformed');
  const grant = budget.reserve({
    inputBytes: Buffer.byteLength(JSON.stringify(message)),
    maxTokens: Math.min(message.max_tokens, maxTokens),
    leastTokens: (message.thinking?.budget_tokens ?? 0) + 1,
  });
  return { body: Buffer.from(JSON.stringify({ ...message, max_tokens: grant.maxTokens })), grant };
}

/** Counting makes no tokens; it is a request, and its bytes are bytes. */
function prepareCount(message: Message, budget: BudgetKeeper): { body: Buffer; grant: Grant } {
  const body = Buffer.from(JSON.stringify(message));
  return { body, grant: budget.reserve({ inputBytes: body.length, maxTokens: 0, leastTokens: 0 }) };
}

/** What never left costs nothing: while the network is away, attempts must not use up the budget. */
function giveBack(error: unknown, grant: Grant): never {
  const isUnsent = error instanceof Refusal && ['upstreamUnreachable', 'addressNotAllowed'].includes(error.code);
  if (isUnsent) grant.settle(0);
  throw error;
}

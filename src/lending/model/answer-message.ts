import type { IncomingMessage } from 'node:http';
import { holdsSecret } from '../bodies/withhold-secrets.ts';
import type { Exchange } from '../exchange.ts';
import { Refusal } from '../refusals.ts';
import type { Relay } from '../relay.ts';
import { contentTypeOf, isEncoded } from '../upstream/expect-answer.ts';
import type { Grant } from './budget.ts';
import { answerHeaders } from './model-headers.ts';
import { outputTokensOf, watchUsage } from './watch-usage.ts';

const MAX_JSON_BYTES = 8 * 1024 * 1024;

/**
 * Sends an answer of the messages API back: an event stream as it comes, JSON as a whole, errors too, since the CLI
 * reads from them what to do. Anything else is no answer of that API. `forms`: what must not come back.
 */
export function createMessageAnswer(relay: Relay, forms: readonly Buffer[]) {
  return async (answer: IncomingMessage, { response }: Exchange, grant: Grant): Promise<void> => {
    const status = answer.statusCode ?? 0;
    // Only successes cost something.
    if (status !== 200) grant.settle(0);
    try {
      expectMessage(answer, status);
      if (contentTypeOf(answer) === 'text/event-stream') {
        const usage = watchUsage(grant.settle);
        return await relay(answer, response, { status, headers: answerHeaders(answer) }, usage);
      }
      const json = await readJson(answer, forms);
      grant.settle(outputTokensOf(json.value) ?? grant.maxTokens);
      response.writeHead(status, { ...answerHeaders(answer), 'cache-control': 'no-store' }).end(json.bytes);
    } catch (error) {
      answer.destroy();
      throw error;
    }
  };
}

function expectMessage(answer: IncomingMessage, status: number): void {
  if (status >= 300 && status < 400) throw new Refusal('upstreamRedirected');
  const type = contentTypeOf(answer);
  const isEvents = type === 'text/event-stream' && status === 200;
  const isJson = type === 'application/json' && (status === 200 || status >= 400);
  if ((!isEvents && !isJson) || isEncoded(answer)) throw new Refusal('upstreamUnexpected');
}

/** Parsed too, so that a cut-off answer is not taken for one. */
async function readJson(answer: IncomingMessage, forms: readonly Buffer[]): Promise<{ bytes: Buffer; value: unknown }> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_JSON_BYTES) throw new Refusal('upstreamUnexpected');
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks, length);
    if (holdsSecret(bytes, forms)) throw new Refusal('upstreamUnexpected');
    return { bytes, value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    throw new Refusal('upstreamUnexpected');
  }
}

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withholdSecrets } from './bodies/withhold-secrets.ts';
import { Refusal } from './refusals.ts';

export interface RelayedHead {
  status: number;
  /** All that the answer gets: nothing is copied from upstream unless it is named here. */
  headers: OutgoingHttpHeaders;
}

/** Streams an upstream's answer with backpressure; rejects when it ends early, and then whoever asked notices too. */
export type Relay = (
  answer: IncomingMessage,
  response: ServerResponse,
  head: RelayedHead,
  ...watchers: Transform[]
) => Promise<void>;

/** `forms`: what must not come back. `received`: makes the counter of what a run may receive. */
export function createRelay(forms: readonly Buffer[], received: () => Transform): Relay {
  return async (answer, response, { status, headers }, ...watchers) => {
    response.writeHead(status, { ...headers, 'cache-control': 'no-store' });
    // Events may be a long time coming; that there will be some is known now.
    response.flushHeaders();
    try {
      await pipeline([answer, received(), withholdSecrets(forms), ...watchers, response]);
    } catch (error) {
      // The other side hung up. When whoever asked does, there is another error, and nobody to tell.
      throw (error as { code?: string }).code === 'ECONNRESET' ? new Refusal('upstreamFailed') : error;
    }
  };
}

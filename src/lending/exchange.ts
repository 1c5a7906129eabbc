import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request from inside, and its answer. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Aborted when whoever asked is gone, or it took too long. */
  signal: AbortSignal;
}

/** Answers, or throws a Refusal before anything was answered. Afterwards, a throw cuts the answer off. */
export type Handler = (exchange: Exchange) => Promise<void>;

/** By method and exact raw target, as `GET /path?query`. Nothing is decoded or normalised: what is not here is refused. */
export type Routes = Map<string, Handler>;

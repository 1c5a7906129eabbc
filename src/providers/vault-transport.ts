import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { VaultUnavailable } from '../ports/credential-vault.ts';

/** What node-vault asks its transport for. */
export interface VaultRequest {
  method: string;
  uri: string;
  headers?: Record<string, string>;
  json?: unknown;
}

/** What node-vault wants to see of an answer. */
export interface VaultResponse {
  statusCode: number;
  body: unknown;
  request: { path: string };
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Requests to Vault and nothing else: no proxy from the environment and no redirect ever sees a token, each request ends
 * within `timeoutMs` as a whole, and no error holds what was sent.
 *
 * Reads share kept-alive connections and are repeated once, over a new connection, when a kept one turns out to be dead
 * (a restarted server). Writes always use a new connection, so that a dead one never leaves open whether they happened.
 */
export function createVaultTransport({ addr, timeoutMs }: { addr: string; timeoutMs: number }) {
  const secure = new URL(addr).protocol === 'https:';
  const keptAlive = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  const send = (options: VaultRequest, signal: AbortSignal, agent: HttpAgent | false): Promise<VaultResponse> =>
    new Promise((resolve, reject) => {
      const url = new URL(options.uri);
      const body = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json));
      const type = body && { 'content-type': 'application/json', 'content-length': body.length };
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        { method: options.method, headers: { ...options.headers, ...type }, signal, agent },
        (response) => {
          const statusCode = response.statusCode ?? 0;
          readJson(response).then((answer) => {
            resolve({ statusCode, body: answer, request: { path: url.pathname } });
          }, reject);
        },
      );
      request.on('error', reject);
      request.end(body);
    });

  return {
    /** @throws VaultUnavailable when there was no complete answer: `timeout` or `unreachable` */
    async request(options: VaultRequest): Promise<VaultResponse> {
      const signal = AbortSignal.timeout(timeoutMs);
      const isRead = options.method === 'GET';
      try {
        return await send(options, signal, isRead && keptAlive).catch((error: unknown) => {
          if (!isRead || signal.aborted || !isReset(error)) throw error;
          return send(options, signal, false);
        });
      } catch {
        throw new VaultUnavailable(signal.aborted ? 'timeout' : 'unreachable');
      }
    },

    /** Ends the kept connections. */
    close(): void {
      keptAlive.destroy();
    },
  };
}

const isReset = (error: unknown): boolean => {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE';
};

/** The answer's JSON; undefined when it is something else, such as a proxy's page. Rejects when it is cut off or too long. */
async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error('answer too long');
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('answer cut off');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

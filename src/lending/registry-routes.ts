import type { Handler } from './exchange.ts';
import { Refusal } from './refusals.ts';
import type { Relay } from './relay.ts';
import type { Upstream } from './upstream/upstream.ts';

export interface RegistryParts {
  /** By name. */
  upstreams: ReadonlyMap<string, Upstream>;
  relay: Relay;
}

/** Names, versions and files of packages, also scoped ones (`/@scope%2fname`). No query, no empty or dotted segments. */
const TARGET = /^\/registry\/(?<name>[a-z0-9-]+)(?<path>(\/(?!\.+(\/|$))([\w.~+@-]|%2f|%40){1,200}){1,12}\/?)$/i;

const PASSED_ON = ['content-type', 'content-length', 'content-encoding', 'etag', 'last-modified'];

/** Reads package registries that the operator listed, at `/registry/<name>/...`: GET, and no header of the run goes on. */
export function createRegistryRoute({ upstreams, relay }: RegistryParts) {
  return (method: string, target: string): Handler | null => {
    const { name = '', path } = (method === 'GET' && TARGET.exec(target)?.groups) || {};
    const upstream = upstreams.get(name);
    if (!upstream || path === undefined) return null;
    return async ({ response, signal }) => {
      const headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'panager' };
      const answer = await upstream.send({ method: 'GET', path, headers, body: null, signal });
      const { statusCode: status = 0 } = answer;
      if (status !== 200) {
        answer.destroy();
        throw new Refusal(status === 404 ? 'notFoundThere' : status >= 400 ? 'upstreamFailed' : 'upstreamRedirected');
      }
      const passed = Object.entries(answer.headers).filter(([header]) => PASSED_ON.includes(header));
      await relay(answer, response, { status, headers: Object.fromEntries(passed) });
    };
  };
}

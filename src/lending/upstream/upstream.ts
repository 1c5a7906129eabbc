import http from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { Refusal } from '../refusals.ts';
import type { LendingLimits } from '../settings.ts';
import { hostnameOf, resolveUpstream } from './resolve-host.ts';
import type { Address, AddressRules } from './resolve-host.ts';

export interface UpstreamRequest {
  method: 'GET' | 'POST';
  /** Appended to the base's path. */
  path: string;
  headers: OutgoingHttpHeaders;
  body: Buffer | Readable | null;
  /** Ends the exchange, also while the answer is being read. */
  signal: AbortSignal;
}

export interface Upstream {
  /** The answer's head; its body is still to be read. Redirects are answers as any other. @throws Refusal */
  send(request: UpstreamRequest): Promise<IncomingMessage>;
}

type Times = Pick<LendingLimits, 'connectMs' | 'answerMs' | 'idleMs' | 'requestsAtOnce'>;

/**
 * One host outside. Its name is resolved and judged before each request, and the connection goes to exactly what was
 * judged; the certificate must be the name's. An agent of our own: no proxy of the environment is used.
 */
export function createUpstream(base: URL, rules: AddressRules, times: Times): Upstream {
  const isTls = base.protocol === 'https:';
  const hostname = hostnameOf(base);
  const agent = new (isTls ? https : http).Agent({
    keepAlive: true,
    maxSockets: times.requestsAtOnce,
    maxFreeSockets: 4,
  });

  return {
    async send({ method, path, headers, body, signal }) {
      const addresses = await within(times.connectMs, resolveUpstream(base, rules));
      const options: https.RequestOptions = {
        agent,
        host: hostname,
        port: base.port || (isTls ? 443 : 80),
        lookup: answerWith(addresses),
        method,
        path: `${base.pathname.replace(/\/$/, '')}${path}`,
        headers: { ...headers, host: base.host },
        maxHeaderSize: 32 * 1024,
        signal,
        // Said here, so that no environment variable can switch it off.
        ...(isTls && { rejectUnauthorized: true, servername: isIP(hostname) ? '' : hostname, minVersion: 'TLSv1.2' }),
      };
      return exchange((isTls ? https : http).request(options), body, times, signal);
    },
  };
}

/** Never asks anybody again: a name cannot lead elsewhere between the judgement and the connection. */
function answerWith(addresses: Address[]): LookupFunction {
  return (_hostname, options, done) => {
    if (options.all) return done(null, addresses);
    done(null, addresses[0]?.address ?? '', addresses[0]?.family);
  };
}

function exchange(
  request: http.ClientRequest,
  body: Buffer | Readable | null,
  times: Times,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const give = (refusal: Refusal) => request.destroy(refusal);
    let isConnected = false;
    /** Something may have arrived there, and have cost something, once there is a connection. */
    const fault = (error: Error) => {
      if (error instanceof Refusal || signal.aborted) return error;
      return new Refusal(isConnected ? 'upstreamFailed' : 'upstreamUnreachable');
    };
    const connecting = setTimeout(() => give(new Refusal('upstreamUnreachable')), times.connectMs);
    request.once('socket', (socket) => {
      const ready = () => {
        isConnected = true;
        clearTimeout(connecting);
      };
      if (request.reusedSocket) return ready();
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', ready);
    });
    request.setTimeout(times.answerMs, () => give(new Refusal('upstreamTimeout')));
    request.once('close', () => {
      clearTimeout(connecting);
      // Without an error when it was answered with an upgrade.
      reject(fault(new Error('closed')));
    });
    // Stays: errors after the answer began are told by the answer's own stream.
    request.on('error', (error) => reject(fault(error)));
    request.once('response', (answer) => {
      request.setTimeout(times.idleMs, () => give(new Refusal('upstreamTimeout')));
      resolve(answer);
    });
    if (body === null || Buffer.isBuffer(body)) return request.end(body ?? undefined);
    // An upstream may answer and hang up before it has read everything: then the answer counts.
    pipeline(body, request, (error) => error && reject(fault(error)));
  });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Refusal('upstreamUnreachable')), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

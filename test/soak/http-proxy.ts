import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHeld, type Held, type HowOn } from './held.ts';

export interface HttpProxy {
  address: string;
  /** Stops the next request with this method whose path holds these words: before it is passed on, or its answer. */
  hold(rule: { method: string; path: string; at: 'request' | 'answer'; patienceMs?: number }): Held;
  close(): Promise<void>;
}

interface Rule {
  method: string;
  path: string;
  at: 'request' | 'answer';
  arrive(): void;
  decided: Promise<HowOn>;
}

/**
 * Stands between the product and a server that speaks HTTP, and passes everything on. A request that was held is passed on
 * although its sender has died meanwhile: it was on its way.
 */
export async function startHttpProxy(target: string): Promise<HttpProxy> {
  let rules: Rule[] = [];
  const take = (request: IncomingMessage): Rule | undefined => {
    const rule = rules.find(({ method, path }) => request.method === method && request.url?.includes(path));
    rules = rules.filter((each) => each !== rule);
    return rule;
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    const rule = take(incoming);
    const stop = async (at: Rule['at']): Promise<boolean> => {
      if (rule?.at !== at) return false;
      rule.arrive();
      return (await rule.decided) === 'drop';
    };
    if (await stop('request')) return void response.destroy();
    const answer = await pass(target, incoming, body).catch(() => null);
    // A server that was just killed, or starts again, did nothing: the rule is for the next one.
    const isDone = answer !== null && answer.status < 400;
    if (rule?.at === 'answer' && !isDone) rules = [rule, ...rules];
    else if (await stop('answer')) return void response.destroy();
    if (answer === null) return void response.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((incoming, response) => {
    // The server behind is down or cut off: whoever asks sees a broken connection, as without us.
    serve(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold({ method, path, at, patienceMs }) {
      const { held, arrive, decided } = createHeld(`${method} ${path}`, patienceMs);
      rules = [...rules, { method, path, at, arrive, decided }];
      return held;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pass(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
    const request = httpRequest(new URL(url ?? '/', target), { method, headers, agent: false }, (response) => {
      bytesOf(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: bytes }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

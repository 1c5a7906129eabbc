import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Script = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedServer {
  url: string;
  /** Method and path of everything that arrived, in order. */
  requests: string[];
  /** What every further request gets. */
  play(script: Script): void;
  close(): Promise<void>;
}

/** A server that answers as badly as a test wants. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const requests: string[] = [];
  let script: Script = (response) => answer(500, 'no script')(response);
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    script(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    play(next) {
      script = next;
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** A string goes out as HTML, everything else as JSON. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return (response: ServerResponse): void => {
    const [type, text] = typeof body === 'string' ? ['text/html', body] : ['application/json', JSON.stringify(body)];
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  };
}

export const hang = (): void => undefined;

export const hangAfterHeaders: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"half":');
};

/** Announces more than it sends, then ends the connection. */
export const truncate: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"access_token":"half', () => response.destroy());
};

/** Half of a JSON in a well-formed answer. */
export const halfJson: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"half');
};

export const reset: Script = (response) => void response.destroy();

/** Sends without end, as fast as it is read. */
export const endless: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const more = () => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', more);
  more();
};

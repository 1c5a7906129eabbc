import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { git } from './git.ts';

export interface GitServer {
  /** http://127.0.0.1:<port> */
  url: string;
  /** What arrived, in order. */
  requests: { method: string; url: string; headers: IncomingHttpHeaders }[];
  /** What a branch of a repository points to; null when there is none. */
  head(repository: string, ref: string): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Git's own server, `git http-backend`, behind a CGI wrapper: `/public/one.git`, `/private/one.git`, `/private/two.git`.
 * The private ones want `login`, and with it they take pushes.
 */
export async function startGitServer(
  folder: string,
  login: { username: string; password: string },
): Promise<GitServer> {
  for (const name of ['public/one.git', 'private/one.git', 'private/two.git']) await makeRepository(folder, name);
  const requests: GitServer['requests'] = [];
  const expected = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    const isLoggedIn = request.headers.authorization === expected;
    if (request.url?.startsWith('/private/') && !isLoggedIn) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    runBackend(folder, request, response, isLoggedIn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    head: async (repository, ref) =>
      (await git(['-C', join(folder, repository), 'for-each-ref', '--format=%(objectname)', ref])).trim() || null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function makeRepository(folder: string, name: string): Promise<void> {
  const bare = join(folder, name);
  await git(['init', '-q', '--bare', '-b', 'main', bare]);
  const blob = (await git(['-C', bare, 'hash-object', '-w', '--stdin'], { input: `This is ${name}.\n` })).trim();
  const tree = (await git(['-C', bare, 'mktree'], { input: `100644 blob ${blob}\tREADME\n` })).trim();
  const commit = (await git(['-C', bare, 'commit-tree', '-m', 'first', tree])).trim();
  await git(['-C', bare, 'update-ref', 'refs/heads/main', commit]);
  await git(['-C', bare, 'tag', 'v1', commit]);
}

/** RFC 3875: headers and a blank line, then the body. */
function runBackend(root: string, request: IncomingMessage, response: ServerResponse, isLoggedIn: boolean): void {
  const { pathname, search } = new URL(request.url ?? '', 'http://server');
  const header = (name: string) => String(request.headers[name] ?? '');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      ...(header('content-length') && { CONTENT_LENGTH: header('content-length') }),
      ...(isLoggedIn && { REMOTE_USER: 'somebody' }),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  response.once('close', () => backend.kill());
  let head: Buffer | null = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (head === null) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const lines = head.toString('latin1', 0, end).split('\r\n');
    const headers = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    const rest = headers.filter(([name]) => name.toLowerCase() !== 'status');
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(rest));
    response.write(head.subarray(end + 4));
    head = null;
  });
  backend.stdout.on('end', () => response.end());
}

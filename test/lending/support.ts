import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createFindRoute } from '../../src/lending/find-route.ts';
import { createLendingServer } from '../../src/lending/lending-server.ts';
import { createBudget } from '../../src/lending/model/budget.ts';
import { lendingSettings } from '../../src/lending/settings.ts';
import type { LendingSettingsInput } from '../../src/lending/settings.ts';
import { openSocketFile, SOCKET_NAME } from '../../src/lending/socket-file.ts';
import { createTally } from '../../src/lending/tally.ts';
import { resolveBySystem } from '../../src/lending/upstream/resolve-host.ts';
import type { Resolve } from '../../src/lending/upstream/resolve-host.ts';
import { createLogger } from '../../src/logger.ts';

export const CREDENTIAL = { username: 'owner', password: 'canary-git-7Qd2mX9vLw4tZs' };
export const API_KEY = 'canary-model-5Hn8kRb3JpYc6Ef';
export const MODEL = 'claude-test-1';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The stable code of a refusal; null for anything else. */
  code: string | null;
}

export interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface OpenLending {
  folder: string;
  socketPath: string;
  ask(asked: Asked): Promise<Answer>;
  /** Writes bytes as they are; what came back until the connection was closed. */
  raw(bytes: string | Buffer): Promise<string>;
  log(): string;
  /** Everything that came back so far, and the log. */
  sink(): Buffer;
  used(): object | null;
  close(): Promise<void>;
}

/** A lending proxy in this process, on a real socket. */
export async function openLending(
  settings: Omit<Partial<LendingSettingsInput>, 'socketDir'>,
  resolve: Resolve = resolveBySystem,
): Promise<OpenLending> {
  const folder = mkdtempSync(join(tmpdir(), 'panager-lending-'));
  const parsed = lendingSettings.parse({ socketDir: folder, gid: 0, git: null, model: null, ...settings });
  const lines: string[] = [];
  const seen: Buffer[] = [];
  const logger = createLogger({ name: 'lending', level: 'debug' }, { write: (line) => void lines.push(line) });
  const budget = parsed.model && createBudget(parsed.model.budget);
  const findRoute = createFindRoute(parsed, resolve, budget);
  const server = createLendingServer(findRoute, parsed.limits, createTally(logger));
  const file = await openSocketFile(server, folder, parsed.gid);
  const socketPath = join(folder, SOCKET_NAME);
  return {
    folder,
    socketPath,
    async ask(asked) {
      const answer = await ask(socketPath, asked);
      seen.push(Buffer.from(JSON.stringify(answer.headers)), Buffer.from(answer.body));
      return answer;
    },
    async raw(bytes) {
      const answer = await raw(socketPath, bytes);
      seen.push(answer);
      return answer.toString('utf8');
    },
    log: () => lines.join(''),
    sink: () => Buffer.concat([...seen, Buffer.from(lines.join(''))]),
    used: () => budget?.used() ?? null,
    async close() {
      file.remove();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function ask(socketPath: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<Answer> {
  const asking = request({ socketPath, method, path, headers, agent: false });
  const answered = once(asking, 'response') as Promise<[IncomingMessage]>;
  asking.end(body);
  const [answer] = await answered;
  // Who is answered early may still be writing when the test ends.
  asking.on('error', () => undefined);
  const text = (await buffer(answer)).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: text, code: codeOf(text) };
}

async function raw(socketPath: string, bytes: string | Buffer): Promise<Buffer> {
  const socket = createConnection(socketPath);
  const answer = buffer(socket);
  socket.write(bytes);
  return answer;
}

function codeOf(body: string): string | null {
  try {
    const { error } = JSON.parse(body) as { error?: { code?: string } };
    return error?.code ?? null;
  } catch {
    return null;
  }
}

/** Settings of a git remote or a model on loopback. */
export const lentGit = (remote: string, push: false | { refPrefix: string } = false) => ({
  git: { remote, credential: CREDENTIAL, push },
  allowedPrivate: ['127.0.0.1'],
});

export const lentModel = (
  baseUrl: string,
  budget: Partial<Record<'requests' | 'inputBytes' | 'outputTokens', number>> = {},
) => ({
  model: {
    baseUrl,
    apiKey: API_KEY,
    budget: { requests: 1_000, inputBytes: 500_000_000, outputTokens: 1_000_000, ...budget },
    models: [MODEL],
  },
  allowedPrivate: ['127.0.0.1'],
});

export const message = (more: object = {}) => ({
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hello' }],
  ...more,
});

/** A request to the messages API as the CLI sends it. */
export const messageRequest = (body: unknown, path = '/v1/messages?beta=true'): Asked & { body: string } => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: text };
};

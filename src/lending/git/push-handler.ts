import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { bodyChunks } from '../bodies/read-body.ts';
import type { Handler } from '../exchange.ts';
import { Refusal } from '../refusals.ts';
import type { Relay } from '../relay.ts';
import type { LendingLimits } from '../settings.ts';
import { contentTypeOf, expectAnswer } from '../upstream/expect-answer.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { gitHeaders } from './git-headers.ts';
import type { GitCredential } from './git-headers.ts';
import { parsePushCommands } from './push-commands.ts';
import type { PushCommand } from './push-commands.ts';
import { watchPushReport } from './push-report.ts';
import { createPushRules } from './push-rules.ts';

export interface PushParts {
  upstream: Upstream;
  credential: GitCredential | null;
  refPrefix: string;
  limits: Pick<LendingLimits, 'pushBytes'>;
  relay: Relay;
}

/** Pushes: the commands are read and judged, then they and the pack behind them are streamed on. */
export function createPushHandler({ upstream, credential, refPrefix, limits, relay }: PushParts): Handler {
  const rules = createPushRules(refPrefix);
  const type = 'application/x-git-receive-pack-result';
  return async ({ request, response, signal }) => {
    expectPush(request);
    const chunks = limited(request, limits.pushBytes);
    const { commands, read } = await readCommands(chunks);
    if (commands.length === 0) {
      // Before a large push git sends an empty one, to see whether it would be let in.
      if (read.toString('latin1') !== '0000' || !(await chunks.next()).done) throw new Refusal('pushMalformed');
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end();
      return;
    }
    rules.check(commands);
    const headers = gitHeaders(request, credential, {
      accept: type,
      'content-type': 'application/x-git-receive-pack-request',
    });
    const body = Readable.from(rest(read, chunks), { objectMode: false });
    const answer = await upstream.send({ method: 'POST', path: '/git-receive-pack', headers, body, signal });
    expectAnswer(answer, type);
    const report = watchPushReport(commands, rules.carriedOut);
    await relay(answer, response, { status: 200, headers: { 'content-type': type } }, report);
  };
}

/** Git never zips a push: its packs are compressed already. */
function expectPush(request: IncomingMessage): void {
  const isPlain = request.headers['content-encoding'] === undefined;
  if (!isPlain || contentTypeOf(request) !== 'application/x-git-receive-pack-request') {
    throw new Refusal('encodingNotAllowed');
  }
}

async function* limited(request: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer, void> {
  let length = 0;
  for await (const chunk of bodyChunks(request)) {
    length += chunk.length;
    if (length > maxBytes) throw new Refusal('bodyTooLarge');
    yield chunk;
  }
}

/** Reads as far as the commands go; `read` is that and what came with it. */
async function readCommands(chunks: AsyncGenerator<Buffer, void>): Promise<{ commands: PushCommand[]; read: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    if (next.done) throw new Refusal('pushMalformed');
    read = Buffer.concat([read, next.value]);
    const parsed = parsePushCommands(read);
    if (parsed) return { commands: parsed.commands, read };
  }
}

async function* rest(read: Buffer, chunks: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  yield read;
  yield* chunks;
}

import { readBody } from '../bodies/read-body.ts';
import { gunzipBounded } from '../bodies/gunzip-bounded.ts';
import type { BodyMemory } from '../bodies/body-memory.ts';
import type { Exchange, Handler, Routes } from '../exchange.ts';
import { Refusal } from '../refusals.ts';
import type { Relay } from '../relay.ts';
import type { LendingLimits } from '../settings.ts';
import { contentTypeOf, expectAnswer } from '../upstream/expect-answer.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { gitHeaders } from './git-headers.ts';
import type { GitCredential } from './git-headers.ts';
import { createPushHandler } from './push-handler.ts';

/** What the repository is called inside: `http://127.0.0.1:<port>/git/project.git`, whatever it is called outside. */
export const GIT_PATH = '/git/project.git';

export interface GitParts {
  upstream: Upstream;
  credential: GitCredential | null;
  push: false | { refPrefix: string };
  limits: LendingLimits;
  memory: BodyMemory;
  relay: Relay;
}

/** Git's smart HTTP (gitprotocol-http) for exactly one repository: fetch, and push when it is on. */
export function gitRoutes(parts: GitParts): Routes {
  const push = parts.push && createPushHandler({ ...parts, refPrefix: parts.push.refPrefix });
  const refused: Handler = () => Promise.reject(new Refusal('pushNotAllowed'));
  return new Map([
    [`GET ${GIT_PATH}/info/refs?service=git-upload-pack`, advertisement('git-upload-pack', parts)],
    [`POST ${GIT_PATH}/git-upload-pack`, fetchHandler(parts)],
    [`GET ${GIT_PATH}/info/refs?service=git-receive-pack`, push ? advertisement('git-receive-pack', parts) : refused],
    [`POST ${GIT_PATH}/git-receive-pack`, push || refused],
  ]);
}

function advertisement(service: string, { upstream, credential, relay }: GitParts): Handler {
  const type = `application/x-${service}-advertisement`;
  return async ({ request, response, signal }) => {
    const headers = gitHeaders(request, credential, { accept: type });
    const path = `/info/refs?service=${service}`;
    const answer = await upstream.send({ method: 'GET', path, headers, body: null, signal });
    expectAnswer(answer, type);
    await relay(answer, response, { status: 200, headers: { 'content-type': type } });
  };
}

function fetchHandler(parts: GitParts): Handler {
  const type = 'application/x-git-upload-pack-result';
  return async ({ request, response, signal }) => {
    const share = parts.memory.open();
    try {
      const body = await readFetch({ request, response, signal }, parts, share);
      const headers = gitHeaders(request, parts.credential, {
        accept: type,
        'content-type': 'application/x-git-upload-pack-request',
        'content-length': body.length,
      });
      const answer = await parts.upstream.send({ method: 'POST', path: '/git-upload-pack', headers, body, signal });
      share.release();
      expectAnswer(answer, type);
      await parts.relay(answer, response, { status: 200, headers: { 'content-type': type } });
    } finally {
      share.release();
    }
  };
}

/** What git wants and has: small even for large repositories. Git zips it; it is sent on as it was before. */
async function readFetch(
  { request }: Exchange,
  { limits }: GitParts,
  share: ReturnType<BodyMemory['open']>,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  const isKnown = encoding === undefined || encoding === 'gzip';
  if (!isKnown || contentTypeOf(request) !== 'application/x-git-upload-pack-request') {
    throw new Refusal('encodingNotAllowed');
  }
  const sent = await readBody(request, limits.fetchBodyBytes, share);
  if (encoding === undefined) return sent;
  const body = await gunzipBounded(sent, limits.fetchBodyBytes);
  share.take(body.length);
  return body;
}

import { ProviderFailure } from '../../ports/provider-failure.ts';

/** A full page of calendar events is some hundred kilobytes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export type BoundedFetch = (url: string | URL, init: RequestInit) => Promise<Response>;

/**
 * `fetch` for providers: follows no redirect (it would carry a secret elsewhere), reads the whole body, and never more
 * than `maxBytes` of it. An aborted signal is `timeout`, whoever aborted it: the caller knows its own signal.
 * @throws ProviderFailure `timeout` or `unavailable`; nothing of the original error is kept.
 */
export function createBoundedFetch(maxBytes = MAX_ANSWER_BYTES): BoundedFetch {
  return async (url, init) => {
    try {
      const answer = await fetch(url, { ...init, redirect: 'manual' });
      const body = await readAtMost(answer, maxBytes);
      if (answer.status >= 300 && answer.status < 400) throw new Error('redirect');
      return new Response(body.length > 0 ? body : null, { status: answer.status, headers: answer.headers });
    } catch (error) {
      throw new ProviderFailure(init.signal?.aborted || isSlowAnswer(error) ? 'timeout' : 'unavailable');
    }
  };
}

async function readAtMost(answer: Response, maxBytes: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop cancels the body, and with it the connection.
    if (bytes > maxBytes) throw new Error('answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Node's own limits on waiting for headers or body; a limit on connecting means that nothing was sent. */
function isSlowAnswer(error: unknown): boolean {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

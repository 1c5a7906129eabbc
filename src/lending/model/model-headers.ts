import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Betas with which the model API reaches the network or other data of the account; `oauth` belongs to other credentials. */
const WITHHELD_BETA = /^(mcp-|code-execution-|files-|skills-|web-|oauth-|fast-mode-)/;
const MAX_BETAS_LENGTH = 2_000;

/** All headers of a request to the model API. Of what the run sent only version and betas go on, checked. */
export function modelHeaders(request: IncomingMessage, apiKey: string, bodyBytes: number): OutgoingHttpHeaders {
  const version = request.headers['anthropic-version'];
  const betas = allowedBetas(request.headers['anthropic-beta']);
  return {
    'x-api-key': apiKey,
    'anthropic-version': typeof version === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(version) ? version : '2023-06-01',
    ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }),
    'content-type': 'application/json',
    'content-length': bodyBytes,
    accept: 'application/json, text/event-stream',
    'accept-encoding': 'identity',
    'user-agent': 'panager',
  };
}

function allowedBetas(header: string | string[] | undefined): string[] {
  const text = String(header ?? '').slice(0, MAX_BETAS_LENGTH);
  const names = text.split(',').map((name) => name.trim());
  return names.filter((name) => /^[a-z0-9][a-z0-9.-]{0,80}$/.test(name) && !WITHHELD_BETA.test(name));
}

const PASSED_ON = ['content-type', 'request-id', 'retry-after', 'x-should-retry'];

/** What the CLI needs to know of an answer. Not whose account it is and what is left of it. */
export function answerHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(answer.headers).filter(([name]) => PASSED_ON.includes(name)));
}

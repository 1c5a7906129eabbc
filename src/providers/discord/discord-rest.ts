import {
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type RequestData,
  type RequestMethod,
  type ResponseLike,
} from '@discordjs/rest';
import type { RESTPostAPICurrentUserCreateDMChannelJSONBody } from 'discord-api-types/v10';
import type { Logger } from '../../logger.ts';
import { ProviderFailure } from '../../ports/provider-failure.ts';
import { ReplyRefused } from '../../ports/replies.ts';
import { createRequestGuard, REFUSED_TOKEN_PAUSE_MS } from './request-guard.ts';

/** One call, from its place in the queue to the last byte of its answer. */
export const CALL_TIMEOUT_MS = 10_000;
/** What is worth waiting for here; longer waits are Temporal's, which has nobody else waiting behind them. */
const LONGEST_WAIT_MS = 1_500;

export type DiscordMethod = 'GET' | 'POST' | 'PATCH';

/** Calls Discord about one channel. @throws ProviderFailure, ReplyRefused */
export type DiscordCall = (
  method: DiscordMethod,
  channel: string,
  path: string,
  options?: { body?: unknown; query?: Record<string, string> },
) => Promise<unknown>;

export interface DiscordRest {
  call: DiscordCall;
  /** The conversation with this person; the same one each time. @throws ProviderFailure, ReplyRefused */
  openDirectMessage(userId: string): Promise<string>;
  close(): void;
}

/**
 * Discord's REST interface, for composition roots. The library queues per route and channel and reads the limits that
 * Discord announces; it repeats nothing (retries are Temporal's) and waits for no limit longer than a moment.
 */
export function createDiscordRest(parts: {
  token: string;
  /** As `https://discord.com/api`; null for that one. */
  apiUrl: string | null;
  logger: Pick<Logger, 'error' | 'warn'>;
  timeoutMs?: number;
  /** How long nothing is sent after the token was refused. */
  refusedTokenPauseMs?: number;
}): DiscordRest {
  const { token, apiUrl, logger, timeoutMs = CALL_TIMEOUT_MS, refusedTokenPauseMs = REFUSED_TOKEN_PAUSE_MS } = parts;
  const rest = new REST({
    version: '10',
    ...(apiUrl === null ? {} : { api: apiUrl }),
    retries: 0,
    // Ours ends first: it also bounds the body of an answer, and the time in the queue.
    timeout: timeoutMs + 1_000,
    globalRequestsPerSecond: 45,
    rejectOnRateLimit: (limit) =>
      Math.max(limit.timeToReset, limit.retryAfter, limit.sublimitTimeout) > LONGEST_WAIT_MS,
  });
  const guard = createRequestGuard({
    refusedTokenPauseMs,
    onPause: (why, ms) => {
      if (why !== 'tokenRefused') logger.warn({ why, ms }, 'Discord is paused');
      else logger.error({ alarm: true, why, ms }, 'Discord refused the bot token: check DISCORD_TOKEN');
    },
  });
  rest.on('response', ({ path }, answer) => guard.note({ ...answerFacts(answer), channel: channelIn(path) }));

  const send = async (
    request: Pick<RequestData, 'body' | 'query'> & { method: DiscordMethod; fullRoute: `/${string}` },
  ) => {
    // After a 401 the library forgets the token.
    rest.setToken(token);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await rest.request({ ...request, method: request.method as RequestMethod, signal });
    } catch (error) {
      const failure = signal.aborted ? new ProviderFailure('timeout') : toReplyFailure(error, refusedTokenPauseMs);
      if (failure instanceof ReplyRefused) {
        logger.warn({ kind: failure.kind, code: failure.code, method: request.method }, 'Discord refused a message');
      }
      throw failure;
    }
  };

  return {
    async call(method, channel, path, { body, query } = {}) {
      guard.admit(channel);
      return send({
        method,
        fullRoute: `/channels/${channel}${path}`,
        ...(body === undefined ? {} : { body }),
        ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
      });
    },
    async openDirectMessage(userId) {
      guard.admit('');
      const body = { recipient_id: userId } satisfies RESTPostAPICurrentUserCreateDMChannelJSONBody;
      const { id } = (await send({ method: 'POST', fullRoute: '/users/@me/channels', body })) as { id: string };
      return id;
    },
    close() {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    },
  };
}

function answerFacts({ status, headers }: ResponseLike) {
  const seconds = Number(headers.get('retry-after') ?? headers.get('x-ratelimit-reset-after') ?? 1);
  const global = headers.has('x-ratelimit-global');
  const scope = global ? 'global' : headers.get('x-ratelimit-scope') === 'shared' ? 'shared' : 'user';
  return { status, retryAfterMs: Math.max(Number.isFinite(seconds) ? seconds * 1000 : 1_000, 100), scope } as const;
}

const channelIn = (path: string) => /^\/channels\/(\d+)/.exec(path)?.[1] ?? '';

/** Discord's codes, developers/topics/opcodes-and-status-codes. */
const UNKNOWN_CHANNEL = 10003;
const UNKNOWN_MESSAGE = 10008;
/** Too many edits of a message older than an hour. */
const TOO_MANY_EDITS = 30046;

/** The one place that knows the library's errors, which hold bodies and addresses: nothing of them is kept. */
export function toReplyFailure(error: unknown, refusedTokenPauseMs: number): Error {
  if (error instanceof RateLimitError) {
    const retryAfterMs = Math.max(error.retryAfter, error.timeToReset, error.sublimitTimeout, 250);
    return new ProviderFailure('rateLimited', { status: 429, retryAfterMs });
  }
  if (error instanceof HTTPError) return new ProviderFailure('unavailable', { status: error.status });
  if (!(error instanceof DiscordAPIError)) return new ProviderFailure('unavailable');
  const { status, code } = error;
  return status === 401
    ? new ProviderFailure('unauthorized', { status, retryAfterMs: refusedTokenPauseMs })
    : ofStatus(status, code);
}

function ofStatus(status: number, code: number | string | undefined): Error {
  // What stands in front of Discord answers with pages: that is an outage and says nothing about the person.
  if (typeof code !== 'number') return new ProviderFailure('unavailable', { status, retryAfterMs: 30_000 });
  // An address where Discord's interface is not: the operator's to mend, like an outage.
  if (status === 404 && code === 0) return new ProviderFailure('unavailable', { status, retryAfterMs: 30_000 });
  if (code === TOO_MANY_EDITS) return new ProviderFailure('rateLimited', { status, retryAfterMs: 60_000 });
  if (code === UNKNOWN_MESSAGE) return new ReplyRefused('messageGone', code);
  if (status === 403 || code === UNKNOWN_CHANNEL) return new ReplyRefused('undeliverable', code);
  return new ReplyRefused('invalid', code === 0 ? status : code);
}

import { setTimeout as delay } from 'node:timers/promises';
import { Routes, type REST } from 'discord.js';
import { discordCommandTexts } from '../domain/texts/discord-commands.ts';
import type { Language } from '../domain/words.ts';
import type { Logger } from '../logger.ts';
import type { RequestReader } from '../ports/requests.ts';
import type { Notices } from './notices.ts';

/** A request's own message comes within a second, unless nothing runs workflows. */
const LATE_AFTER_MS = 10_000;
/** One notice in this time says it of everything that somebody sent. */
const QUIET_MS = 10 * 60_000;
const TYPING_TIMEOUT_MS = 5_000;

export interface TakenMessage {
  channel: string;
  messageId: string;
  userId: string;
  requestId: string;
  language: Language;
}

/**
 * What a person sees before the message of their request, which only a running workflow posts: that somebody types, and,
 * when no workflow takes the request up, one short notice that nothing is asked of them.
 */
export interface LateNotices {
  watch(taken: TakenMessage): void;
  close(): Promise<void>;
}

export function createLateNotices(parts: {
  requests: Pick<RequestReader, 'find'>;
  notices: Notices;
  rest: REST;
  logger: Logger;
  lateAfterMs?: number;
}): LateNotices {
  const { requests, notices, rest, logger, lateAfterMs = LATE_AFTER_MS } = parts;
  const stopping = new AbortController();
  const watching = new Set<Promise<void>>();
  /** Channels of requests that are not late yet. */
  const typing = new Set<string>();
  let told = new Map<string, number>();
  const wasTold = (userId: string): boolean => {
    told = new Map([...told].filter(([, at]) => Date.now() - at < QUIET_MS));
    return told.has(userId);
  };

  const type = async (channel: string): Promise<void> => {
    if (typing.has(channel)) return;
    typing.add(channel);
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(TYPING_TIMEOUT_MS)]);
    await rest.post(Routes.channelTyping(channel), { signal }).catch(ignore);
  };

  const tellIfLate = async ({ channel, messageId, userId, requestId, language }: TakenMessage): Promise<void> => {
    await delay(lateAfterMs, undefined, { signal: stopping.signal });
    typing.delete(channel);
    if (wasTold(userId)) return;
    const request = await requests.find(userId, requestId);
    if (request?.status !== 'queued' || wasTold(userId)) return;
    told.set(userId, Date.now());
    await notices.say(channel, discordCommandTexts[language].late, `l${messageId}`);
  };

  return {
    watch(taken) {
      const work = Promise.all([type(taken.channel), tellIfLate(taken)]).then(ignore, (err: unknown) => {
        // What it would have said is no one's loss: the request is stored.
        if (!stopping.signal.aborted) logger.warn({ err }, 'nobody could be told that a request is late');
      });
      const done = work.finally(() => watching.delete(done));
      watching.add(done);
    },
    async close() {
      stopping.abort();
      await Promise.all(watching);
    },
  };
}

function ignore(): void {}

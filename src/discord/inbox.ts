import { setTimeout as delay } from 'node:timers/promises';
import { beforeCursor } from '../domain/discord/snowflake.ts';
import type { Logger } from '../logger.ts';
import type { Conversations } from '../ports/conversations.ts';
import { directMessageOf, older, type DirectMessage } from './direct-message.ts';
import { PAGE, type MissedMessages } from './missed-messages.ts';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Channels that are read at once after an outage: live messages and buttons need Discord's attention too. */
const READERS = 4;

export interface Inbox {
  /** A message that the gateway told. */
  receive(message: DirectMessage): void;
  /** A new session began: whatever was written since the last one is fetched. */
  sessionBegan(): void;
  /** Stops reading and waits for what is being taken. */
  close(): Promise<void>;
}

/**
 * Takes one message. `inOrder`: nothing before it is missing, so the cursor may pass it. The same message may come again,
 * also after the cursor has passed it, and must cause nothing then.
 * @throws when it was not taken; it is then fetched again
 */
export type TakeMessage = (message: DirectMessage, how: { inOrder: boolean }) => Promise<void>;

interface Channel {
  /** Work on a channel is done one after the other, so that its messages are stored in their order. */
  tail: Promise<void>;
  waiting: number;
  /** Messages after this one may be missing here; null when none is. */
  behind: string | null;
}

/**
 * Every message of every channel, once each and in order. A channel from which something is missing (it was written while
 * nobody listened, or could not be stored) is *behind*: it is read again from there, and its cursor stays, until nothing
 * is missing.
 */
export function createInbox(parts: {
  take: TakeMessage;
  missedMessages: MissedMessages;
  conversations: Conversations;
  logger: Logger;
}): Inbox {
  const { take, missedMessages, conversations, logger } = parts;
  const channels = new Map<string, Channel>();
  const stopping = new AbortController();
  const readers = new Set<Promise<void>>();
  /** Until it is known which channels are behind, none is treated as if it were not. */
  let listed: Promise<void> = Promise.resolve();
  let sweep = Promise.resolve();

  const inTurn = (id: string, work: (channel: Channel) => Promise<void>): Promise<void> => {
    const channel = channels.get(id) ?? newChannel();
    channels.set(id, channel);
    channel.waiting += 1;
    channel.tail = channel.tail
      .then(() => listed)
      .then(() => (stopping.signal.aborted ? undefined : work(channel)))
      .catch((err: unknown) => logger.error({ err }, 'a message of Discord broke the inbox'))
      .finally(() => {
        channel.waiting -= 1;
        if (channel.waiting === 0 && channel.behind === null) channels.delete(id);
      });
    return channel.tail;
  };
  const fallBehind = (channel: Channel, after: string): void => {
    channel.behind = channel.behind === null ? after : older(channel.behind, after);
  };

  /** @returns whether nothing is missing any more */
  const readMissed = async (id: string, channel: Channel): Promise<boolean> => {
    try {
      while (channel.behind !== null) {
        const page = await missedMessages(id, channel.behind, stopping.signal);
        for (const found of page) {
          const message = directMessageOf(found);
          if (message !== null) await take(message, { inOrder: true });
          channel.behind = found.id;
        }
        if (page.length < PAGE) channel.behind = null;
      }
      return true;
    } catch (err) {
      if (!stopping.signal.aborted) logger.warn({ err }, 'missed messages could not be taken yet; trying again');
      return false;
    }
  };

  /** Until the channel is complete, with growing pauses in which its live messages are taken. */
  const catchUp = async (id: string): Promise<void> => {
    for (let pauseMs = FIRST_RETRY_MS; !stopping.signal.aborted; pauseMs = Math.min(LONGEST_RETRY_MS, pauseMs * 2)) {
      let complete = true;
      await inTurn(id, async (channel) => {
        complete = await readMissed(id, channel);
      });
      if (complete) return;
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(ignore);
    }
  };
  const watched = (work: Promise<void>): void => {
    const done = work.finally(() => readers.delete(done));
    readers.add(done);
  };

  const listChannels = async (): Promise<string[]> => {
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(LONGEST_RETRY_MS, pauseMs * 2)) {
      if (stopping.signal.aborted) return [];
      try {
        const known = await conversations.list();
        for (const { channel: id, cursor } of known) {
          if (cursor === null) continue;
          const channel = channels.get(id) ?? newChannel();
          channels.set(id, channel);
          fallBehind(channel, beforeCursor(cursor));
        }
        return known.filter(({ cursor }) => cursor !== null).map(({ channel }) => channel);
      } catch (err) {
        logger.warn({ err }, 'the conversations on Discord could not be read; trying again');
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(ignore);
      }
    }
  };
  const readAll = async (ids: string[]): Promise<void> => {
    const left = ids.values();
    const reader = async (): Promise<void> => {
      for (const id of left) {
        // One try each here: a channel that Discord does not give must not hold up the others.
        let complete = true;
        await inTurn(id, async (channel) => {
          complete = await readMissed(id, channel);
        });
        if (!complete) watched(catchUp(id));
      }
    };
    await Promise.all(Array.from({ length: READERS }, reader));
  };

  return {
    receive(message) {
      void inTurn(message.channel, async (channel) => {
        // What was missed comes first, if Discord gives it now.
        if (channel.behind !== null) await readMissed(message.channel, channel);
        try {
          await take(message, { inOrder: channel.behind === null });
        } catch (err) {
          logger.warn({ err }, 'a message of Discord could not be taken; it is fetched again');
          fallBehind(channel, String(BigInt(message.id) - 1n));
          watched(catchUp(message.channel));
        }
      });
    },

    sessionBegan() {
      const known = listChannels();
      listed = known.then(ignore);
      sweep = sweep.then(async () => readAll(await known));
      watched(sweep);
    },

    async close() {
      stopping.abort();
      while (readers.size > 0 || [...channels.values()].some(({ waiting }) => waiting > 0)) {
        await Promise.all([...readers, ...[...channels.values()].map(({ tail }) => tail)]);
      }
    },
  };
}

const newChannel = (): Channel => ({ tail: Promise.resolve(), waiting: 0, behind: null });

function ignore(): void {}

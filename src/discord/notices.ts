import { DiscordAPIError, MessageFlags, Routes, type REST } from 'discord.js';
import type { DirectMessage } from './direct-message.ts';

/** What is said here and not by a request: posted once, never edited. */
export interface Notices {
  /**
   * An answer to the person's message; said again it is the same one. What Discord refuses for good (closed direct
   * messages, a channel that is gone) counts as said: another try would be refused, too.
   * @throws when another try may succeed
   */
  answer(message: Pick<DirectMessage, 'id' | 'channel'>, content: string): Promise<void>;
  /**
   * A message that answers nothing, so that nobody takes it for the reply of a request. Returns its id, null where Discord
   * refuses it for good. @throws like `answer`
   */
  say(channel: string, content: string, nonce: string): Promise<string | null>;
}

export function createNotices(rest: REST): Notices {
  const post = async (channel: string, body: object): Promise<string | null> => {
    const quiet = { allowed_mentions: { parse: [] }, flags: MessageFlags.SuppressEmbeds };
    try {
      const posted = await rest.post(Routes.channelMessages(channel), {
        body: { ...body, enforce_nonce: true, ...quiet },
      });
      return (posted as { id: string }).id;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return null;
    }
  };
  return {
    async answer({ id, channel }, content) {
      const reference = { message_id: id, fail_if_not_exists: false };
      await post(channel, { content, nonce: `n${id}`, message_reference: reference });
    },
    say: (channel, content, nonce) => post(channel, { content, nonce }),
  };
}

/** Refused tokens and rate limits pass. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof DiscordAPIError)) return false;
  const { status } = error;
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status);
}

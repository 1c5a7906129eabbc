import { DiscordAPIError, Routes, type APIMessage, type REST } from 'discord.js';
import { isNewer } from './direct-message.ts';

/** The most that Discord gives at once. */
export const PAGE = 100;
const TIMEOUT_MS = 30_000;

/** A page of a channel after a message, oldest first; not full at the end. */
export type MissedMessages = (channel: string, after: string, signal: AbortSignal) => Promise<APIMessage[]>;

/** @throws what discord.js throws when Discord does not answer */
export function createMissedMessages(rest: REST): MissedMessages {
  return async (channel, after, signal) => {
    const query = new URLSearchParams({ after, limit: String(PAGE) });
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const page = (await rest.get(Routes.channelMessages(channel), { query, signal: bounded })) as APIMessage[];
      return page.sort((one, other) => (isNewer(one.id, other.id) ? 1 : -1));
    } catch (error) {
      // The channel is gone, with whoever wrote in it.
      if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return [];
      throw error;
    }
  };
}

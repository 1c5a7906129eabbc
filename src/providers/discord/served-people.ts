import type { Logger } from '../../logger.ts';
import { createBoundedFetch } from '../oauth/bounded-fetch.ts';
import { failureOfStatus } from '../oauth/failure-of-status.ts';

const DISCORD_API = 'https://discord.com/api';

export interface ServedPeopleOptions {
  /** Discord ids of people and of servers. Nobody in either list: everybody is served. */
  allowedUsers: readonly string[];
  allowedGuilds: readonly string[];
  /** The bot's: it sees the members of the servers that it is in, one by one, without a privileged intent. */
  token: string;
  apiUrl?: string;
  logger: Logger;
}

/**
 * Whether a Discord user is among the people served here (MO-3): listed, or a member of a listed server.
 * @throws ProviderFailure when Discord has to be asked and does not answer
 */
export function createServedPeople(options: ServedPeopleOptions) {
  const { allowedUsers, allowedGuilds, token, logger } = options;
  const apiUrl = options.apiUrl ?? DISCORD_API;
  const boundedFetch = createBoundedFetch(256 * 1024);

  /** https://discord.com/developers/docs/resources/guild#get-guild-member */
  async function isMember(guildId: string, userId: string, signal: AbortSignal): Promise<boolean> {
    const url = `${apiUrl}/v10/guilds/${guildId}/members/${userId}`;
    const answer = await boundedFetch(url, { headers: { authorization: `Bot ${token}` }, signal });
    if (answer.status === 403) logger.warn({ guildId }, 'the bot is not in a server that ALLOWED_GUILDS names');
    if (answer.status === 403 || answer.status === 404) return false;
    if (!answer.ok) throw failureOfStatus(answer);
    return true;
  }

  return async (userId: string, signal: AbortSignal): Promise<boolean> => {
    if (allowedUsers.length + allowedGuilds.length === 0 || allowedUsers.includes(userId)) return true;
    for (const guildId of allowedGuilds) if (await isMember(guildId, userId, signal)) return true;
    return false;
  };
}
